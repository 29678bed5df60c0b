// SPDX-License-Identifier: Apache-2.0
// The customer's credit cards at any bank: their bills, and paying them.
#include <api/orders.h>
#include <api/proof_on_desk.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/credit_card/cards.h>

namespace api {

namespace clearing = bank::clearing;
namespace credit_card = bank::credit_card;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

Object card_shape(sql::Snapshot& snapshot, Institution& institution, Parts& parts,
                  const credit_card::Card& card)
{
    const auto* bank = parts.directory.find(card.bank);
    Object object{
        {"id", to_string(card.id)},
        {"bank", card.bank},
        {"bank_name", bank == nullptr ? shape(base::Text{{"zh", card.bank}}) : shape(bank->name)},
        {"number", card.masked_number},
        {"state", credit_card::to_string(card.state)},
        {"asked_at", shape(card.asked_at)}};
    if (card.state == credit_card::BillState::known) {
        const auto open = institution.cards.open(snapshot, card);
        object.set("statement", shape(card.bill.statement));
        object.set("open", shape(open));
        object.set("minimum",
                   shape(base::Money{std::min(card.bill.minimum.minor_units, open.minor_units),
                                     open.currency}));
        object.set("due", base::to_string(card.bill.due));
    }
    Array payments;
    for (const auto& payment : institution.cards.payments(snapshot, card)) {
        payments.push_back(Object{{"id", to_string(payment.id)},
                                  {"amount", shape(payment.amount)},
                                  {"state", clearing::to_string(payment.state)},
                                  {"requested_at", shape(payment.requested_at)}});
    }
    object.set("payments", std::move(payments));
    return object;
}

Result<http::Response> shown_card(Call& call, Parts& parts, credit_card::CardId id, int status)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto card = TRY(institution.cards.card(snapshot, call.caller->customer, id));
        return ok(card_shape(snapshot, institution, parts, card), status);
    });
}

Result<http::Response> list_cards(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        Array items;
        for (const auto& card : institution.cards.of_person(snapshot, call.caller->customer))
            items.push_back(card_shape(snapshot, institution, parts, card));
        return ok(Object{{"items", std::move(items)}});
    });
}

Result<http::Response> keep_card(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto kept = TRY(parts.ask_card_issuer(institution, [&](sql::Transaction& transaction) {
        return institution.cards.keep(transaction, call.caller->customer,
                                      call.body["number"].text_or());
    }));
    return shown_card(call, parts, kept.id, 202);
}

Result<http::Response> ask_for_bill(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<credit_card::CardId>("card"));
    TRY(parts.ask_card_issuer(institution, [&](sql::Transaction& transaction) {
        return institution.cards.ask_again(transaction, call.caller->customer, id);
    }));
    return shown_card(call, parts, id, 202);
}

Result<http::Response> remove_card(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<credit_card::CardId>("card"));
    TRY(institution.book.write([&](sql::Transaction& transaction) {
        return institution.cards.remove(transaction, call.caller->customer, id);
    }));
    return http::Response{.status = 204};
}

Result<http::Response> pay_card(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    auto& cards = institution.cards;
    const auto person = call.caller->customer;
    const std::string key{call.request.header("Idempotency-Key")};
    const auto repayment = TRY(read_repayment(call.body["repayment"]));
    const auto had = TRY(institution.book.read(
        [&](sql::Snapshot& snapshot) { return cards.before(snapshot, person, repayment, key); }));
    ProofOnDesk proof{parts.proof_desk};
    const auto answer = had ? Result<clearing::Answer>{*had} : [&]() -> Result<clearing::Answer> {
        const auto plan = TRY(institution.book.read(
            [&](sql::Snapshot& snapshot) { return cards.plan(snapshot, person, repayment); }));
        TRY(proof.put(call.body["proof"].text_or()));
        return institution.book.write([&](sql::Transaction& transaction) {
            return cards.pay(transaction, plan, key, proof.number());
        });
    }();
    if (!answer) return answer.error();
    if (answer.value().refused) return *answer.value().refused;
    return show_outgoing(call, parts, *answer.value().paid, 202);
}

}  // namespace

Result<credit_card::Repayment> read_repayment(const platform::json::Value& value)
{
    return credit_card::Repayment{
        TRY(base::parse_id<credit_card::CardId>(value["card"].text_or())),
        TRY(base::parse_id<bank::account::AccountId>(value["from"].text_or())),
        TRY(read_money(value["amount"]))};
}

void add_credit_card_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listCreditCards", Access::customer, with(list_cards));
    routes.add("keepCreditCard", Access::customer, with(keep_card));
    routes.add("getCreditCard", Access::customer, [&parts](Call& call) -> Result<http::Response> {
        return shown_card(call, parts, TRY(call.id<credit_card::CardId>("card")), 200);
    });
    routes.add("askForCreditCardBill", Access::customer, with(ask_for_bill));
    routes.add("removeCreditCard", Access::customer, with(remove_card));
    routes.add("repayCreditCard", Access::customer, with(pay_card));
}

}  // namespace api
