// SPDX-License-Identifier: Apache-2.0
// Accounts, their cards, history, statements, top-ups.
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/account/number.h>
#include <bank/card/cards.h>
#include <bank/payment/refusals.h>

namespace api {

namespace account = bank::account;
namespace http = platform::http;
namespace payment = bank::payment;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int top_ups_shown = 20;

/// The account of the path, where it is the caller's own. Errors: account.unknown (also another's).
Result<account::Account> own_account(sql::Snapshot& snapshot, const Call& call)
{
    const auto id = TRY(call.id<account::AccountId>("account"));
    auto found = TRY(call.caller->institution->accounts.account(snapshot, id));
    if (found.holder != call.caller->customer)
        return base::not_found("account.unknown", "there is no such account");
    return found;
}

Result<http::Response> list_accounts(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        Array items;
        for (const auto& one : institution.accounts.of_holder(snapshot, call.caller->customer)) {
            items.push_back(account_shape(snapshot, institution, parts.catalog.bank(), one, true,
                                          call.language()));
        }
        return ok(Object{{"items", std::move(items)}});
    });
}

Result<http::Response> view_account(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        return ok(account_shape(snapshot, institution, parts.catalog.bank(),
                                TRY(own_account(snapshot, call)), true, call.language()));
    });
}

Result<http::Response> debit_cards(Call& call, Parts&)
{
    return call.caller->institution->book.read([&](sql::Snapshot& snapshot) {
        Array items;
        for (const auto& one : bank::card::of_holder(snapshot, call.caller->customer)) {
            items.push_back(Object{{"id", to_string(one.id)},
                                   {"account", to_string(one.account)},
                                   {"number", account::masked_number(one.number)},
                                   {"state", to_string(one.state)},
                                   {"has_pin", one.has_pin},
                                   {"issued_at", shape(one.issued_at)}});
        }
        return ok(Object{{"items", std::move(items)}});
    });
}

Result<http::Response> account_entries(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto own = TRY(own_account(snapshot, call));
        return entries_page(snapshot, institution, own.id, call.cursor(), call.limit());
    });
}

Result<http::Response> statement(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    const auto first = TRY(base::parse_date(call.query.find("from")->text_or()));
    const auto last = TRY(base::parse_date(call.query.find("to")->text_or()));
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto own = TRY(own_account(snapshot, call));
        const auto period = TRY(payment::statement(snapshot, institution.accounts,
                                                   institution.people, own.id, first, last));
        Array lines;
        for (const auto& line : period.lines) lines.push_back(line_shape(line));
        return ok(Object{{"from", base::to_string(first)},
                         {"to", base::to_string(last)},
                         {"opening", shape(period.opening)},
                         {"closing", shape(period.closing)},
                         {"in", shape(period.in)},
                         {"out", shape(period.out)},
                         {"entries", std::move(lines)}});
    });
}

Object top_up_shape(const payment::TopUp& top_up)
{
    Object object{{"id", to_string(top_up.id)},
                  {"amount", shape(top_up.amount)},
                  {"state", to_string(top_up.state)},
                  {"requested_at", shape(top_up.requested_at)}};
    if (!top_up.reason.empty()) object.set("reason", top_up.reason);
    if (top_up.ended_at) object.set("ended_at", shape(*top_up.ended_at));
    return object;
}

Result<http::Response> top_ups(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto own = TRY(own_account(snapshot, call));
        Array items;
        for (const auto& one : institution.top_ups.of_account(snapshot, own.id, top_ups_shown)) {
            items.push_back(top_up_shape(one));
        }
        return ok(Object{{"items", std::move(items)}});
    });
}

Result<http::Response> top_up(Call& call, Parts&)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<account::AccountId>("account"));
    const auto amount = TRY(read_money(call.body["amount"]));
    const payment::Asked asked{"top-up", call.caller->customer,
                               call.request.header("Idempotency-Key"),
                               bank::ledger::content_of({to_string(id), base::to_decimal(amount),
                                                         std::string{amount.currency.code}})};
    const auto attempt = [&] {
        return institution.book.write([&](sql::Transaction& transaction) -> Result<payment::TopUp> {
            TRY(payment::not_refused(institution.ledger, transaction, asked));
            return institution.top_ups.request(transaction, asked.person, id, amount, asked.key);
        });
    };
    const auto made = TRY(payment::answered_for_ever(
        institution.book, institution.accounts, asked, attempt, [&](sql::Transaction& transaction) {
            return institution.top_ups.known(transaction, asked.person, asked.key);
        }));
    return ok(top_up_shape(made), 202);
}

}  // namespace

Result<http::Response> entries_page(sql::Snapshot& snapshot, Institution& institution,
                                    account::AccountId id, std::string_view cursor, int limit)
{
    bank::ledger::EntryId before;
    if (!cursor.empty()) before = TRY(base::parse_id<bank::ledger::EntryId>(cursor));
    const auto page = TRY(payment::history(snapshot, institution.accounts, institution.people, id,
                                           before, static_cast<std::size_t>(limit)));
    Array items;
    for (const auto& line : page.lines) items.push_back(line_shape(line));
    Object object{{"items", std::move(items)}};
    if (page.next) object.set("next_cursor", to_string(*page.next));
    return ok(object);
}

void add_account_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listAccounts", Access::customer, with(list_accounts));
    routes.add("listDebitCards", Access::customer, with(debit_cards));
    routes.add("getAccount", Access::customer, with(view_account));
    routes.add("listEntries", Access::customer, with(account_entries));
    routes.add("getStatement", Access::customer, with(statement));
    routes.add("listTopUps", Access::customer, with(top_ups));
    routes.add("topUp", Access::customer, with(top_up));
}

}  // namespace api
