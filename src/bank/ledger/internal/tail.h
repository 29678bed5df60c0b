// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ids.h>
#include <bank/ledger/internal/key_table.h>

#include <deque>
#include <shared_mutex>
#include <span>

namespace bank::ledger::internal {

/// Where one account's chain passes through one entry of the tail.
struct TailLeg {
    EntryId entry;
    AccountId account;
    EntryId previous;
};

/// Where a client id's entry was put in the table of ids.
struct TailClient {
    EntryId entry;
    std::int64_t place;
};

/// Finds, for readers on other threads, the newest committed entry of an account, and the entry of
/// a client id, among those that may not have reached their tables. Written by the writer thread
/// after each commit.
class Tail {
public:
    /// Adds committed entries, in the order of the journal; `through` is the newest of all.
    void append(std::span<const TailLeg> legs, std::span<const TailClient> clients,
                EntryId through);

    /// Entries up to `through` may be forgotten, a few at each append: their accounts' rows are in
    /// the table.
    void forget(EntryId through);

    /// Makes room for so many entries more.
    void expect(std::size_t entries);

    struct Found {
        bool covered;     // False where entries newer than `swept` have been forgotten.
        EntryId newest;   // Or none in the tail.
        EntryId through;  // A snapshot may hold newer entries than this one: those of a commit that
                          // was not yet told here.
    };

    /// The newest entry of `account` that is not newer than `seen`, the newest one that the
    /// reader's snapshot holds, where the table of that snapshot was swept up to `swept`.
    Found newest(AccountId account, EntryId seen, EntryId swept) const;

    /// The entry whose client id has this place, or none in the tail.
    Found at_place(std::int64_t place, EntryId swept) const;

private:
    void forget_some(std::size_t most);

    mutable std::shared_mutex mutex_;
    std::deque<TailLeg> legs_;
    KeyTable<EntryId> newest_;  // By account.
    std::deque<TailClient> clients_;
    KeyTable<EntryId> places_;
    EntryId to_forget_;
    EntryId forgotten_;
    EntryId through_;
};

}  // namespace bank::ledger::internal
