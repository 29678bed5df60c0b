// SPDX-License-Identifier: Apache-2.0
// Whom one pays again, and codes by which one is paid.
#include <api/orders.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/paycode/code.h>
#include <platform/http/problem.h>
#include <platform/qr/qr.h>

namespace api {

namespace http = platform::http;
namespace payee = bank::payee;
namespace paycode = bank::paycode;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

Object payee_shape(const payee::Payee& one, const Parts& parts)
{
    Object object{
        {"id", to_string(one.id)},    {"name", one.name},     {"name_checked", one.name_checked},
        {"favourite", one.favourite}, {"pinyin", one.pinyin}, {"initials", one.initials}};
    if (!one.nickname.empty()) object.set("nickname", one.nickname);
    if (!one.address.account_number.empty())
        object.set("account_number", one.address.account_number);
    if (!one.address.phone.empty()) object.set("phone", one.address.phone);
    if (!one.bank.empty()) {
        const auto* bank = parts.directory.find(one.bank);
        object.set("bank", one.bank);
        object.set("bank_name",
                   bank == nullptr ? shape(base::Text{{"zh", one.bank}}) : shape(bank->name));
    }
    return object;
}

Result<http::Response> payee_book(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    Array items;
    for (const auto& one : institution.book.read([&](sql::Snapshot& snapshot) {
             return institution.payees.list(snapshot, call.caller->customer);
         })) {
        items.push_back(payee_shape(one, parts));
    }
    return ok(Object{{"items", std::move(items)}});
}

Result<http::Response> add_payee(Call& call, Parts& parts)
{
    if (auto refusal = too_many_look_ups(call, parts)) return std::move(*refusal);
    Institution& own = *call.caller->institution;
    payee::NewPayee wish{.address = read_payee(call.body["to"]),
                         .name = std::string{call.body["name"].text_or()},
                         .nickname = std::string{call.body["nickname"].text_or()},
                         .favourite = call.body["favourite"].boolean_or(false),
                         .bank = std::string{call.body["bank"].text_or()}};
    // Another institution of the group says whether the name is right; its book tells no more.
    Institution* keeper = parts.institution(wish.bank);
    if (keeper != nullptr && keeper != &own && !wish.name.empty() && wish.address.phone.empty())
        wish.same_name_there = TRY(keeper->payees.held_under(wish.address, wish.name));
    const auto added = TRY(own.payees.add(call.caller->customer, wish));
    return ok(payee_shape(added, parts), 201);
}

Result<http::Response> change_payee(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<payee::PayeeId>("payee"));
    payee::Book::Change change;
    if (const auto* nickname = call.body.object()->find("nickname"))
        change.nickname = std::string{nickname->text_or()};
    if (const auto* favourite = call.body.object()->find("favourite"))
        change.favourite = favourite->boolean_or(false);
    const auto changed =
        TRY(call.caller->institution->payees.change(call.caller->customer, id, change));
    return ok(payee_shape(changed, parts));
}

Result<http::Response> remove_payee(Call& call, Parts&)
{
    const auto id = TRY(call.id<payee::PayeeId>("payee"));
    TRY(call.caller->institution->payees.remove(call.caller->customer, id));
    return no_content();
}

paycode::Issuer issuer_of(const Institution& institution, const Parts& parts)
{
    return {parts.catalog.bank().facts.code,
            std::string{base::in_language(institution.facts.name, "en")}, institution.receipt_key};
}

Result<http::Response> make_paycode(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<bank::account::AccountId>("account"));
    const auto open_own = [&](sql::Snapshot& snapshot) -> Result<bank::account::Account> {
        auto found = TRY(institution.accounts.account(snapshot, id));
        if (found.holder != call.caller->customer)
            return base::not_found("account.unknown", "there is no such account");
        if (found.state == bank::account::State::closed)
            return base::rejected("account.closed", "the account is closed");
        return found;
    };
    const auto own = TRY(institution.book.read(open_own));
    paycode::Code code{institution.facts.code, own.number};
    if (const auto* amount = call.body.object()->find("amount")) {
        code.amount = TRY(read_money(*amount));
        if (code.amount->minor_units <= 0)
            return base::invalid("payment.amount_not_positive", "an amount is more than zero");
    }
    code.purpose = std::string{call.body["purpose"].text_or()};
    if (code.purpose.size() > paycode::longest_purpose)
        return base::invalid("paycode.purpose_too_long", "a code's purpose has 20 characters");
    if (const auto minutes = call.body["minutes"].integer_or(0); minutes > 0) {
        // A code keeps whole minutes.
        constexpr std::int64_t minute = 60 * base::micros_per_second;
        const auto end = base::after_seconds(parts.clock.now(), minutes * 60).micros;
        code.expires_at = base::Instant{(end + minute - 1) / minute * minute};
    }
    const std::string text = paycode::write(issuer_of(institution, parts), code);
    const auto rows = TRY(platform::qr::encode(text)).rows();
    Object object{{"text", text}, {"rows", Array(rows.begin(), rows.end())}};
    if (code.expires_at) object.set("expires_at", shape(*code.expires_at));
    return ok(object);
}

Result<http::Response> read_paycode(Call& call, Parts& parts)
{
    if (auto refusal = too_many_look_ups(call, parts)) return std::move(*refusal);
    Institution& institution = *call.caller->institution;
    const auto code = TRY(paycode::read(issuer_of(institution, parts), call.body["text"].text_or(),
                                        parts.clock.now()));
    // An account of another institution of the group is looked up in that one's book.
    Institution* keeper = parts.institution(code.institution);
    if (keeper == nullptr) {
        return base::rejected("paycode.other_institution",
                              "the account is kept by an institution that is not known here");
    }
    return keeper->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto found = TRY(keeper->transfers.look_up(snapshot, {code.account_number, {}}));
        Object object{{"account_number", code.account_number},
                      {"masked_name", found.masked_name},
                      {"masked_number", found.masked_number}};
        if (keeper != &institution) {
            object.set("bank", keeper->facts.code);
            object.set("bank_name", shape(keeper->facts.name));
        }
        if (code.amount) object.set("amount", shape(*code.amount));
        if (!code.purpose.empty()) object.set("purpose", code.purpose);
        if (code.expires_at) object.set("expires_at", shape(*code.expires_at));
        return ok(object);
    });
}

}  // namespace

std::optional<http::Response> too_many_look_ups(const Call& call, Parts& parts)
{
    const auto wait_ms = parts.look_ups_per_customer.take(to_string(call.caller->customer));
    if (wait_ms == 0) return std::nullopt;
    auto response = http::problem(429, "payee.too_many_look_ups",
                                  "many payees were asked for; wait a moment", call.request.id);
    response.set("Retry-After", std::to_string(wait_ms / 1000 + 1));
    return response;
}

void add_payee_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("getPayeeBook", Access::customer, with(payee_book));
    routes.add("addPayee", Access::customer, with(add_payee));
    routes.add("changePayee", Access::customer, with(change_payee));
    routes.add("removePayee", Access::customer, with(remove_payee));
    routes.add("makePaycode", Access::customer, with(make_paycode));
    routes.add("readPaycode", Access::customer, with(read_paycode));
}

}  // namespace api
