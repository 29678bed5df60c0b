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
    std::int64_t entries_per_sweep = 300'000;
    /// So many accounts stay in memory once they were used, at some 130 bytes each; beyond, those
    /// that were not used lately are let go.
    std::size_t accounts_in_memory = 1'500'000;
};

/// The double-entry ledger of one book, and the only one of that book in the installation.
///
/// What takes a Transaction is called in a unit of work and costs microseconds: it decides from
/// memory and writes one row. A refusal writes nothing. What takes a Snapshot reads what is
/// committed, from any thread.
///
/// Refusals of an entry, in the order in which they are looked for; each rule is tried on all legs,
/// in their order, before the next rule:
///   1 ledger.client_id_missing     9 ledger.expiry_in_the_past  17 ledger.credits_exceed_debits
///   2 ledger.client_id_reused     10 ledger.unbalanced          18 ledger.debits_day_limit
///   3 ledger.malformed_entry      11 ledger.account_closed      19 ledger.debits_year_limit
///   4 ledger.empty_entry          12 ledger.debits_blocked      20 ledger.credits_day_limit
///   5 ledger.amount_not_positive  13 ledger.credits_blocked     21 ledger.credits_year_limit
///   6 ledger.account_twice        14 ledger.nothing_to_move     22 ledger.balance_limit
///   7 ledger.account_unknown      15 ledger.overflow
///   8 ledger.unit_mismatch        16 ledger.debits_exceed_credits
/// At 2 an id that was answered before with the same content gets the old answer. 9 is of reserve
/// only, 14 of clamped entries: nothing is there to be moved.
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
    /// Errors: the list above.
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

    /// What becomes of the part of a hold that a capture does not post.
    enum class Rest : std::uint8_t { freed, kept };

    /// Posts what is left of a hold, or `part` of it where it has two legs. The rest is free again,
    /// or stays reserved for further captures until the hold's time is over.
    /// Errors: ledger.client_id_missing, ledger.client_id_reused, ledger.malformed_entry,
    /// ledger.hold_unknown, ledger.hold_over (captured whole, released), ledger.hold_expired,
    /// ledger.amount_not_positive, ledger.unit_mismatch, ledger.exceeds_hold, ledger.overflow.
    base::Result<Posted> capture(platform::sql::Transaction& transaction,
                                 const Settlement& settlement, std::optional<base::Money> part = {},
                                 Rest rest = Rest::freed);

    /// Lets go what is left of a hold. Errors: those of capture up to ledger.hold_over.
    base::Result<Posted> release(platform::sql::Transaction& transaction,
                                 const Settlement& settlement);

    /// Releases at most `at_most` holds whose time is over; returns how many.
    base::Result<int> expire_holds(platform::sql::Transaction& transaction, base::Date effective,
                                   int at_most);

    /// An entry that was wrong, and who takes it back; otherwise as in Settlement.
    struct Correction {
        ClientId client;
        std::uint64_t content = 0;
        base::Date effective;
        EntryId entry;
        std::string_view details = {};
    };

    /// Takes back what an entry posted by a new entry about it: the same accounts and amounts, the
    /// sides exchanged, uncounted. Each entry is taken back once; the new one is an entry like any
    /// other and can be taken back in its turn. What stays wrong is posted anew by the caller.
    /// Errors: ledger.client_id_missing, ledger.client_id_reused, ledger.malformed_entry,
    /// ledger.entry_unknown, ledger.not_reversible (it posted nothing), ledger.already_reversed,
    /// then those of the list above from 11 on.
    base::Result<Posted> reverse(platform::sql::Transaction& transaction,
                                 const Correction& correction);

    /// Records that what `client` asked was refused with `why`: the same id and content get the
    /// same refusal for ever. The unit of work must answer with success, or nothing is recorded.
    /// What is unavailable is no refusal, burns no id and must not be recorded.
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

    /// The newest entry that a unit of work comes after, refusals included; none in an empty book.
    EntryId newest(platform::sql::Transaction& transaction);

    /// The bank's own accounts with their codes, by code; without their counters.
    struct OwnAccount {
        std::string code;
        AccountId id;
    };
    std::vector<OwnAccount> own_accounts(platform::sql::Snapshot& snapshot);

    const base::Clock& clock() const;

    /// How long the tail is that a start would read, and what is kept in memory.
    struct Statistics {
        std::int64_t tail_entries;
        std::size_t accounts_in_memory;
    };
    Statistics statistics() const;

    /// Accounts that the unit of work is about to ask for, said in it or in Book::submit's
    /// `prepare`: they are read at once, which across a network is one way instead of many. Needs
    /// not come true.
    void expect(std::span<const AccountId> accounts);

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::ledger
