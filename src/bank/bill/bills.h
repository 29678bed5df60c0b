// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/bill/items.h>

#include <bank/account/accounts.h>
#include <bank/payment/ports.h>
#include <bank/risk/judge.h>
#include <bank/voucher/vouchers.h>
#include <platform/crypto/hash.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::bill {

using customer::CustomerId;
using InquiryId = base::Id<struct InquiryTag>;
using BillId = base::Id<struct BillTag>;

std::span<const platform::sql::Migration> migrations();

enum class InquiryState : std::uint8_t { asking, due, nothing_due, unknown_number, unavailable };
std::string_view to_string(InquiryState state);

/// What a biller was asked, and what it said is due.
struct Inquiry {
    InquiryId id;
    CustomerId person;
    std::string item;
    InquiryState state = InquiryState::asking;
    std::string data = {};  // What was typed, as JSON; sealed where it is stored.
    base::Money amount{0, {"CNY", 2}};
    std::string reference = {};  // The biller's, of the bill.
    std::string payer = {};      // The biller's masked name of its customer.
    std::string period = {};     // What it is for: "2026-11".
    base::Instant asked_at = {};
};

enum class BillState : std::uint8_t { requested, sent, paid, failed };
std::string_view to_string(BillState state);

/// A bill being paid; also its receipt.
struct Bill {
    BillId id;
    InquiryId inquiry;
    CustomerId person;
    std::string item;
    ledger::AccountId from;
    std::string from_number = {};         // Masked.
    base::Money amount{0, {"CNY", 2}};    // What the biller gets.
    base::Money discount{0, {"CNY", 2}};  // Of it, what a voucher pays.
    voucher::VoucherId voucher = {};      // None where none is used.
    BillState state = BillState::requested;
    std::string reason = {};          // Why it failed: "partner.…" in the biller's words.
    std::string biller_receipt = {};  // The biller's.
    std::string receipt_number = {};  // Where paid, as is the next.
    std::string verification_code = {};
    base::Instant requested_at = {};
    std::optional<base::Instant> ended_at = {};
    base::Date asked_on = {};                // Business dates: of the order
    std::optional<base::Date> paid_on = {};  // and of the money.
    ledger::EntryId hold = {};
    std::string sealed_purpose = {};
};

/// What a customer asks to be paid.
struct Order {
    InquiryId inquiry;
    ledger::AccountId from;
    voucher::VoucherId voucher = {};
};

/// An order that could be paid as of a snapshot.
struct Plan {
    CustomerId person;
    Order order;
    Inquiry inquiry;
    Item item;
    base::Money discount{0, {"CNY", 2}};
    std::optional<voucher::Campaign> campaign = {};
    payment::Proof proof_needed = payment::Proof::none;
    std::string subject = {};  // What a proof is bound to; canonical JSON.
    std::string from_number = {};
    std::string sealed_purpose = {};
    risk::Decision decision = {};  // So far: names.

    base::Money from_account() const;  // The amount less what a voucher pays.
};

/// Bills of one book: asked of the biller, paid from an account (and a voucher) to the biller's own
/// account in the ledger. The money is reserved until the biller has taken the payment; what it
/// refuses is free again; where it does not answer it is asked again until it speaks.
class Bills {
public:
    struct Parts {
        const Items& items;
        account::Accounts& accounts;
        risk::Judge& judge;
        payment::People& people;
        payment::Proofs& proofs;
        payment::Events& events;
        voucher::Vouchers& vouchers;
        const platform::crypto::Hmac& receipt_key;
    };
    explicit Bills(const Parts& parts) : parts_(parts) {}

    const Items& items() const { return parts_.items; }

    /// Notes a question to the biller; the caller asks it in the same unit of work. `data` fits the
    /// item's form. Errors: bill.item_unknown.
    base::Result<Inquiry> inquire(platform::sql::Transaction& transaction, CustomerId person,
                                  std::string_view item, const platform::json::Object& data);
    /// What the biller said. A state that is not `asking` stays. Errors: bill.inquiry_unknown.
    base::Result<Inquiry> answered(platform::sql::Transaction& transaction, const Inquiry& said);
    /// Errors: bill.inquiry_unknown (also another's).
    base::Result<Inquiry> inquiry(platform::sql::Snapshot& snapshot, CustomerId person,
                                  InquiryId id);

    /// Works out an order as of now. Errors, in this order: bill.inquiry_unknown, bill.not_due,
    /// bill.out_of_date (asked more than 30 minutes ago), bill.already_paid, payment.from_unknown,
    /// payment.from_closed, payment.from_frozen, payment.unit_mismatch, voucher.unknown,
    /// voucher.used, voucher.expired, voucher.bill_too_small, payment.no_funds,
    /// payment.at_a_branch.
    base::Result<Plan> plan(platform::sql::Snapshot& snapshot, CustomerId person,
                            const Order& order);

    /// Reserves the money in one unit of work with proof, risk decision, audit record and the event
    /// "bill.requested". `key` is the Idempotency-Key, scoped by person: again with the same order
    /// it answers the same bill. Errors: payment.key_missing, ledger.client_id_reused,
    /// bill.already_paid, payment.proof_missing, payment.stronger_proof_needed, authentication's,
    /// risk.*, payment.* (the ledger's refusals). Callers keep those that stand
    /// (payment/refusals.h).
    base::Result<Bill> pay(platform::sql::Transaction& transaction, const Plan& plan,
                           std::string_view key, std::uint64_t proof);
    /// What was answered to `key` before. Errors: ledger.client_id_reused.
    base::Result<std::optional<Bill>> before(platform::sql::Snapshot& snapshot, CustomerId person,
                                             const Order& order, std::string_view key);

    /// The biller is being asked to take the payment. Errors: bill.unknown, bill.over.
    base::Result<Bill> mark_sent(platform::sql::Transaction& transaction, BillId id);
    /// The biller has it: the money moves. Again: nothing. After `failed`: noted in the audit trail
    /// as a contradiction, for a person. Errors: bill.unknown.
    base::Result<Bill> paid(platform::sql::Transaction& transaction, BillId id,
                            std::string_view biller_receipt);
    /// The biller does not take it: money and voucher are free again. As paid, the other way round.
    base::Result<Bill> failed(platform::sql::Transaction& transaction, BillId id,
                              std::string_view reason);

    /// Errors: bill.unknown (also another's).
    base::Result<Bill> bill(platform::sql::Snapshot& snapshot, CustomerId person, BillId id);
    /// The paid bill whose receipt has that number and code; nothing where one of them is wrong.
    std::optional<Bill> genuine(platform::sql::Snapshot& snapshot, BillId id,
                                std::string_view number, std::string_view code);
    /// Newest first, from `before` (exclusive; none: the newest) back.
    std::vector<Bill> of_person(platform::sql::Snapshot& snapshot, CustomerId person, BillId before,
                                int limit);
    /// Without an answer, not touched since `before`; the oldest first.
    std::vector<Bill> unfinished(platform::sql::Snapshot& snapshot, base::Instant before,
                                 int limit);
    /// What the question about a bill holds: {item, biller, data}. Errors: bill.item_unknown.
    base::Result<platform::json::Object> question(const Inquiry& inquiry);

private:
    base::Result<Bill> end(platform::sql::Transaction& transaction, Bill bill, BillState state,
                           std::string_view reason, std::string_view biller_receipt);
    base::Result<voucher::Campaign> usable(platform::sql::Snapshot& snapshot, CustomerId person,
                                           voucher::VoucherId id, base::Money amount);
    base::Result<Bill> shown(Bill bill);

    Parts parts_;
};

}  // namespace bank::bill
