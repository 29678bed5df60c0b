// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/bills.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bank::bill {

/// Something that can be billed: a kind at a place. Views live as long as the Items.
struct Item {
    std::string code;  // "tap-water.yunchuan.baita"
    const catalog::BillKind* kind;
    const catalog::BillCity* city;
    const catalog::BillDistrict* district;
    std::string biller;  // "tap-water.yunchuan": its account in the ledger is "biller/" and this.

    base::Text name() const;         // "自来水费"
    base::Text place() const;        // "云川市白塔区"
    base::Text biller_name() const;  // "云川市自来水厂"
};

/// All items of the bank's folder, and the search among them. Immutable; any thread.
class Items {
public:
    /// Works out how every name sounds; some milliseconds. `catalogue` may be null: no items.
    explicit Items(std::shared_ptr<const catalog::BillCatalogue> catalogue);
    ~Items();

    const catalog::BillCatalogue* catalogue() const { return catalogue_.get(); }
    std::size_t size() const;
    std::optional<Item> find(std::string_view code) const;
    const catalog::FormSection& form(const Item& item) const;

    /// Items that `words` ask for, best first: by kind, place, or both in any order, written in
    /// characters, pinyin, its first letters or English, with or without blanks; where nothing is
    /// found, with one letter or character wrong. Empty words: all. `category` and `city` narrow
    /// the search where not empty. `total` is how many were found.
    struct Found {
        std::vector<Item> items;
        std::size_t total = 0;
    };
    Found search(std::string_view words, std::string_view category, std::string_view city,
                 std::size_t limit) const;

private:
    struct Index;
    Item item_at(std::size_t kind, std::size_t place) const;

    std::shared_ptr<const catalog::BillCatalogue> catalogue_;
    std::unique_ptr<Index> index_;
};

}  // namespace bank::bill
