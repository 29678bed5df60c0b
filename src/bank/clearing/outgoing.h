// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/clearing/directory.h>

#include <bank/iso20022/messages.h>
#include <bank/payment/ports.h>
#include <bank/payment/transfer.h>
#include <bank/risk/judge.h>

#include <bank/account/accounts.h>
#include <platform/crypto/hash.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::clearing {

using account::AccountId;
using customer::CustomerId;
using ledger::EntryId;

std::span<const platform::sql::Migration> migrations();

using PaymentId = base::Id<struct ClearingPaymentTag>;

/// requested → sent → settled | rejected; settled → returned. An unknown outcome stays `sent` and
/// is asked again; it is never a failure.
enum class State : std::uint8_t { requested, sent, queued, settled, rejected, returned };
std::string_view to_string(State state);

/// Who is paid at another bank.
struct Beneficiary {
    std::string bank;  // Code in the directory.
    std::string number;
    std::string name;  // As the payer gave it; the other bank compares it with the holder's.
};

/// What a customer asks to be paid out of the book.
struct Order {
    AccountId from;
    Beneficiary to;
    base::Money amount;
    std::string purpose = {};   // At most 140 characters: what the message can carry.
    std::string category = {};  // Empty or "CCRD" (a credit card is paid).
    bool noticed = false;       // Set up in advance: needs no further notice.
};

/// An order that could be done as of a snapshot, with all that was worked out for it.
struct Plan {
    CustomerId payer;
    Order order;
    std::string route;  // Whom the message goes to: an institution, or "network".
    payment::Proof proof_needed = payment::Proof::branch;
    std::string subject;  // What a proof is bound to; canonical JSON.
    std::string sealed;   // Name, number and purpose under the payer's key.
    std::int64_t beneficiary = 0;
    risk::Decision decision = {};
};

/// What the bank itself pays out of one of its own accounts: to a company, never to a person.
struct OwnOrder {
    std::string from;  // The own account's code: "biller/…", "wallet/…".
    Beneficiary to;
    base::Money amount;
    std::string purpose = {};  // As Order's.
};

/// A payment that left the book.
struct Payment {
    PaymentId id;      // Also the message's id and the end-to-end id.
    CustomerId payer;  // None: the bank itself.
    AccountId account;
    EntryId entry;  // That took the money from the account.
    std::string route;
    std::string bank;
    std::string category;
    std::string masked_number;
    std::string masked_name;
    base::Money amount;
    State state = State::requested;
    std::string reason;  // Of a rejection, return or wait: an ISO external code.
    base::Instant requested_at;
    base::Instant touched_at;  // Last asked for, or heard of.
    std::optional<base::Instant> sent_at;
    std::optional<base::Instant> ended_at;
    std::optional<base::Instant> returned_at;
    int attempts = 0;
};

/// The lasting answer to one idempotency key.
struct Answer {
    std::optional<PaymentId> paid;
    std::optional<base::Error> refused;
    bool repeated = false;
};

/// Payments that leave the book, as their payer's bank keeps them.
///
/// In one unit of work the money goes from the account to "clearing/<route>" and the payment
/// becomes an event (clearing.requested) that carries it on. When the other side has settled it,
/// "clearing/<route>" is relieved by "settlement/<route>", what this bank owes the other; when it
/// rejects or returns it, the payer gets the money back. So "clearing/<route>" always holds exactly
/// the unfinished payments. Every change of state is an event: clearing.requested, .queued,
/// .settled, .rejected, .returned.
class Outgoing {
public:
    struct Parts {
        account::Accounts& accounts;
        risk::Judge& judge;
        payment::People& people;
        payment::Proofs& proofs;
        payment::Events& events;
        const Directory& directory;
        const platform::crypto::Hmac& fingerprint;
        std::string own_code;                          // Of this institution.
        std::string own_clearing_code;                 // Its BIC.
        std::optional<std::int64_t> notice_from = {};  // Minor units; see clearing.notice_needed.
        std::string own_name = {};                     // As payer of what the bank itself pays.
    };
    explicit Outgoing(const Parts& parts) : parts_(parts) {}

    /// Works out an order as of now. Refuses, in this order: payment.amount_not_positive,
    /// payment.purpose_too_long, payment.from_unknown, payment.unit_mismatch,
    /// clearing.bank_unknown, clearing.own_bank (to be paid as a transfer),
    /// clearing.number_malformed, clearing.name_missing, clearing.notice_needed (so large that it
    /// is set up in advance, see bank/standing), payment.from_closed, payment.from_frozen,
    /// payment.no_funds, payment.over_day_limit, payment.over_year_limit, payment.at_a_branch. With
    /// `Money::later` those that need the balance are left to `pay`.
    enum class Money : std::uint8_t { now, later };
    base::Result<Plan> plan(platform::sql::Snapshot& snapshot, CustomerId payer, const Order& order,
                            Money money = Money::now);

    /// Pays a plan, in the unit of work; as payment::Transfers::pay. Lasting refusals are in the
    /// answer; errors: payment.key_missing, payment.proof_missing, authentication's,
    /// payment.stronger_proof_needed, ledger.client_id_reused.
    base::Result<Answer> pay(platform::sql::Transaction& transaction, const Plan& plan,
                             std::string_view key, std::uint64_t proof);

    /// Pays what the bank itself owes, in the unit of work; the caller has decided that it may.
    /// Again with the same `key` and order: the same payment. Errors: payment.amount_not_positive,
    /// payment.purpose_too_long, clearing.bank_unknown, clearing.own_bank,
    /// clearing.number_malformed, clearing.name_missing, payment.no_funds (more than the own
    /// account holds), ledger.client_id_reused, the ledger's. They are not kept.
    base::Result<PaymentId> pay_own(platform::sql::Transaction& transaction, const OwnOrder& order,
                                    std::string_view key);

    /// What was answered to `key` before. Errors: ledger.client_id_reused.
    base::Result<std::optional<Answer>> answered(platform::sql::Snapshot& snapshot,
                                                 CustomerId payer, const Order& order,
                                                 std::string_view key);
    /// Keeps a refusal of plan as the lasting answer to `key`.
    base::Result<Answer> refuse(platform::sql::Transaction& transaction, CustomerId payer,
                                const Order& order, std::string_view key, const base::Error& why);

    /// The message that carries a payment on; the same each time. Errors: clearing.payment_unknown,
    /// iso20022.invalid.
    base::Result<std::string> message(platform::sql::Snapshot& snapshot, PaymentId id);

    /// It is on its way now; once more. False where it has ended: nothing is to be sent.
    bool mark_sent(platform::sql::Transaction& transaction, PaymentId id);

    /// What the other side says. Again: nothing happens. A contradiction (settled after rejected,
    /// say) moves nothing, is in the audit trail and answered clearing.contradicted, for a person.
    /// Errors: clearing.payment_unknown (also where it went another way), clearing.contradicted.
    base::Result<void> told(platform::sql::Transaction& transaction, std::string_view route,
                            const iso20022::StatusReport& report);
    /// Given back after it was settled. Errors: as told, clearing.amount_differs.
    base::Result<void> given_back(platform::sql::Transaction& transaction, std::string_view route,
                                  const iso20022::Return& message);

    /// Errors: clearing.payment_unknown (also another's, where `viewer` is given).
    base::Result<Payment> payment(platform::sql::Snapshot& snapshot, PaymentId id,
                                  CustomerId viewer = {});
    /// Name and number in full and the purpose, for the payer alone (of what the bank itself pays,
    /// for its staff); empty where erased.
    Order order_of(platform::sql::Snapshot& snapshot, const Payment& payment);

    /// The receipt of a settled payment, names and numbers masked; none of any other.
    std::optional<payment::Transfer> receipt(platform::sql::Snapshot& snapshot,
                                             const Payment& payment);
    /// The receipt with that number and code; none where there is no such paper, the code is
    /// another, or the money came back: which of them is not told.
    std::optional<payment::Transfer> genuine(platform::sql::Snapshot& snapshot,
                                             std::string_view number, std::string_view code);

    /// Of a payer, newest first, from before `before` (none: the newest); at most `limit`.
    std::vector<Payment> of_payer(platform::sql::Snapshot& snapshot, CustomerId payer,
                                  PaymentId before, int limit);
    /// Those without an end that were last touched before `before`, the oldest first.
    std::vector<Payment> unfinished(platform::sql::Snapshot& snapshot, base::Instant before,
                                    int limit);
    /// Those without an end that were made after `after` (none: all), the longest waiting first.
    std::vector<Payment> waiting(platform::sql::Snapshot& snapshot, PaymentId after, int limit);

private:
    base::Result<const Bank*> check_beneficiary(const Beneficiary& to) const;
    base::Result<void> check_money(const ledger::Account& from, base::Money amount,
                                   base::Date today) const;
    base::Result<void> end(platform::sql::Transaction& transaction, Payment payment, State state,
                           std::string_view reason);
    base::Result<void> contradicted(platform::sql::Transaction& transaction, const Payment& payment,
                                    std::string_view said);
    base::Result<void> pay_back(platform::sql::Transaction& transaction, const Payment& payment,
                                std::string_view from_code);
    std::string subject_of(const Order& order, std::int64_t beneficiary) const;

    const Parts parts_;
};

}  // namespace bank::clearing
