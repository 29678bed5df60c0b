// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/ports.h>

#include <bank/account/accounts.h>
#include <bank/audit/trail.h>
#include <bank/risk/judge.h>
#include <platform/crypto/hash.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bank::payment {

namespace internal {
class KnownPayees;
}

using account::AccountId;
using customer::CustomerId;
using ledger::EntryId;

/// Whom to pay: exactly one of the two is not empty.
struct PayeeAddress {
    std::string account_number;
    std::string phone;
};

/// What a customer asks to be paid.
struct Order {
    AccountId from;
    PayeeAddress to;
    std::string payee_name;  // Empty, or compared with the holder's.
    base::Money amount;
    std::string purpose;  // At most 200 characters of UTF-8.
};

struct Payee {
    AccountId account;
    CustomerId holder;
    std::string masked_number;
    std::string masked_name;
};

/// An order that could be done as of a snapshot, with all that was worked out for it.
struct Plan {
    CustomerId payer;
    Order order;
    std::string from_number;  // Masked.
    Payee payee;
    Proof proof_needed;
    std::string subject;  // What a proof is bound to: operation, accounts, amount; canonical JSON.
    bool bound;           // Between accounts that are bound, or one's own: limits do not count it.
    bool money_tried;     // Against balance and limits, as of the snapshot.
    std::string sealed_purpose;
    risk::Decision decision;  // So far: names.
};

/// A payment that was made; also its receipt.
struct Transfer {
    EntryId id;
    std::string receipt_number;
    std::string verification_code;
    AccountId from;
    std::string from_number;  // Masked, as are the next two.
    std::string to_number;
    std::string payee_name;
    base::Money amount;
    base::Money balance_after;
    std::string purpose;
    base::Instant at;
};

/// The lasting answer to one idempotency key. Either of the two; both are given again to the same
/// key and content.
struct Answer {
    std::optional<EntryId> paid;
    std::optional<base::Error> refused;
    bool repeated = false;
    std::optional<Transfer> receipt = {};  // Of what `pay` has just paid; `transfer` reads others.
};

/// Payments between accounts of one institution.
class Transfers {
public:
    struct Parts {
        account::Accounts& accounts;
        risk::Judge& judge;
        People& people;
        Proofs& proofs;
        Events& events;
        const platform::crypto::Hmac& receipt_key;
    };
    explicit Transfers(const Parts& parts);
    ~Transfers();

    /// Errors: payment.payee_unknown, payment.payee_closed, account.number_malformed,
    /// account.number_mistyped, payment.payee_unclear (not exactly one address).
    base::Result<Payee> look_up(platform::sql::Snapshot& snapshot, const PayeeAddress& address);

    /// Works out an order as of now; for asking which proof it needs, and before pay. Refuses what
    /// is refused anyhow, in this order: payment.amount_not_positive, payment.purpose_too_long,
    /// payment.from_unknown (also another's account), payment.unit_mismatch, look_up's,
    /// payment.to_oneself (the same account), payment.payee_name_differs, payment.from_closed,
    /// payment.from_frozen, payment.payee_takes_no_inflow, payment.no_funds,
    /// payment.over_day_limit, payment.over_year_limit, payment.payee_over_day_limit,
    /// payment.payee_over_year_limit, payment.payee_over_balance_limit, payment.at_a_branch (no
    /// remote proof is enough).
    ///
    /// `Money::later` leaves what needs the balances (from payment.payee_takes_no_inflow on) to
    /// `pay`, which refuses it for good.
    enum class Money : std::uint8_t { now, later };
    base::Result<Plan> plan(platform::sql::Snapshot& snapshot, CustomerId payer, const Order& order,
                            Money money = Money::now);

    /// Says that the group at work is about to pay from and to these, so that what memory and
    /// database have of them is fetched for all payments together. Writer thread.
    void expect(AccountId from, AccountId to);

    /// Pays a plan, in the unit of work: proof used up, risk decided, money moved, event and audit
    /// written, all or nothing. `key` is the caller's Idempotency-Key; it is scoped by payer and
    /// operation. Refusals that last are in the answer: payment.* as above, risk.*. Errors, which
    /// do not last: authentication's, payment.proof_missing, ledger.client_id_reused.
    base::Result<Answer> pay(platform::sql::Transaction& transaction, const Plan& plan,
                             std::string_view key, std::uint64_t proof);

    /// What was answered to `key` before, for a repetition whose plan would now be refused.
    /// Errors: ledger.client_id_reused (another order).
    base::Result<std::optional<Answer>> answered(platform::sql::Snapshot& snapshot,
                                                 CustomerId payer, const Order& order,
                                                 std::string_view key);

    /// Keeps a refusal that plan gave as the lasting answer to `key`.
    base::Result<Answer> refuse(platform::sql::Transaction& transaction, CustomerId payer,
                                const Order& order, std::string_view key, const base::Error& why);

    /// The receipt, for payer or payee. Errors: payment.unknown (also others' payments).
    base::Result<Transfer> transfer(platform::sql::Snapshot& snapshot, CustomerId viewer,
                                    EntryId id);

    /// Whom an account paid lately, the latest first, each once. Looks at the last 200 movements.
    struct RecentPayee {
        std::string number;
        std::string masked_name;
        base::Instant last_paid_at;
    };
    std::vector<RecentPayee> recent_payees(platform::sql::Snapshot& snapshot, AccountId account,
                                           std::size_t limit);

private:
    static base::Result<void> check_money(const ledger::Account& from, const ledger::Account& to,
                                          base::Money amount, bool bound, base::Date today);

    Parts parts_;
    const std::unique_ptr<internal::KnownPayees> known_;
};

}  // namespace bank::payment
