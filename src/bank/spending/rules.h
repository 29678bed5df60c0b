// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/bank.h>

#include <string>
#include <string_view>
#include <vector>

namespace bank::spending {

/// What a rule may look at.
struct Subject {
    std::string_view kind;          // Of the ledger's entry: "transfer".
    std::string_view counterparty;  // Full name; empty where it is the bank itself.
    std::string_view purpose;
    bool own = false;  // Between accounts of one holder.
};

/// The bank's rules, made ready once.
class Rules {
public:
    explicit Rules(const std::vector<catalog::Category>& categories);

    /// The place of the first category that fits; the last one takes the rest.
    std::size_t category_of(const Subject& subject) const;

    const std::vector<catalog::Category>& categories() const { return categories_; }

    /// Stands for the rules; another one where a rule has changed.
    const std::string& version() const { return version_; }

private:
    const std::vector<catalog::Category>& categories_;
    std::string version_;
};

/// Whether `text` says `word`; ASCII words as whole words, in any case, others anywhere.
bool says(std::string_view text, std::string_view word);

}  // namespace bank::spending
