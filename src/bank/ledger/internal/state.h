// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/internal/kept_account.h>
#include <bank/ledger/internal/overlay.h>
#include <bank/ledger/internal/place_filter.h>
#include <bank/ledger/internal/rules.h>
#include <bank/ledger/internal/tables.h>
#include <bank/ledger/internal/tail.h>
#include <bank/ledger/ledger.h>

namespace bank::ledger {

using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

/// The ledger's memory. All but `tail` and the counters of statistics belong to the writer thread.
class Ledger::State {
public:
    State(platform::sql::Book& book, const LedgerOptions& options);

    /// What every entry has in common, whatever step it is. The legs are in `changes_`.
    struct Request {
        Step step;
        std::string_view kind;
        ClientId client;
        std::uint64_t content;
        base::Date effective;
        std::string_view details = {};
        EntryId about = {};
        int probe = 0;
        base::Date counted_on = {};  // See internal::outcome_of.
        bool limited = true;         // Rules 11 to 22 apply; not at the end of a hold.
        Clamp clamp = Clamp::none;
    };

    /// Staging decides and changes memory only; write_staged then writes what was staged. Between
    /// the two, `unstage` takes all back.
    Result<Posted> stage(Transaction& transaction, const Request& request);
    Result<Posted> stage_entry(Transaction& transaction, const Entry& entry, Step step,
                               std::optional<base::Instant> expires_at);
    Result<Posted> stage_settlement(Transaction& transaction, const Settlement& settlement,
                                    Step step, std::optional<base::Money> part, Rest rest);
    Result<Posted> stage_reversal(Transaction& transaction, const Correction& correction);
    Result<void> clamp_changes(Clamp clamp);
    void begin_staging(Transaction& transaction);
    void unstage();
    void write_staged(Transaction& transaction);

    /// Stages by `function` and writes, or takes all back.
    template <class Function>
    auto all_or_nothing(Transaction& transaction, Function function) -> decltype(function())
    {
        begin_staging(transaction);
        auto result = function();
        if (result) {
            write_staged(transaction);
        } else {
            unstage();
        }
        return result;
    }

    /// Rule 2, and the place that a new id would take.
    struct Known {
        std::optional<Result<Posted>> answer;
        int probe = 0;
    };
    Known known(Transaction& transaction, ClientId client, std::uint64_t content);

    /// The same for a reader, without a place.
    std::optional<Result<Posted>> known(Snapshot& snapshot, ClientId client, std::uint64_t content);

    /// The account as it stands, brought into memory; none where there is none.
    std::optional<Account> find(Transaction& transaction, AccountId id);

    /// Brings in what the table says of an account; memory knows its newest counters.
    void take_in(const Account& row);

    /// Reads what is expected, all at once.
    void read_expected(Transaction& transaction);

    /// The accounts of `changes_` into `before_`. Errors: ledger.account_unknown.
    Result<void> look_up(Transaction& transaction);

    /// Called before anything changes: the group's commit or rollback will be heard of.
    void join(Transaction& transaction);
    void begin_sweep();
    void sweep(Transaction& transaction);

    Result<Account> read_account(Snapshot& snapshot, AccountId id);

    platform::sql::Book& book_;
    const LedgerOptions options_;
    internal::KeptTerms terms_kept_;
    internal::Overlay<internal::KeptAccount> accounts_;
    internal::Overlay<EntryId> clients_;
    std::optional<internal::PlaceFilter> places_;
    internal::Tail tail_;

    std::vector<AccountId> expected_accounts_;

    EntryId newest_;                 // Last row written, committed or not.
    EntryId sweep_began_;            // The newest row when the running sweep began.
    EntryId swept_;                  // What SweptMark says.
    std::size_t to_sweep_ = 0;       // Rows that the running sweep has in all.
    std::int64_t swept_credit_ = 0;  // Row visits owed, times entries_per_sweep.

    /// What a rollback puts back, besides the overlays.
    struct Marks {
        EntryId newest, sweep_began, swept;
        std::size_t to_sweep;
        std::int64_t swept_credit;
    };
    bool in_group_ = false;
    Marks before_group_{};
    std::vector<internal::TailLeg> group_legs_;
    std::vector<internal::TailClient> group_clients_;

    std::atomic<std::int64_t> tail_entries_ = 0;
    std::atomic<std::size_t> accounts_in_memory_ = 0;

    // What is staged, and scratch kept for its memory.
    std::vector<JournalRow> staged_;
    std::size_t staged_count_ = 0;
    std::size_t account_mark_ = 0;
    std::size_t client_mark_ = 0;
    std::vector<internal::Change> changes_;
    std::vector<Account> before_;
    std::vector<internal::Outcome> outcomes_;
    std::vector<base::Currency> units_;
    std::vector<std::byte> packed_;

private:
    void replay();
    void roll_back() noexcept;
    void publish() noexcept;
};

}  // namespace bank::ledger
