// SPDX-License-Identifier: Apache-2.0
// Paying a bill: reserved, sent to the biller, and then moved or free again.
#include <bank/bill/bills.h>

#include <bank/bill/internal/rows.h>
#include <bank/payment/proving.h>
#include <bank/payment/refusals.h>
#include <bank/payment/short_code.h>
#include <platform/json/value.h>

#include <algorithm>

namespace bank::bill {

using base::conflict;
using base::not_found;
using base::rejected;
using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::int64_t hold_seconds = 10LL * 366 * 86'400;  // An answer may come late; it comes.

ledger::ClientId ledger_client(std::string_view step, BillId id)
{
    return ledger::client_id({"bill", step, base::to_string(id)});
}

std::string scoped(CustomerId person, std::string_view key)
{
    return base::to_string(person) + " " + std::string{key};
}

std::uint64_t content_of(const Order& order)
{
    return ledger::content_of({base::to_string(order.inquiry), base::to_string(order.from),
                               base::to_string(order.voucher)});
}

Object event_of(const Bill& bill)
{
    Object data{{"bill", base::to_string(bill.id)},
                {"item", bill.item},
                {"account", base::to_string(bill.from)},
                {"amount", base::to_decimal({bill.amount.minor_units - bill.discount.minor_units,
                                             bill.amount.currency})},
                {"currency", std::string{bill.amount.currency.code}}};
    if (!bill.reason.empty()) data.set("reason", bill.reason);
    return data;
}

void write_audit(Transaction& transaction, audit::Actor actor, std::string_view action,
                 std::string_view reason, const Bill& bill)
{
    audit::append(transaction, {.actor = actor,
                                .action = action,
                                .object = {"bill", bill.id.value},
                                .reason = reason,
                                .details = {{"item", bill.item},
                                            {"from", base::to_string(bill.from)},
                                            {"amount", base::to_decimal(bill.amount)},
                                            {"discount", base::to_decimal(bill.discount)}}});
}

base::Error unknown_bill()
{
    return not_found("bill.unknown", "there is no such bill of yours");
}

}  // namespace

std::string_view to_string(BillState state)
{
    constexpr std::string_view names[] = {"requested", "sent", "paid", "failed"};
    return names[static_cast<std::size_t>(state)];
}

/// With number and code of the receipt, where there is one.
Result<Bill> Bills::shown(Bill bill)
{
    if (bill.state != BillState::paid || !bill.ended_at) return bill;
    std::string number = base::to_string(parts_.accounts.business_date(*bill.ended_at));
    std::erase(number, '-');
    bill.receipt_number = number + "-" + base::to_string(bill.id);
    platform::crypto::Bytes message;
    for (const std::string& part :
         {std::string{"bill"}, bill.receipt_number, bill.item, base::to_string(bill.from),
          base::to_decimal(bill.amount), bill.biller_receipt}) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    }
    bill.verification_code = payment::short_code(parts_.receipt_key.code256(message));
    return bill;
}

std::optional<Bill> Bills::genuine(Snapshot& snapshot, BillId id, std::string_view number,
                                   std::string_view code)
{
    const auto found = internal::find(snapshot, id);
    if (!found) return std::nullopt;
    auto bill = shown(found->bill);
    if (!bill || bill.value().receipt_number.empty() || bill.value().receipt_number != number ||
        !payment::same_code(code, bill.value().verification_code)) {
        return std::nullopt;
    }
    return std::move(bill).value();
}

Result<std::optional<Bill>> Bills::before(Snapshot& snapshot, CustomerId person, const Order& order,
                                          std::string_view key)
{
    BillId id;
    {
        auto row =
            snapshot.query("select bill from bill_payment_key where key = ?", scoped(person, key));
        if (!row.next()) return std::optional<Bill>{};
        id = row.id<BillId>(0);
    }
    const auto found = internal::find(snapshot, id);
    base::ensure(found.has_value());
    if (found->content != content_of(order)) {
        return conflict("ledger.client_id_reused", "the same key was used for another bill");
    }
    return std::optional{TRY(shown(found->bill))};
}

Result<Bill> Bills::pay(Transaction& transaction, const Plan& plan, std::string_view key,
                        std::uint64_t proof)
{
    if (key.empty()) return base::invalid("payment.key_missing", "paying needs an Idempotency-Key");
    if (auto had = TRY(before(transaction, plan.person, plan.order, key))) return *had;
    if (internal::is_taken(transaction, plan.order.inquiry)) {
        return conflict("bill.already_paid", "this bill is paid, or just being paid");
    }
    auto& ledger = parts_.accounts.ledger();
    const base::Money whole = plan.inquiry.amount;
    if (plan.campaign) {
        const auto piece = TRY(ledger.account(transaction, plan.order.voucher));
        if (piece.available().minor_units < 1) {
            return rejected("voucher.used", "the voucher is used, or reserved for another bill");
        }
    }
    const auto biller =
        TRY(ledger.own_account(transaction, "biller/" + plan.item.biller, whole.currency));
    const risk::Question question{plan.order.from, biller, plan.from_account(), {}, {}};
    risk::Decision decision = plan.decision;
    parts_.judge.assess(question, transaction.now(), decision);
    if (decision.verdict == risk::Verdict::block) {
        return rejected(decision.reasons.front(), "the payment was stopped");
    }
    TRY(payment::prove(transaction, parts_.proofs,
                       {plan.person, plan.proof_needed, plan.subject, decision.verdict}, proof));
    Bill made{.id = transaction.new_id<BillId>(),
              .inquiry = plan.order.inquiry,
              .person = plan.person,
              .item = plan.item.code,
              .from = plan.order.from,
              .from_number = plan.from_number,
              .amount = whole,
              .discount = plan.discount,
              .voucher = plan.order.voucher,
              .requested_at = transaction.now(),
              .asked_on = parts_.accounts.business_date(transaction.now()),
              .sealed_purpose = plan.sealed_purpose};
    std::vector<ledger::Leg> legs{
        {made.from, ledger::Side::debit, plan.from_account(), ledger::Counting::counted},
        {biller, ledger::Side::credit, whole}};
    if (plan.campaign) {
        const base::Money piece{1, plan.campaign->unit};
        legs.push_back({plan.campaign->cost, ledger::Side::debit, plan.discount});
        legs.push_back({made.voucher, ledger::Side::debit, piece});
        legs.push_back({plan.campaign->redeemed, ledger::Side::credit, piece});
    }
    const auto hold = ledger.reserve(transaction,
                                     {.client = ledger_client("reserve", made.id),
                                      .kind = "bill",
                                      .effective = parts_.accounts.business_date(transaction.now()),
                                      .legs = legs,
                                      .details = plan.sealed_purpose},
                                     base::after_seconds(transaction.now(), hold_seconds));
    if (!hold) return payment::in_words_of_payments(hold.error());
    made.hold = hold.value().id;
    internal::insert(transaction, made, plan.item.biller, content_of(plan.order));
    transaction.execute("insert into bill_payment_key(key, bill) values (?, ?)",
                        scoped(plan.person, key), made.id);
    parts_.judge.record(transaction, question, decision, risk::Judge::Outcome::paid);
    write_audit(transaction, {audit::ActorKind::customer, plan.person.value}, "bill.pay", {}, made);
    parts_.events.append(transaction, "bill.requested", base::to_string(made.id), event_of(made));
    return made;
}

Result<Bill> Bills::mark_sent(Transaction& transaction, BillId id)
{
    auto found = internal::find(transaction, id);
    if (!found) return unknown_bill();
    if (found->bill.state >= BillState::paid) {
        return conflict("bill.over", "the biller has answered already");
    }
    found->bill.state = BillState::sent;
    internal::update(transaction, found->bill);
    return found->bill;
}

Result<Bill> Bills::end(Transaction& transaction, Bill bill, BillState state,
                        std::string_view reason, std::string_view biller_receipt)
{
    const bool taken = state == BillState::paid;
    auto& ledger = parts_.accounts.ledger();
    const ledger::Ledger::Settlement settlement{
        .client = ledger_client("end", bill.id),
        .content = taken ? 1U : 2U,
        .effective = parts_.accounts.business_date(transaction.now()),
        .hold = bill.hold,
        .details = bill.sealed_purpose};
    TRY(taken ? ledger.capture(transaction, settlement) : ledger.release(transaction, settlement));
    if (taken && bill.voucher) parts_.vouchers.redeemed(transaction, bill.voucher);
    bill.state = state;
    bill.reason = reason;
    bill.biller_receipt = biller_receipt;
    bill.ended_at = transaction.now();
    if (taken) bill.paid_on = parts_.accounts.business_date(transaction.now());
    internal::update(transaction, bill);
    const std::string_view what = taken ? "bill.paid" : "bill.failed";
    write_audit(transaction, {audit::ActorKind::partner, 0}, what, reason, bill);
    parts_.events.append(transaction, what, base::to_string(bill.id), event_of(bill));
    return bill;
}

Result<Bill> Bills::paid(Transaction& transaction, BillId id, std::string_view biller_receipt)
{
    const auto found = internal::find(transaction, id);
    if (!found) return unknown_bill();
    if (found->bill.state == BillState::paid) return found->bill;
    if (found->bill.state == BillState::failed) {
        write_audit(transaction, {audit::ActorKind::partner, 0}, "bill.contradicted", "paid",
                    found->bill);
        return found->bill;
    }
    return end(transaction, found->bill, BillState::paid, {}, biller_receipt);
}

Result<Bill> Bills::failed(Transaction& transaction, BillId id, std::string_view reason)
{
    const auto found = internal::find(transaction, id);
    if (!found) return unknown_bill();
    if (found->bill.state == BillState::failed) return found->bill;
    if (found->bill.state == BillState::paid) {
        write_audit(transaction, {audit::ActorKind::partner, 0}, "bill.contradicted", "failed",
                    found->bill);
        return found->bill;
    }
    return end(transaction, found->bill, BillState::failed, reason, {});
}

Result<Bill> Bills::bill(Snapshot& snapshot, CustomerId person, BillId id)
{
    const auto found = internal::find(snapshot, id);
    if (!found || found->bill.person != person) return unknown_bill();
    return shown(found->bill);
}

std::vector<Bill> Bills::of_person(Snapshot& snapshot, CustomerId person, BillId before, int limit)
{
    const std::int64_t newest = before ? static_cast<std::int64_t>(before.value) : INT64_MAX;
    const platform::sql::Parameter parameters[] = {person, newest, limit};
    auto bills = internal::select_with(snapshot, "person = ? and id < ? order by id desc limit ?",
                                       parameters);
    for (auto& one : bills) one = shown(std::move(one)).value();
    return bills;
}

std::vector<Bill> Bills::unfinished(Snapshot& snapshot, base::Instant before, int limit)
{
    const platform::sql::Parameter parameters[] = {before, limit};
    return internal::select_with(
        snapshot, "state < 2 and touched_at < ? order by touched_at, id limit ?", parameters);
}

}  // namespace bank::bill
