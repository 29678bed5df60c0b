// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/account.h>
#include <bank/ledger/entry.h>
#include <bank/ledger/history.h>

#include <base/result.h>
#include <platform/sql/book.h>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace bank::ledger {

/// The steps of the ledger's schema; see README.md for the tables.
std::span<const platform::sql::Migration> migrations();

struct LedgerOptions {
    /// Every changed balance is written to its table once in so many entries, spread evenly; the
    /// tail that a start reads is at most twice as long.
    std::int64_t entries_per_sweep = 100'000;
};

/// The double-entry ledger of one book, and the only one of that book in the installation.
///
/// What takes a Transaction is called in a unit of work and costs microseconds: it decides from
/// memory and writes one row. A refusal writes nothing. What takes a Snapshot reads what is
/// committed, from any thread.
///
/// Refusals of an entry, in the order in which they are looked for; each rule is tried on all legs,
/// in their order, before the next rule:
///   1 ledger.client_id_missing         8 ledger.unit_mismatch     15 ledger.debits_day_limit
///   2 (same id and content: the old answer)  9 ledger.unbalanced  16 ledger.debits_year_limit
///     ledger.client_id_reused         10 ledger.account_closed    17 ledger.credits_day_limit
///   3 ledger.malformed_entry          11 ledger.debits_blocked    18 ledger.credits_year_limit
///   4 ledger.empty_entry              12 ledger.credits_blocked   19 ledger.balance_limit
///   5 ledger.amount_not_positive      13 ledger.overflow
///   6 ledger.account_twice            14 ledger.debits_exceed_credits,
///   7 ledger.account_unknown             ledger.credits_exceed_debits
class Ledger {
public:
    /// Reads the tail of the journal; `book` is migrated. Throws platform::sql::Failure.
    explicit Ledger(platform::sql::Book& book, const LedgerOptions& options = {});
    ~Ledger();

    /// Errors: ledger.account_exists, ledger.unit_unknown, ledger.terms_invalid (a negative limit).
    base::Result<void> open_account(platform::sql::Transaction& transaction,
                                    const NewAccount& account);

    /// The bank's own account known as `code` ("clearing/otherbank"), opened at first use.
    /// Errors: ledger.unit_unknown, ledger.unit_mismatch (known in another unit).
    base::Result<AccountId> own_account(platform::sql::Transaction& transaction,
                                        std::string_view code, base::Currency unit,
                                        Flag flags = Flag::none);

    /// Puts an account under other terms. Errors: ledger.account_unknown, ledger.terms_invalid,
    /// ledger.account_not_empty (to be closed with a balance or a hold).
    base::Result<void> change_terms(platform::sql::Transaction& transaction, AccountId id,
                                    const Terms& terms);

    /// Does `entry`, whole or not at all. Errors: the list above.
    base::Result<Posted> post(platform::sql::Transaction& transaction, const Entry& entry);

    /// Does all of `entries`, each seeing those before it, or none. The error is that of the first
    /// one that cannot be done. Entries done before under their ids are not done again.
    base::Result<std::vector<Posted>> post_linked(platform::sql::Transaction& transaction,
                                                  std::span<const Entry> entries);

    /// Reserves: the legs count as pending until captured, released or expired at `expires_at`.
    /// Errors: the list above, ledger.expiry_in_the_past (after 9).
    base::Result<Posted> reserve(platform::sql::Transaction& transaction, const Entry& entry,
                                 base::Instant expires_at);

    /// How a hold ends: `client`, `content` and `effective` as in an entry.
    struct Settlement {
        ClientId client;
        std::uint64_t content = 0;
        base::Date effective;
        EntryId hold;
        std::string_view details = {};
    };

    /// Posts a hold, or `part` of it where it has two legs; the rest is free again.
    /// Errors: ledger.client_id_missing, ledger.client_id_reused, ledger.malformed_entry,
    /// ledger.hold_unknown, ledger.hold_over (captured, released), ledger.hold_expired,
    /// ledger.amount_not_positive, ledger.unit_mismatch, ledger.exceeds_hold, ledger.overflow.
    base::Result<Posted> capture(platform::sql::Transaction& transaction,
                                 const Settlement& settlement,
                                 std::optional<base::Money> part = {});

    /// Lets a hold go. Errors: those of capture up to ledger.hold_over.
    base::Result<Posted> release(platform::sql::Transaction& transaction,
                                 const Settlement& settlement);

    /// Releases at most `at_most` holds whose time is over; returns how many.
    base::Result<int> expire_holds(platform::sql::Transaction& transaction, base::Date effective,
                                   int at_most);

    /// Records that what `client` asked was refused with `why`: the same id and content get the
    /// same refusal for ever. The unit of work must answer with success, or nothing is recorded.
    /// Errors: ledger.client_id_missing, ledger.client_id_reused.
    base::Result<void> record_refusal(platform::sql::Transaction& transaction, ClientId client,
                                      std::uint64_t content, std::string_view kind,
                                      base::Date effective, const base::Error& why);

    /// What was answered to `client` before: a posting, a refusal as error, or nothing. With
    /// another content: ledger.client_id_reused. A unit of work sees all that came before it, a
    /// reader what its snapshot holds.
    std::optional<base::Result<Posted>> answered(platform::sql::Transaction& transaction,
                                                 ClientId client, std::uint64_t content);
    std::optional<base::Result<Posted>> answered(platform::sql::Snapshot& snapshot, ClientId client,
                                                 std::uint64_t content);

    /// An account as it stands: to a unit of work with all that came before it, to a reader as of
    /// its snapshot. Errors: ledger.account_unknown.
    base::Result<Account> account(platform::sql::Transaction& transaction, AccountId id);
    base::Result<Account> account(platform::sql::Snapshot& snapshot, AccountId id);

    /// Errors: ledger.entry_unknown.
    base::Result<JournalRow> entry(platform::sql::Snapshot& snapshot, EntryId id);

    /// The movements of an account, newest first, from `before` (exclusive; none = the newest)
    /// back; at most `limit`. Errors: ledger.account_unknown.
    base::Result<std::vector<Movement>> history(platform::sql::Snapshot& snapshot, AccountId id,
                                                EntryId before, std::size_t limit);

    /// The period from `first` to `last` (business dates, both included).
    /// Errors: ledger.account_unknown, ledger.period_invalid (over 366 days, or backwards).
    base::Result<Statement> statement(platform::sql::Snapshot& snapshot, AccountId id,
                                      base::Date first, base::Date last);

    const base::Clock& clock() const;

    /// How long the tail is that a start would read, and what is kept in memory.
    struct Statistics {
        std::int64_t tail_entries;
        std::size_t accounts_in_memory;
    };
    Statistics statistics() const;

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::ledger
