// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/check.h>
#include <bank/ledger/internal/rules.h>
#include <bank/ledger/internal/tables.h>

#include <base/key_table.h>

#include <unordered_map>

namespace bank::ledger::internal {

/// Goes through one snapshot of a book's ledger; see check_ledger.
class Checker {
public:
    Checker(Snapshot& snapshot, int book) : snapshot_(snapshot), book_(book) {}

    CheckReport run();

private:
    struct State {
        Counters counters;
        Turnover turnover;
        std::int64_t sequence;
        EntryId last;

        friend bool operator==(const State&, const State&) = default;
    };
    struct Kept {
        Account journal{};  // As the rows so far say.
        State table{};      // As in its row.
        bool met = false;  // The journal passed the table's state, or the table says "never moved".
        bool behind = false;  // The table lacks an entry that was swept.
    };
    struct Hold {
        base::Date effective;
        std::vector<JournalLeg> legs;  // `pending` is what is left.
        std::int64_t used;             // Captured of each leg.
    };

    /// Calls `visit` (id, kept) with every account.
    template <class Visit>
    void each_account(Visit visit)
    {
        for (std::size_t shard = 0; shard < accounts_.shard_count; ++shard) {
            accounts_.each(shard, [&](std::int64_t key, const Kept& kept) {
                visit(AccountId{static_cast<std::uint64_t>(key)}, kept);
            });
        }
    }

    void fetch(const JournalRow& row);
    void finding(std::string text);
    void read_accounts();
    void check_journal();
    void check_row(const JournalRow& row);
    void check_step(const JournalRow& row);
    void check_balance_of(const JournalRow& row);
    void check_leg(const JournalRow& row, const JournalLeg& leg, Kept& kept, base::Date counted_on);
    void check_tables();
    void check_holds();
    void check_clients();
    void check_reversals();
    static void settle(Hold& hold, const JournalRow& row);
    void check_units();
    void name_missing_client();

    Snapshot& snapshot_;
    const int book_;
    CheckReport report_;
    EntryId swept_;
    EntryId expected_;
    base::KeyTable<Kept> accounts_;
    std::unordered_map<EntryId, Hold> holds_;
    // Of the row at hand, in the order of its legs.
    std::vector<Kept*> kept_;
    std::vector<Change> changes_;
    std::vector<base::Currency> units_;
    std::uint64_t client_sum_ = 0;  // Over the rows that were swept, in any order.
};

}  // namespace bank::ledger::internal
