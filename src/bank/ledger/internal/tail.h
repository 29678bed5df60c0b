// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ids.h>

#include <base/key_table.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <thread>
#include <vector>

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
/// a client id, among those that may not have reached their tables. Told by the writer thread after
/// each commit; who looks something up brings in what was told, or, where much was told and nobody
/// looks, a thread of its own does, so that the writer does not pay for it.
class Tail {
public:
    Tail();
    ~Tail();

    /// Adds committed entries, in the order of the journal; `through` is the newest of all.
    void append(std::span<const TailLeg> legs, std::span<const TailClient> clients,
                EntryId through);

    /// The same, brought in later. Entries up to `forgettable` may be forgotten, a few at a time:
    /// their accounts' rows are in the table. On one thread.
    void tell(std::span<const TailLeg> legs, std::span<const TailClient> clients, EntryId through,
              EntryId forgettable);

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
    Found newest(AccountId account, EntryId seen, EntryId swept);

    /// The entry whose client id has this place, or none in the tail.
    Found at_place(std::int64_t place, EntryId swept);

private:
    struct Told {
        std::vector<TailLeg> legs;
        std::vector<TailClient> clients;
        EntryId through;
        EntryId forgettable;
    };

    void bring_in();
    void add(std::span<const TailLeg> legs, std::span<const TailClient> clients, EntryId through);
    void forget_some(std::size_t most);
    void work();

    std::mutex told_mutex_;  // Taken after `mutex_` where both are.
    std::condition_variable much_was_told_;
    Told told_;
    std::atomic<bool> something_told_ = false;
    bool stopping_ = false;

    std::shared_mutex mutex_;  // Of all that follows.
    Told bringing_in_;
    std::deque<TailLeg> legs_;
    base::KeyTable<EntryId> newest_;  // By account.
    std::deque<TailClient> clients_;
    base::KeyTable<EntryId> places_;
    EntryId to_forget_;
    EntryId forgotten_;
    EntryId through_;

    std::thread worker_;
};

}  // namespace bank::ledger::internal
