// SPDX-License-Identifier: Apache-2.0
// Asking a biller what is due, and planning to pay it.
#include <bank/bill/bills.h>

#include <bank/account/number.h>
#include <bank/bill/internal/rows.h>
#include <platform/json/value.h>

#include <algorithm>

namespace bank::bill {

namespace json = platform::json;
using base::not_found;
using base::rejected;
using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::int64_t inquiry_seconds = 30 * 60;

base::Error unknown_inquiry()
{
    return not_found("bill.inquiry_unknown", "there is no such question of yours to a biller");
}

/// The item in the payer's statement: "自来水费 云川市白塔区".
std::string purpose_of(const Item& item)
{
    return std::string{base::in_language(item.name(), "zh")} + " " +
           std::string{base::in_language(item.place(), "zh")};
}

}  // namespace

std::string_view to_string(InquiryState state)
{
    constexpr std::string_view names[] = {"asking", "due", "nothing-due", "unknown-number",
                                          "unavailable"};
    return names[static_cast<std::size_t>(state)];
}

base::Money Plan::from_account() const
{
    return {inquiry.amount.minor_units - discount.minor_units, inquiry.amount.currency};
}

Result<Inquiry> Bills::inquire(Transaction& transaction, CustomerId person, std::string_view item,
                               const json::Object& data)
{
    if (!parts_.items.find(item)) {
        return not_found("bill.item_unknown", "there is no such bill item");
    }
    const Inquiry made{.id = transaction.new_id<InquiryId>(),
                       .person = person,
                       .item = std::string{item},
                       .data = json::canonical(data),
                       .asked_at = transaction.now()};
    internal::insert(transaction, made, parts_.people.seal(person, made.data));
    return made;
}

Result<Inquiry> Bills::answered(Transaction& transaction, const Inquiry& said)
{
    auto found = internal::find(transaction, said.id);
    if (!found) return unknown_inquiry();
    // Silence is not the last word: a late answer still tells what is due.
    if (found->state != InquiryState::asking && found->state != InquiryState::unavailable) {
        return *found;
    }
    found->state = said.state;
    found->amount = said.amount;
    found->reference = said.reference;
    found->payer = said.payer;
    found->period = said.period;
    internal::update(transaction, *found);
    return *found;
}

Result<Inquiry> Bills::inquiry(Snapshot& snapshot, CustomerId person, InquiryId id)
{
    auto found = internal::find(snapshot, id);
    if (!found || found->person != person) return unknown_inquiry();
    found->data = parts_.people.unseal(snapshot, person, found->data);
    return *found;
}

Result<json::Object> Bills::question(const Inquiry& inquiry)
{
    const auto item = parts_.items.find(inquiry.item);
    if (!item) return not_found("bill.item_unknown", "there is no such bill item any more");
    return json::Object{
        {"item", inquiry.item}, {"biller", item->biller}, {"data", TRY(json::parse(inquiry.data))}};
}

Result<voucher::Campaign> Bills::usable(Snapshot& snapshot, CustomerId person,
                                        voucher::VoucherId id, base::Money amount)
{
    const auto one = TRY(parts_.vouchers.voucher(snapshot, person, id));
    const auto campaign = TRY(parts_.vouchers.campaign(one.campaign));
    const auto standing = TRY(parts_.accounts.ledger().account(snapshot, id));
    if (standing.available().minor_units < 1) {
        return rejected("voucher.used", "the voucher is used, or reserved for another bill");
    }
    if (parts_.accounts.ledger().clock().now() >= campaign.facts.use_until) {
        return rejected("voucher.expired", "the voucher's time is over");
    }
    if (amount.minor_units < campaign.facts.least_bill.minor_units) {
        return rejected("voucher.bill_too_small", "the bill is smaller than the voucher asks for");
    }
    return campaign;
}

Result<Plan> Bills::plan(Snapshot& snapshot, CustomerId person, const Order& order)
{
    const auto asked = TRY(inquiry(snapshot, person, order.inquiry));
    const auto now = parts_.accounts.ledger().clock().now();
    const auto item = parts_.items.find(asked.item);
    if (asked.state != InquiryState::due || !item) {
        return rejected("bill.not_due", "the biller has not said that something is due");
    }
    if (now > base::after_seconds(asked.asked_at, inquiry_seconds)) {
        return rejected("bill.out_of_date", "look the bill up again; it was some time ago");
    }
    if (internal::is_taken(snapshot, order.inquiry)) {
        return base::conflict("bill.already_paid", "this bill is paid, or just being paid");
    }
    const auto from = parts_.accounts.account(snapshot, order.from);
    if (!from || from.value().holder != person) {
        return not_found("payment.from_unknown", "there is no such account of yours");
    }
    if (from.value().state == account::State::closed) {
        return rejected("payment.from_closed", "the account is closed");
    }
    if (from.value().state == account::State::frozen) {
        return rejected("payment.from_frozen", "the account is frozen");
    }
    if (from.value().state == account::State::dormant) {
        return rejected("payment.from_dormant", "nothing moved for long; revive the account first");
    }
    if (from.value().unit != asked.amount.currency) {
        return base::invalid("payment.unit_mismatch", "the account is kept in another currency");
    }
    Plan plan{.person = person,
              .order = order,
              .inquiry = asked,
              .item = *item,
              .from_number = account::masked_number(from.value().number)};
    if (order.voucher) {
        plan.campaign = TRY(usable(snapshot, person, order.voucher, asked.amount));
        plan.discount = {
            std::min(plan.campaign->facts.value.minor_units, asked.amount.minor_units - 1),
            asked.amount.currency};
    }
    const auto standing = TRY(parts_.accounts.ledger().account(snapshot, order.from));
    if (standing.available().minor_units < plan.from_account().minor_units) {
        return rejected("payment.no_funds", "there is not enough on the account");
    }
    // Billers are in the bank's folder: known payees.
    const auto known = [] { return Result<bool>{true}; };
    plan.proof_needed = TRY(parts_.proofs.needed(snapshot, {person, plan.from_account(), known}));
    plan.subject =
        json::canonical(json::Object{{"operation", "bill.pay"},
                                     {"inquiry", base::to_string(order.inquiry)},
                                     {"from", base::to_string(order.from)},
                                     {"biller", item->biller},
                                     {"amount", base::to_decimal(asked.amount)},
                                     {"from_account", base::to_decimal(plan.from_account())},
                                     {"currency", std::string{asked.amount.currency.code}}});
    const std::string payer_name = parts_.people.name(snapshot, person);
    const std::string biller{base::in_language(item->biller_name(), "zh")};
    const risk::Question question{order.from, {}, plan.from_account(), payer_name, biller};
    plan.decision = parts_.judge.screen(question);
    auto seen = plan.decision;
    parts_.judge.assess(question, now, seen);
    if (seen.verdict == risk::Verdict::step_up) {
        plan.proof_needed = std::max(plan.proof_needed, payment::Proof::passkey);
    }
    if (plan.proof_needed == payment::Proof::branch) {
        return rejected("payment.at_a_branch", "a payment like this is made at a branch");
    }
    plan.sealed_purpose = parts_.people.seal(person, purpose_of(*item));
    return plan;
}

}  // namespace bank::bill
