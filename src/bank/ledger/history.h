// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/account.h>
#include <bank/ledger/entry.h>

#include <string>
#include <vector>

namespace bank::ledger {

enum class Step : std::uint8_t { post, reserve, capture, release, refuse };

/// One leg as the journal keeps it: what moved, and how its account stood right after.
struct JournalLeg {
    AccountId account;
    Side side;
    Counting counting;
    std::int64_t posted = 0;   // Added to the posted counter of `side`.
    std::int64_t pending = 0;  // Added to the pending counter of `side`; negative when a hold ends.
    std::int64_t sequence = 0;  // The account's, from 1.
    EntryId previous;           // The account's entry before this, or none.
    Counters counters;
    Turnover turnover;

    friend bool operator==(const JournalLeg&, const JournalLeg&) = default;
};

/// One row of the journal.
struct JournalRow {
    EntryId id;
    Step step;
    std::string kind;
    ClientId client;
    int probe = 0;  // How many other ids stand before this one's place in the id table.
    std::uint64_t content;
    base::Date effective;
    base::Instant recorded_at;
    EntryId about;  // The hold that ends, or the entry corrected.
    std::vector<JournalLeg> legs;
    std::string details;
    std::string reason;  // Of a refusal, else empty.
};

/// One leg of an account's history, with who stands on the other side.
struct Movement {
    EntryId entry;
    Step step;
    std::string kind;
    base::Date effective;
    base::Instant recorded_at;
    Side side;
    base::Money amount;   // Posted; zero where only holds moved.
    base::Money pending;  // Reserved or, negative, freed.
    base::Money balance;  // Right after.
    AccountId other;      // The first account on the other side.
    std::string details;
};

/// An account over some business dates.
struct Statement {
    base::Money opening;  // Balance before the first day.
    base::Money closing;
    base::Money debits;               // Out.
    base::Money credits;              // In.
    std::vector<Movement> movements;  // Oldest first; only what was posted.
};

}  // namespace bank::ledger
