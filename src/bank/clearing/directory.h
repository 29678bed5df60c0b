// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <base/text.h>
#include <platform/json/value.h>

#include <string>
#include <string_view>
#include <vector>

namespace bank::clearing {

/// How a bank is reached: another institution of this group, or the clearing house.
enum class Reach { group, network };

/// A bank that can be paid.
struct Bank {
    std::string code;           // "lanwan", "otherbank"
    std::string clearing_code;  // Its BIC.
    base::Text name;
    Reach reach = Reach::network;
    std::vector<std::string> prefixes;  // Its account and card numbers begin so.
    std::vector<std::string> words;     // More by which people look for it: "gongshang", "gs".
    std::vector<std::string> credit_card_prefixes = {};  // Of its numbers, those of credit cards.
    std::string wallet_partner = {};  // The partner who binds its wallets; empty: it has none.
    std::int64_t wallet_most_per_payment = 0;  // What a customer may let such a wallet take, in
    std::int64_t wallet_most_per_day = 0;      // minor units of CNY.

    bool issued_as_credit_card(std::string_view digits) const;
};

/// The banks that can be paid; immutable.
class Directory {
public:
    explicit Directory(std::vector<Bank> banks) : banks_(std::move(banks)) {}

    const Bank* find(std::string_view code) const;
    const Bank* by_clearing_code(std::string_view clearing_code) const;

    /// The bank that gives out numbers like this one, by the longest prefix; nullptr where none is
    /// known to. Blanks and hyphens are passed over.
    const Bank* recognise(std::string_view number) const;

    /// Those whose name, code or other words hold `text`, whatever its case; all for an empty one.
    /// At most `limit`.
    std::vector<const Bank*> search(std::string_view text, std::size_t limit) const;
    const std::vector<Bank>& all() const { return banks_; }

private:
    const std::vector<Bank> banks_;
};

}  // namespace bank::clearing
