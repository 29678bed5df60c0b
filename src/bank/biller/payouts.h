// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/biller/sheets.h>
#include <bank/clearing/outgoing.h>

#include <bank/ledger/ledger.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::biller {

/// Where a payee is paid: an account at another bank or another institution of the group.
struct PayoutAccount {
    std::string payee;  // A biller's code, "wallet/<provider>", or "*": all billers of the folder.
    std::string bank;   // Code in the directory of banks.
    std::string number;
    std::string name;
};

/// The bank's folder says (payouts.yaml).
struct PayoutRules {
    std::int64_t approve_from = 0;  // Minor units of CNY from which a second person approves.
    std::vector<PayoutAccount> accounts = {};
};

/// The account that a biller of the open API told; one that differs from the last one paid needs a
/// second person's approval.
void set_payout_account(platform::sql::Transaction& transaction, const PayoutAccount& account);
std::optional<PayoutAccount> told_payout_account(platform::sql::Snapshot& snapshot,
                                                 std::string_view payee);

/// due → waiting → ordered | refused; due → ordered | carried; refused, ordered → waiting.
enum class PayoutState : std::uint8_t {
    due,      // The day is reconciled; the program has not ordered it yet.
    waiting,  // For a second person.
    ordered,  // A payment was made of it, which says what becomes of the money.
    refused,  // By the second person.
    carried,  // Nothing is owed for the day; what the payee owes is taken off its next payout.
};

/// Why a second person is asked.
enum class PayoutCause : std::uint8_t { none, amount, differences, account, own_list, again };
std::string_view to_string(PayoutCause cause);

/// What a payee is paid for a business date.
struct Payout {
    SheetId sheet;
    std::string payee;
    base::Date day;
    PayoutState state = PayoutState::due;
    PayoutCause cause = PayoutCause::none;
    base::Money net{0, {"CNY", 2}};     // Of the day: below zero is owed by the payee.
    base::Money amount{0, {"CNY", 2}};  // The net less what earlier days carried.
    PayoutAccount to = {};              // Once waiting or ordered.
    clearing::PaymentId payment = {};
    int attempt = 0;
    std::uint64_t maker = 0;  // Who proposed; 0: the program.
    std::uint64_t checker = 0;
    std::string note = {};     // Of a proposal by a person, or a refusal.
    std::string trouble = {};  // Why the program could not order it; stable.
    base::Instant changed_at = {};
};

/// How a payout stands, with what became of its payment.
struct PayoutStanding {
    std::string_view state;   // due, waiting, on-the-way, paid, came-back, refused, carried
    std::string reason = {};  // Of one that came back: an ISO external code.
};

/// Pays out what billers and wallets' providers are owed.
///
/// A reconciled day is due in the unit of work that reconciles it, once. The program orders it, or
/// puts it before a second person: from an amount on, where staff settled differences, to an
/// account that was never paid, without the payee's list, and after a payment came back. The money
/// leaves the payee's own account of the ledger in the unit of work in which the payout becomes
/// ordered.
class Payouts {
public:
    struct Parts {
        clearing::Outgoing& outgoing;
        PayoutRules rules;
    };
    explicit Payouts(Parts parts) : parts_(std::move(parts)) {}

    /// Days for which the program has something to do, the oldest first.
    std::vector<SheetId> due(platform::sql::Snapshot& snapshot, base::Instant now, int limit);
    /// Does it. Again, or of a day that is not reconciled any more: nothing. What hinders it is
    /// kept as `trouble` and tried again after a minute. Errors: biller.payout_unknown.
    base::Result<Payout> work(platform::sql::Transaction& transaction, SheetId id);

    /// A member of the staff proposes a payout that the program does not make: of a day without the
    /// payee's list, or with open differences, by the bank's own file; of one refused or come back,
    /// once more. Errors: biller.sheet_unknown, biller.note_missing, biller.payout_not_now (the
    /// file is not made, or it is due, waiting, on its way, paid or carried),
    /// biller.payout_nothing_owed, biller.payout_no_account.
    base::Result<Payout> propose(platform::sql::Transaction& transaction, SheetId id,
                                 std::uint64_t staff, std::string_view note);
    /// The second person. Errors: biller.payout_unknown, biller.payout_not_now (not waiting),
    /// biller.same_person (who proposed it, or worked on the day's differences),
    /// biller.not_reconciled (the list was asked for again), those of Outgoing::pay_own.
    base::Result<Payout> approve(platform::sql::Transaction& transaction, SheetId id,
                                 std::uint64_t staff);
    /// Errors: biller.payout_unknown, biller.payout_not_now, biller.note_missing.
    base::Result<Payout> refuse(platform::sql::Transaction& transaction, SheetId id,
                                std::uint64_t staff, std::string_view note);

    std::optional<Payout> of(platform::sql::Snapshot& snapshot, SheetId id);
    PayoutStanding standing(platform::sql::Snapshot& snapshot, const Payout& payout);
    /// Where the payee would be paid now.
    std::optional<PayoutAccount> account_of(platform::sql::Snapshot& snapshot,
                                            std::string_view payee);

private:
    base::Result<void> order(platform::sql::Transaction& transaction, Payout& payout);
    PayoutCause cause_of(platform::sql::Snapshot& snapshot, const Payout& payout);

    const Parts parts_;
};

/// How many payouts wait for a second person.
std::int64_t payouts_waiting(platform::sql::Snapshot& snapshot);

/// Holds each "biller/<code>" to the bills and payouts that explain it: says what is not, one
/// sentence each. Those of wallets: wallet::explain.
std::vector<std::string> explain(platform::sql::Snapshot& snapshot, ledger::Ledger& ledger);

}  // namespace bank::biller
