// SPDX-License-Identifier: Apache-2.0
// Paying somebody: the payee, the transfer itself, its receipt.
#include <api/orders.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <platform/http/problem.h>

namespace api {

namespace http = platform::http;
namespace payment = bank::payment;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr std::size_t payees_shown = 20;

Object transfer_shape(const payment::Transfer& transfer)
{
    Object object{{"id", to_string(transfer.id)},
                  {"receipt_number", transfer.receipt_number},
                  {"verification_code", transfer.verification_code},
                  {"from", to_string(transfer.from)},
                  {"from_account", transfer.from_number},
                  {"to_account", transfer.to_number},
                  {"payee_name", transfer.payee_name},
                  {"amount", shape(transfer.amount)},
                  {"at", shape(transfer.at)},
                  {"state", "posted"}};
    if (!transfer.purpose.empty()) object.set("purpose", transfer.purpose);
    return object;
}

Result<http::Response> look_up(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto payee = TRY(institution.transfers.look_up(snapshot, read_payee(call.body)));
        return ok(
            Object{{"masked_name", payee.masked_name}, {"account_number", payee.masked_number}});
    });
}

Result<http::Response> payees(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        Array items;
        for (const auto& own : institution.accounts.of_holder(snapshot, call.caller->customer)) {
            for (const auto& payee :
                 institution.transfers.recent_payees(snapshot, own.id, payees_shown)) {
                if (items.size() == payees_shown) break;
                items.push_back(Object{{"account_number", payee.number},
                                       {"masked_name", payee.masked_name},
                                       {"last_paid_at", shape(payee.last_paid_at)}});
            }
        }
        return ok(Object{{"items", std::move(items)}});
    });
}

/// The payer sees the balance after; it is nobody else's business.
Result<http::Response> receipt(Institution& institution, bank::customer::CustomerId viewer,
                               payment::EntryId id, int status)
{
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto transfer = TRY(institution.transfers.transfer(snapshot, viewer, id));
        Object object = transfer_shape(transfer);
        const auto from = institution.accounts.account(snapshot, transfer.from);
        if (from && from.value().holder == viewer)
            object.set("balance_after", shape(transfer.balance_after));
        return ok(object, status);
    });
}

/// A lasting answer: the receipt, or the refusal again.
Result<http::Response> answer_shape(Institution& institution, bank::customer::CustomerId payer,
                                    const payment::Answer& answer)
{
    if (answer.refused) return *answer.refused;
    return receipt(institution, payer, *answer.paid, 201);
}

Result<http::Response> view(Call& call, Parts&)
{
    return receipt(*call.caller->institution, call.caller->customer,
                   TRY(call.id<payment::EntryId>("transfer")), 200);
}

/// Refusals that stand for good under their key: what the bank decided, not what was mistyped.
bool lasts(const base::Error& error)
{
    return error.kind == base::ErrorKind::rejected && error.reason.starts_with("payment.");
}

/// All of a payment before its unit of work: what was answered before, or the plan.
struct Prepared {
    std::optional<payment::Answer> answered;
    std::optional<payment::Plan> plan;
};

Result<Prepared> prepare(Institution& institution, bank::customer::CustomerId payer,
                         const payment::Order& order, std::string_view key)
{
    Prepared prepared;
    std::optional<base::Error> refusal;
    const auto looked = institution.book.read([&](sql::Snapshot& snapshot) -> Result<void> {
        prepared.answered = TRY(institution.transfers.answered(snapshot, payer, order, key));
        if (prepared.answered) return {};
        auto plan = institution.transfers.plan(snapshot, payer, order);
        if (plan) {
            prepared.plan = std::move(plan).value();
        } else {
            refusal = plan.error();
        }
        return {};
    });
    TRY(looked);
    if (!refusal) return prepared;
    if (!lasts(*refusal)) return *refusal;
    prepared.answered = TRY(institution.book.write([&](sql::Transaction& transaction) {
        return institution.transfers.refuse(transaction, payer, order, key, *refusal);
    }));
    return prepared;
}

void transfer(Call call, http::Reply reply, Parts& parts)
{
    const std::string request_id = call.request.id;
    const auto answer = [&](const Result<http::Response>& response) {
        reply.send(response ? response.value() : http::problem(response.error(), request_id));
    };
    Institution& institution = *call.caller->institution;
    const auto payer = call.caller->customer;
    const std::string key{call.request.header("Idempotency-Key")};
    const auto order = read_order(call.body["transfer"]);
    if (!order) return answer(order.error());
    auto prepared = prepare(institution, payer, order.value(), key);
    if (!prepared) return answer(prepared.error());
    if (prepared.value().answered)
        return answer(answer_shape(institution, payer, *prepared.value().answered));

    std::uint64_t proof = 0;
    if (const std::string_view token = call.body["proof"].text_or(); !token.empty()) {
        const auto put = parts.proof_desk.put(token);
        if (!put) return answer(put.error());
        proof = put.value();
    }
    // The writer's commit completes the payment; the receipt is read back beside it, so that the
    // writer goes on.
    institution.book.submit(
        [&institution, plan = std::move(*prepared.value().plan), key,
         proof](sql::Transaction& transaction) {
            return institution.transfers.pay(transaction, plan, key, proof);
        },
        [&institution, &parts, payer, proof, request_id,
         reply =
             std::make_shared<http::Reply>(std::move(reply))](const Result<payment::Answer>& paid) {
            if (proof != 0) parts.proof_desk.take(proof);
            parts.run_later([&institution, payer, request_id, paid, reply] {
                const auto response = paid ? answer_shape(institution, payer, paid.value())
                                           : Result<http::Response>{paid.error()};
                reply->send(response ? response.value()
                                     : http::problem(response.error(), request_id));
            });
        });
}

}  // namespace

payment::PayeeAddress read_payee(const platform::json::Value& value)
{
    return {std::string{value["account_number"].text_or()}, std::string{value["phone"].text_or()}};
}

Result<payment::Order> read_order(const platform::json::Value& value)
{
    return payment::Order{TRY(base::parse_id<bank::account::AccountId>(value["from"].text_or())),
                          read_payee(value["to"]), std::string{value["payee_name"].text_or()},
                          TRY(read_money(value["amount"])),
                          std::string{value["purpose"].text_or()}};
}

void add_payment_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("lookUpPayee", Access::customer, with(look_up));
    routes.add("listPayees", Access::customer, with(payees));
    routes.add_late("transfer", Access::customer, [&parts](Call call, http::Reply reply) {
        transfer(std::move(call), std::move(reply), parts);
    });
    routes.add("getTransfer", Access::customer, with(view));
}

}  // namespace api
