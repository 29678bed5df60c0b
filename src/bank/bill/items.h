// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/bills.h>
#include <base/result.h>

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
    std::string institution = {};           // Where alone it can be paid; empty: everywhere.
    const base::Text* joined_as = nullptr;  // The name of a biller that joined by itself.

    base::Text name() const;         // "自来水费"
    base::Text place() const;        // "云川市白塔区"
    base::Text biller_name() const;  // "云川市自来水厂"
};

/// An item of a biller that joined by itself, at one institution.
struct JoinedItem {
    std::string code;  // As Item's; unlike any other.
    std::string institution;
    std::string biller;
    base::Text name;
    base::Text biller_name;
    std::string category;
    std::string city;
    std::string district;
};

/// All items of the bank's folder and of billers that joined, and the search among them. Any
/// thread.
class Items {
public:
    /// Works out how every name sounds; some milliseconds. `catalogue` may be null: no items.
    explicit Items(std::shared_ptr<const catalog::BillCatalogue> catalogue);
    ~Items();

    const catalog::BillCatalogue* catalogue() const { return catalogue_.get(); }
    std::size_t size() const;  // Of the folder.

    /// Adds an item, or puts it in the place of the one of the same code; its form is that of the
    /// customer's number. Errors: bill.place_unknown (category, city or district),
    /// bill.item_taken (the folder has such a code).
    base::Result<void> join(const JoinedItem& item);
    /// Takes all items of a biller that joined away again.
    void leave(std::string_view biller);

    std::optional<Item> find(std::string_view code) const;
    const catalog::FormSection& form(const Item& item) const;

    /// Items that `words` ask for, best first: by kind, place, or both in any order, written in
    /// characters, pinyin, its first letters or English, with or without blanks; where nothing is
    /// found, with one letter or character wrong. Empty words: all. `category` and `city` narrow
    /// the search where not empty; items that joined are found at their `institution` alone.
    /// `total` is how many were found.
    struct Found {
        std::vector<Item> items;
        std::size_t total = 0;
    };
    Found search(std::string_view words, std::string_view category, std::string_view city,
                 std::size_t limit, std::string_view institution = {}) const;

private:
    struct Index;
    Item item_at(std::size_t kind, std::size_t place) const;

    std::shared_ptr<const catalog::BillCatalogue> catalogue_;
    std::unique_ptr<Index> index_;
};

}  // namespace bank::bill
