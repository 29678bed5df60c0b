// SPDX-License-Identifier: Apache-2.0
// Wallets of third parties: binding, limits, topping up, unbinding, and what their providers take.
#include <api/orders.h>
#include <api/proof_on_desk.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/account/number.h>
#include <bank/wallet/wallets.h>

namespace api {

namespace clearing = bank::clearing;
namespace http = platform::http;
namespace sql = platform::sql;
namespace wallet = bank::wallet;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int taken_shown = 50;

Object wallet_shape(sql::Snapshot& snapshot, Institution& institution, Parts& parts,
                    const wallet::Link& link)
{
    const auto* provider = parts.directory.find(link.provider);
    const auto account = institution.accounts.account(snapshot, link.account);
    Object object{{"id", to_string(link.id)},
                  {"provider", link.provider},
                  {"name", provider == nullptr ? shape(base::Text{{"zh", link.provider}})
                                               : shape(provider->name)},
                  {"state", wallet::to_string(link.state)},
                  {"account", to_string(link.account)},
                  {"account_number",
                   account ? bank::account::masked_number(account.value().number) : std::string{}},
                  {"per_payment", shape(link.limits.per_payment)},
                  {"per_day", shape(link.limits.per_day)},
                  {"taken_today", shape(institution.wallets.taken_today(snapshot, link))},
                  {"asked_at", shape(link.asked_at)}};
    if (!link.reason.empty()) object.set("reason", link.reason);
    if (!link.masked_number.empty()) object.set("number", link.masked_number);
    if (link.bound_at) object.set("bound_at", shape(*link.bound_at));
    if (link.ended_at) object.set("ended_at", shape(*link.ended_at));
    return object;
}

Object withdrawal_shape(const wallet::Withdrawal& one)
{
    Object object{{"id", to_string(one.id)},
                  {"wallet", to_string(one.link)},
                  {"amount", shape(one.amount)},
                  {"state", wallet::to_string(one.state)},
                  {"requested_at", shape(one.requested_at)}};
    if (!one.reason.empty()) object.set("reason", one.reason);
    if (one.ended_at) object.set("ended_at", shape(*one.ended_at));
    return object;
}

Result<http::Response> shown_wallet(Call& call, Parts& parts, wallet::LinkId id, int status)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto link = TRY(institution.wallets.link(snapshot, call.caller->customer, id));
        Object object = wallet_shape(snapshot, institution, parts, link);
        Array debits;
        for (const auto& one : institution.wallets.taken(snapshot, link, taken_shown)) {
            debits.push_back(Object{{"reference", one.reference},
                                    {"amount", shape(one.amount)},
                                    {"merchant", one.merchant},
                                    {"at", shape(one.at)}});
        }
        object.set("debits", std::move(debits));
        Array withdrawals;
        for (const auto& one : institution.withdrawals.of_link(snapshot, id, taken_shown))
            withdrawals.push_back(withdrawal_shape(one));
        object.set("withdrawals", std::move(withdrawals));
        return ok(object, status);
    });
}

Result<http::Response> list_wallets(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        Array items;
        for (const auto& link : institution.wallets.of_person(snapshot, call.caller->customer))
            items.push_back(wallet_shape(snapshot, institution, parts, link));
        Array providers;
        for (const auto& bank : parts.directory.all()) {
            if (bank.wallet_partner.empty()) continue;
            const auto yuan = [](std::int64_t units) {
                return shape(base::Money{units, {"CNY", 2}});
            };
            providers.push_back(Object{{"code", bank.code},
                                       {"name", shape(bank.name)},
                                       {"per_payment", yuan(bank.wallet_most_per_payment)},
                                       {"per_day", yuan(bank.wallet_most_per_day)}});
        }
        return ok(Object{{"items", std::move(items)}, {"providers", std::move(providers)}});
    });
}

Result<wallet::Plan> planned(Call& call, const wallet::Order& order)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.wallets.plan(snapshot, call.caller->customer, order);
    });
}

Result<http::Response> bind_wallet(Call& call, Parts& parts)
{
    const auto order = TRY(read_wallet_order(call.body["wallet"]));
    const auto plan = TRY(planned(call, order));
    ProofOnDesk proof{parts.proof_desk};
    TRY(proof.put(call.body["proof"].text_or()));
    const auto link = TRY(parts.bind_wallet(*call.caller->institution, plan, proof.number()));
    return shown_wallet(call, parts, link.id, 202);
}

Result<http::Response> set_wallet_limits(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    auto order = TRY(read_wallet_order(call.body["limits"]));
    order.changes = TRY(call.id<wallet::LinkId>("wallet"));
    const auto plan = TRY(planned(call, order));
    ProofOnDesk proof{parts.proof_desk};
    TRY(proof.put(call.body["proof"].text_or()));
    TRY(institution.book.write([&](sql::Transaction& transaction) {
        return institution.wallets.set_limits(transaction, plan, proof.number());
    }));
    return shown_wallet(call, parts, order.changes, 200);
}

Result<http::Response> unbind_wallet(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<wallet::LinkId>("wallet"));
    TRY(parts.unbind_wallet(*call.caller->institution, call.caller->customer, id));
    return shown_wallet(call, parts, id, 200);
}

Result<http::Response> top_up_wallet(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    auto& outgoing = institution.outgoing;
    const auto person = call.caller->customer;
    const std::string key{call.request.header("Idempotency-Key")};
    const auto asked = TRY(read_wallet_top_up(call.body["top_up"]));
    const auto order = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.wallets.top_up(snapshot, person, asked.wallet, asked.amount);
    }));
    const auto had = TRY(institution.book.read(
        [&](sql::Snapshot& snapshot) { return outgoing.answered(snapshot, person, order, key); }));
    ProofOnDesk proof{parts.proof_desk};
    const auto pay = [&]() -> Result<clearing::Answer> {
        const auto plan = TRY(institution.book.read(
            [&](sql::Snapshot& snapshot) { return outgoing.plan(snapshot, person, order); }));
        TRY(proof.put(call.body["proof"].text_or()));
        return institution.book.write([&](sql::Transaction& transaction) {
            return outgoing.pay(transaction, plan, key, proof.number());
        });
    };
    const auto answer = had ? Result<clearing::Answer>{*had} : pay();
    if (!answer) return answer.error();
    if (answer.value().refused) return *answer.value().refused;
    return show_outgoing(call, parts, *answer.value().paid, 202);
}

Result<http::Response> withdraw_from_wallet(Call& call, Parts& parts)
{
    const auto& asked = call.body["withdrawal"];
    const auto id = TRY(base::parse_id<wallet::LinkId>(asked["wallet"].text_or()));
    const auto amount = TRY(read_money(asked["amount"]));
    const auto made =
        TRY(parts.withdraw_from_wallet(*call.caller->institution, call.caller->customer, id, amount,
                                       call.request.header("Idempotency-Key")));
    return ok(withdrawal_shape(made), 202);
}

Result<wallet::Debit> read_debit(const platform::json::Value& content)
{
    const platform::json::Value money{
        Object{{"amount", content["amount"]}, {"currency", content["currency"]}}};
    return wallet::Debit{.link = TRY(base::parse_id<wallet::LinkId>(content["link"].text_or())),
                         .reference = std::string{content["reference"].text_or()},
                         .amount = TRY(read_money(money)),
                         .merchant = std::string{content["merchant"].text_or()}};
}

/// A provider takes money. What cannot be is answered as the partners' protocol has it: 200 with
/// `refused` and the reason, signed.
Result<http::Response> debit_wallet(Call& call, Parts& parts)
{
    const auto asked = TRY(parts.accept_from_partner(call.request));
    Institution* institution = parts.institution(asked.institution);
    base::ensure(institution != nullptr);
    std::string provider;
    for (const auto& bank : parts.directory.all()) {
        if (bank.wallet_partner == asked.partner) provider = bank.code;
    }
    if (provider.empty() || asked.type != "debit")
        return base::not_found("partner.notice_unknown", "nothing is known of such notices");
    const auto debit = TRY(read_debit(asked.content));
    const auto plan = TRY(institution->book.read([&](sql::Snapshot& snapshot) {
        return institution->wallets.prepare(snapshot, provider, debit);
    }));
    const auto answer = TRY(institution->book.write([&](sql::Transaction& transaction) {
        return institution->wallets.debit(transaction, plan);
    }));
    auto response =
        ok(answer.paid ? Object{{"status", "paid"},
                                {"reference", to_string(*answer.paid)},
                                {"day", base::to_string(answer.day)}}
                       : Object{{"status", "refused"}, {"reason", answer.refused->reason}});
    parts.sign_for_partner(asked.partner, call.request, response);
    return response;
}

}  // namespace

Result<wallet::Order> read_wallet_order(const platform::json::Value& value)
{
    wallet::Order order{
        .provider = std::string{value["provider"].text_or()},
        .limits = {TRY(read_money(value["per_payment"])), TRY(read_money(value["per_day"]))}};
    if (value["account"].string() != nullptr)
        order.account = TRY(base::parse_id<bank::account::AccountId>(value["account"].text_or()));
    if (value["wallet"].string() != nullptr)
        order.changes = TRY(base::parse_id<wallet::LinkId>(value["wallet"].text_or()));
    return order;
}

Result<WalletTopUp> read_wallet_top_up(const platform::json::Value& value)
{
    return WalletTopUp{TRY(base::parse_id<wallet::LinkId>(value["wallet"].text_or())),
                       TRY(read_money(value["amount"]))};
}

void add_wallet_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listWallets", Access::customer, with(list_wallets));
    routes.add("bindWallet", Access::customer, with(bind_wallet));
    routes.add("getWallet", Access::customer, [&parts](Call& call) -> Result<http::Response> {
        return shown_wallet(call, parts, TRY(call.id<wallet::LinkId>("wallet")), 200);
    });
    routes.add("setWalletLimits", Access::customer, with(set_wallet_limits));
    routes.add("unbindWallet", Access::customer, with(unbind_wallet));
    routes.add("topUpWallet", Access::customer, with(top_up_wallet));
    routes.add("withdrawFromWallet", Access::customer, with(withdraw_from_wallet));
    routes.add("partnerWalletDebit", Access::open, with(debit_wallet));
}

}  // namespace api
