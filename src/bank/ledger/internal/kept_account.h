// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/account.h>

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace bank::ledger::internal {

/// An account as memory keeps it, in 96 bytes.
struct KeptAccount {
    Counters counters;
    Turnover turnover;
    std::int64_t sequence = 0;
    EntryId last;
    std::uint32_t terms = 0;  // See KeptTerms; 0 while only the journal was read.

    bool whole() const { return terms != 0; }
};

/// Unit and terms of the accounts in memory, numbered from 1: those of one product are the same.
class KeptTerms {
public:
    struct Kind {
        base::Currency unit;
        Terms terms;

        friend bool operator==(const Kind&, const Kind&) = default;
    };

    std::uint32_t number_of(const Kind& kind);
    const Kind& kind(std::uint32_t number) const { return kinds_.at(number - 1); }

private:
    struct Hash {
        std::size_t operator()(const Kind& kind) const;
    };

    std::vector<Kind> kinds_;
    std::unordered_map<Kind, std::uint32_t, Hash> numbers_;
};

KeptAccount kept(const Account& account, KeptTerms& terms);

/// `from` is whole.
Account account_of(AccountId id, const KeptAccount& from, const KeptTerms& terms);

}  // namespace bank::ledger::internal
