// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/account.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bank::ledger::internal {

/// An account as memory keeps it, in 136 bytes.
struct KeptAccount {
    Counters counters;
    Turnover turnover;
    std::int64_t sequence = 0;
    EntryId last;
    std::array<std::int64_t, 5> limits{};  // In the order of Terms; -1 where there is none.
    std::uint32_t unit = 0;                // See KeptUnits; 0 while only the journal was read.
    Flag flags = Flag::none;

    bool whole() const { return unit != 0; }
};

/// The units of the accounts in memory, numbered from 1.
class KeptUnits {
public:
    std::uint32_t number_of(base::Currency unit);
    base::Currency unit(std::uint32_t number) const { return units_.at(number - 1); }

private:
    std::vector<base::Currency> units_;
    std::unordered_map<std::string_view, std::uint32_t> numbers_;  // Codes are interned.
};

KeptAccount kept(const Account& account, KeptUnits& units);

/// `from` is whole.
Account account_of(AccountId id, const KeptAccount& from, const KeptUnits& units);

}  // namespace bank::ledger::internal
