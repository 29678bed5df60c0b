// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ids.h>

#include <deque>
#include <shared_mutex>
#include <span>
#include <unordered_map>

namespace bank::ledger::internal {

/// Where one account's chain passes through one entry of the tail.
struct TailLeg {
    EntryId entry;
    AccountId account;
    EntryId previous;
};

/// Finds, for readers on other threads, the newest committed entry of an account among those that
/// may not have reached its table. Written by the writer thread after each commit.
class Tail {
public:
    /// Adds the legs of committed entries, in the order of the journal.
    void append(std::span<const TailLeg> legs);

    /// Entries up to `through` may be forgotten, a few at each append: their accounts' rows are in
    /// the table.
    void forget(EntryId through);

    struct Found {
        bool covered;    // False where entries newer than `swept` have been forgotten.
        EntryId newest;  // Or none in the tail.
    };

    /// The newest entry of `account` that is not newer than `seen`, the newest one that the
    /// reader's snapshot holds, where the table of that snapshot was swept up to `swept`.
    Found newest(AccountId account, EntryId seen, EntryId swept) const;

    std::size_t size() const;

private:
    void forget_some(std::size_t most);

    mutable std::shared_mutex mutex_;
    std::deque<TailLeg> legs_;
    std::unordered_map<AccountId, EntryId> newest_;
    EntryId to_forget_;
    EntryId forgotten_;
};

}  // namespace bank::ledger::internal
