// SPDX-License-Identifier: Apache-2.0
// Doing what is due: each date of an order in one unit of work.
#include <bank/standing/internal/rows.h>
#include <bank/standing/orders.h>

#include <platform/json/value.h>

#include <algorithm>

namespace bank::standing {

using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

/// What one attempt came to.
struct Outcome {
    std::string payment;  // Empty: refused.
    std::string reason;
};

}  // namespace

/// An order that is due, with its payment worked out as of a snapshot.
struct Orders::Due {
    View view;
    std::optional<payment::Plan> inner;
    std::optional<clearing::Plan> outer;
    std::string refused;  // The plan's own refusal.
};

bool Orders::run_one(platform::sql::Book& book, OrderId id)
{
    const auto due = book.read([&](Snapshot& snapshot) -> Result<Due> {
        Due made{TRY(internal::find(snapshot, id)), {}, {}, {}};
        const Order order = order_of(snapshot, made.view);
        const auto keep = [&](auto& place, auto plan) {
            if (!plan) {
                made.refused = plan.error().reason;
                return;
            }
            place = std::move(plan).value();
            place->proof_needed = payment::Proof::none;  // The whole order was proven.
        };
        if (order.to.bank.empty()) {
            keep(made.inner, parts_.transfers.plan(snapshot, made.view.payer,
                                                   {order.from, order.to.here, order.to.name,
                                                    order.amount, order.purpose},
                                                   payment::Transfers::Money::later));
        } else {
            keep(made.outer,
                 parts_.outgoing.plan(snapshot, made.view.payer,
                                      {.from = order.from,
                                       .to = {order.to.bank, order.to.number, order.to.name},
                                       .amount = order.amount,
                                       .purpose = order.purpose,
                                       .category = {},
                                       .noticed = true},
                                      clearing::Outgoing::Money::later));
        }
        return made;
    });
    if (!due) return false;

    bool done = false;
    const auto work = [&](Transaction& transaction) -> Result<void> {
        View order = TRY(internal::find(transaction, id));
        const View& seen = due.value().view;
        // Paused, changed or done since it was looked at: the next look sees it anew.
        if (order.state != State::active || order.next_date != seen.next_date ||
            order.attempt != seen.attempt || order.amount != seen.amount || !order.next_at ||
            *order.next_at > transaction.now() || !order.next_date) {
            return {};
        }
        const base::Date date = *order.next_date;
        const std::string key = "order/" + base::to_string(id) + "/" + base::to_string(date) + "/" +
                                std::to_string(order.attempt);
        if (const auto hold = internal::kept(transaction, id).hold; hold && order.attempt == 1) {
            TRY(parts_.accounts.ledger().release(
                transaction, {.client = ledger::client_id({"standing.free", base::to_string(id)}),
                              .effective = parts_.accounts.business_date(transaction.now()),
                              .hold = *hold}));
        }
        Outcome outcome{{}, due.value().refused};
        const auto take = [&](const auto& answer) {
            if (!answer) {
                outcome.reason = answer.error().reason;
            } else if (answer.value().refused) {
                outcome.reason = answer.value().refused->reason;
            } else {
                outcome.payment = base::to_string(*answer.value().paid);
            }
        };
        if (due.value().inner) {
            take(parts_.transfers.pay(transaction, *due.value().inner, key, 0));
        } else if (due.value().outer) {
            take(parts_.outgoing.pay(transaction, *due.value().outer, key, 0));
        }
        const bool paid = !outcome.payment.empty();
        const bool once_only = order.terms.rhythm == Rhythm::delayed;
        const bool skipped =
            !paid && (once_only || order.attempt >= std::max(1, parts_.rules.attempts));
        internal::insert_run(transaction, id,
                             {date, order.attempt, transaction.now(), paid, skipped, outcome.reason,
                              outcome.payment});
        order.last_reason = outcome.reason;
        if (!paid && !skipped) {
            ++order.attempt;
            order.next_at = base::after_seconds(transaction.now(),
                                                std::int64_t{parts_.rules.retry_minutes} * 60);
        } else {
            ++order.done;
            order.attempt = 1;
            order.next_date = next_after(order.terms, date, order.done);
            order.next_at.reset();
            if (order.next_date) {
                order.next_at = moment(order.terms, *order.next_date, order.created_at);
            } else {
                order.state = State::ended;
            }
        }
        internal::update(transaction, order);
        if (!paid) {
            audit::append(transaction,
                          {.actor = {audit::ActorKind::system, 0},
                           .action = skipped ? "payment-order.skip" : "payment-order.retry",
                           .object = {"payment-order", id.value},
                           .reason = outcome.reason,
                           .details = {{"date", base::to_string(date)}}});
            parts_.events.append(transaction, skipped ? "standing.skipped" : "standing.retried",
                                 base::to_string(id),
                                 Object{{"order", base::to_string(id)},
                                        {"account", base::to_string(order.account)},
                                        {"amount", base::to_decimal(order.amount)},
                                        {"currency", std::string{order.amount.currency.code}},
                                        {"reason", outcome.reason}});
        }
        done = true;
        return {};
    };
    return book.write(work).has_value() && done;
}

int Orders::run_due(platform::sql::Book& book, int at_most)
{
    const auto now = book.clock().now();
    const auto due = book.read([&](Snapshot& snapshot) {
        const platform::sql::Parameter parameters[] = {now, at_most};
        return internal::select_orders(
            snapshot, "state = 0 and next_at <= ? order by next_at, id limit ?", parameters);
    });
    int done = 0;
    for (const auto& one : due) done += run_one(book, one.id) ? 1 : 0;
    return done;
}

}  // namespace bank::standing
