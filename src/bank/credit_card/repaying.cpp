// SPDX-License-Identifier: Apache-2.0
// Paying a card's bill: a payment to the issuer's bank, held to what the issuer said is open.
#include <bank/credit_card/cards.h>

#include <bank/credit_card/internal/rows.h>

#include <algorithm>

namespace bank::credit_card {

using base::rejected;
using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::int64_t bill_seconds = 30 * 60;
constexpr int looked_at = 50;  // Repayments that may be newer than a bill; more are not made.
constexpr int shown_payments = 20;

bool came_back(const clearing::Payment& payment)
{
    return payment.state == clearing::State::rejected || payment.state == clearing::State::returned;
}

base::Error more_than_due()
{
    return rejected("card.more_than_due", "this is more than is open on the card's bill");
}

}  // namespace

base::Money Cards::open(Snapshot& snapshot, const Card& card)
{
    base::Money left = card.bill.statement;
    if (card.state != BillState::known) return {0, left.currency};
    for (const auto id : internal::repayments(snapshot, card.id, looked_at)) {
        const auto payment = parts_.outgoing.payment(snapshot, id);
        if (!payment || came_back(payment.value())) continue;
        // The issuer cannot have counted what it had not got when it was asked.
        const auto& ended = payment.value().ended_at;
        if (!ended || *ended > card.asked_at)
            left.minor_units -= payment.value().amount.minor_units;
    }
    left.minor_units = std::max<std::int64_t>(left.minor_units, 0);
    return left;
}

std::vector<clearing::Payment> Cards::payments(Snapshot& snapshot, const Card& card)
{
    std::vector<clearing::Payment> found;
    for (const auto id : internal::repayments(snapshot, card.id, shown_payments)) {
        if (auto payment = parts_.outgoing.payment(snapshot, id))
            found.push_back(std::move(payment).value());
    }
    return found;
}

Result<clearing::Order> Cards::order_of(Snapshot& snapshot, CustomerId person,
                                        const Repayment& repayment)
{
    const Card kept = TRY(card(snapshot, person, repayment.card));
    return clearing::Order{
        .from = repayment.from,
        .to = {kept.bank,
               parts_.people.unseal(snapshot, person, internal::sealed_of(snapshot, kept.id)),
               parts_.people.name(snapshot, person)},
        .amount = repayment.amount,
        .purpose = "信用卡还款",
        .category = "CCRD"};
}

Result<Plan> Cards::plan(Snapshot& snapshot, CustomerId person, const Repayment& repayment)
{
    const Card kept = TRY(card(snapshot, person, repayment.card));
    if (repayment.amount.minor_units <= 0)
        return base::invalid("payment.amount_not_positive", "an amount is more than zero");
    if (repayment.amount.currency != kept.bill.statement.currency)
        return base::invalid("payment.unit_mismatch", "the bill is in another currency");
    if (kept.state != BillState::known)
        return rejected("card.bill_not_known", "the issuer has not said what is to be paid");
    const auto now = parts_.clock.now();
    if (now > base::after_seconds(kept.asked_at, bill_seconds))
        return rejected("card.bill_out_of_date", "look the bill up again; it was some time ago");
    const auto left = open(snapshot, kept);
    if (left.minor_units == 0)
        return rejected("card.nothing_due", "nothing is open on the card's bill");
    if (repayment.amount.minor_units > left.minor_units) return more_than_due();
    const auto order = TRY(order_of(snapshot, person, repayment));
    return Plan{repayment, TRY(parts_.outgoing.plan(snapshot, person, order))};
}

Result<clearing::Answer> Cards::pay(Transaction& transaction, const Plan& plan,
                                    std::string_view key, std::uint64_t proof)
{
    const auto person = plan.payment.payer;
    const auto had = TRY(parts_.outgoing.answered(transaction, person, plan.payment.order, key));
    if (had) return *had;
    const Card kept = TRY(card(transaction, person, plan.repayment.card));
    if (plan.repayment.amount.minor_units > open(transaction, kept).minor_units)
        return more_than_due();
    auto answer = TRY(parts_.outgoing.pay(transaction, plan.payment, key, proof));
    if (answer.paid) internal::insert_repayment(transaction, kept.id, *answer.paid);
    return answer;
}

Result<std::optional<clearing::Answer>> Cards::before(Snapshot& snapshot, CustomerId person,
                                                      const Repayment& repayment,
                                                      std::string_view key)
{
    const auto order = TRY(order_of(snapshot, person, repayment));
    return parts_.outgoing.answered(snapshot, person, order, key);
}

}  // namespace bank::credit_card
