// SPDX-License-Identifier: Apache-2.0
// Payments that happen later: set up, paused, changed, revoked, and what became of them.
#include <api/orders.h>
#include <api/proof_on_desk.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/payment/refusals.h>

#include <algorithm>

namespace api {

namespace http = platform::http;
namespace payment = bank::payment;
namespace sql = platform::sql;
namespace standing = bank::standing;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int orders_shown = 100;
constexpr int runs_shown = 24;

Object order_shape(const standing::View& order, Parts& parts)
{
    const auto& terms = order.terms;
    Object object{{"id", to_string(order.id)},
                  {"from", to_string(order.account)},
                  {"number", order.masked_number},
                  {"name", order.masked_name},
                  {"amount", shape(order.amount)},
                  {"rhythm", to_string(terms.rhythm)},
                  {"first", base::to_string(terms.first)},
                  {"holiday", to_string(terms.holiday)},
                  {"state", to_string(order.state)},
                  {"done", order.done},
                  {"attempt", order.attempt},
                  {"created_at", shape(order.created_at)}};
    if (!order.bank.empty()) {
        object.set("bank", order.bank);
        const auto* bank = parts.directory.find(order.bank);
        if (bank != nullptr) object.set("bank_name", shape(bank->name));
    }
    if (terms.rhythm >= standing::Rhythm::monthly) object.set("day", terms.day);
    if (terms.until) object.set("until", base::to_string(*terms.until));
    if (terms.times) object.set("times", *terms.times);
    if (order.next_date) object.set("next_date", base::to_string(*order.next_date));
    if (order.next_at) object.set("next_at", shape(*order.next_at));
    if (!order.last_reason.empty()) object.set("last_reason", order.last_reason);
    return object;
}

Result<http::Response> view_order(Call& call, Parts& parts, standing::OrderId id, int status)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto order = TRY(institution.orders.view(snapshot, id, call.caller->customer));
        Object object = order_shape(order, parts);
        Array runs;
        for (const auto& run : institution.orders.runs(snapshot, id, runs_shown)) {
            Object one{{"date", base::to_string(run.date)},
                       {"attempt", run.attempt},
                       {"at", shape(run.at)},
                       {"result", run.paid      ? "paid"
                                  : run.skipped ? "skipped"
                                                : "refused"}};
            if (!run.reason.empty()) one.set("reason", run.reason);
            if (!run.payment.empty()) one.set("payment", run.payment);
            runs.push_back(std::move(one));
        }
        object.set("runs", std::move(runs));
        return ok(object, status);
    });
}

Result<http::Response> list_orders(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        Array items;
        for (const auto& one :
             institution.orders.of_payer(snapshot, call.caller->customer, orders_shown)) {
            items.push_back(order_shape(one, parts));
        }
        return ok(Object{{"items", std::move(items)}});
    });
}

Result<http::Response> create_order(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const std::string key{call.request.header("Idempotency-Key")};
    const auto order = TRY(read_standing(call.body["order"]));
    const payment::Asked asked{
        "standing", call.caller->customer, key,
        bank::ledger::content_of({platform::json::canonical(call.body["order"])})};
    const auto attempt = [&]() -> Result<standing::OrderId> {
        const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.orders.plan(snapshot, asked.person, order);
        }));
        ProofOnDesk proof{parts.proof_desk};
        TRY(proof.put(call.body["proof"].text_or()));
        return institution.book.write(
            [&](sql::Transaction& transaction) -> Result<standing::OrderId> {
                TRY(payment::not_refused(institution.ledger, transaction, asked));
                return institution.orders.create(transaction, plan, key, proof.number());
            });
    };
    const auto id = TRY(payment::answered_for_ever(
        institution.book, institution.accounts, asked, attempt, [&](sql::Transaction& transaction) {
            return institution.orders.known(transaction, asked.person, key);
        }));
    return view_order(call, parts, id, 201);
}

Result<http::Response> change_order(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<standing::OrderId>("order"));
    const auto order = TRY(read_standing_change(call.body["change"]));
    const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.orders.plan(snapshot, call.caller->customer, order, id);
    }));
    ProofOnDesk proof{parts.proof_desk};
    TRY(proof.put(call.body["proof"].text_or()));
    TRY(institution.book.write([&](sql::Transaction& transaction) {
        return institution.orders.change(transaction, plan, proof.number());
    }));
    return view_order(call, parts, id, 200);
}

Result<http::Response> set_order_state(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<standing::OrderId>("order"));
    const auto word = call.body["state"].text_or();
    const auto state = word == "paused"      ? standing::State::paused
                       : word == "cancelled" ? standing::State::cancelled
                                             : standing::State::active;
    TRY(institution.book.write([&](sql::Transaction& transaction) {
        return institution.orders.set_state(transaction, call.caller->customer, id, state);
    }));
    return view_order(call, parts, id, 200);
}

std::string text_in(const platform::json::Value& value, std::string_view name)
{
    return std::string{value[name].text_or()};
}

/// What both an order and its change say.
Result<void> read_ending(const platform::json::Value& value, standing::Terms& terms)
{
    if (value["until"].string() != nullptr)
        terms.until = TRY(base::parse_date(value["until"].text_or()));
    if (value["times"].integer() != nullptr)
        terms.times = static_cast<int>(value["times"].integer_or(0));
    terms.holiday = TRY(standing::parse_holiday(value["holiday"].text_or("same-day")));
    return {};
}

}  // namespace

Result<standing::Order> read_standing(const platform::json::Value& value)
{
    standing::Order order{
        .from = TRY(base::parse_id<bank::account::AccountId>(value["from"].text_or())),
        .to = {text_in(value, "bank"), read_payee(value["to"]), text_in(value, "number"),
               text_in(value, "name")},
        .amount = TRY(read_money(value["amount"])),
        .purpose = text_in(value, "purpose")};
    order.terms.rhythm = TRY(standing::parse_rhythm(value["rhythm"].text_or()));
    if (order.terms.rhythm != standing::Rhythm::delayed)
        order.terms.first = TRY(base::parse_date(value["first"].text_or()));
    order.terms.day =
        static_cast<int>(value["day"].integer_or(std::max(1, base::civil(order.terms.first).day)));
    TRY(read_ending(value, order.terms));
    return order;
}

Result<standing::Order> read_standing_change(const platform::json::Value& value)
{
    standing::Order order{.amount = TRY(read_money(value["amount"]))};
    if (value["first"].string() != nullptr)
        order.terms.first = TRY(base::parse_date(value["first"].text_or()));
    TRY(read_ending(value, order.terms));
    return order;
}

void add_order_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listPaymentOrders", Access::customer, with(list_orders));
    routes.add("createPaymentOrder", Access::customer, with(create_order));
    routes.add("getPaymentOrder", Access::customer, [&parts](Call& call) -> Result<http::Response> {
        return view_order(call, parts, TRY(call.id<standing::OrderId>("order")), 200);
    });
    routes.add("changePaymentOrder", Access::customer, with(change_order));
    routes.add("setPaymentOrderState", Access::customer, with(set_order_state));
}

}  // namespace api
