// SPDX-License-Identifier: Apache-2.0
// Goods that are given out: how much of each there is, and putting in what has come.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/audit/trail.h>
#include <bank/supply/supplies.h>

#include <map>

namespace api {

namespace http = platform::http;
namespace sql = platform::sql;
namespace supply = bank::supply;
using base::Result;
using platform::json::Array;
using platform::json::Object;
using platform::json::Value;

namespace {

/// What services give out: under which name, and with how much the shelf begins.
struct Goods {
    Value name;          // Null where no form offers them by name.
    base::Text service;  // Of the service that gives them out.
    std::int64_t opening = 0;
};

/// The label of the option of that value, in any of the forms' fields; null where there is none.
const Value* label_of(const Value& fields, std::string_view value)
{
    if (fields.array() == nullptr) return nullptr;
    for (const auto& field : *fields.array()) {
        if (const Value* inner = label_of(field["fields"], value)) return inner;
        const auto* options = field["options"].array();
        if (options == nullptr || field["name"].text_or() != "goods") continue;
        for (const auto& option : *options) {
            if (option["value"].text_or() == value) return &option["label"];
        }
    }
    return nullptr;
}

std::map<std::string, Goods, std::less<>> goods_of(const bank::catalog::Catalog& catalog)
{
    std::map<std::string, Goods, std::less<>> all;
    for (const auto& service : catalog.services()) {
        const auto* stock = service->settings["stock"].object();
        if (stock == nullptr) continue;
        for (const auto& [code, pieces] : *stock) {
            Goods& goods = all[std::string{code}];
            goods.opening = std::max(goods.opening, pieces.integer_or(0));
            goods.service = service->name;
            for (const auto& section : service->form.sections) {
                const Value* label = label_of(section.shown["fields"], code);
                if (label != nullptr && goods.name.is_null()) goods.name = *label;
            }
        }
    }
    return all;
}

/// By the name under which a form offers them, else as "<service> <code>".
Value name_of(const std::string& code, const Goods* goods)
{
    if (goods != nullptr && !goods->name.is_null()) return goods->name;
    Object name;
    for (const char* language : {"zh", "en"}) {
        std::string words;
        if (goods != nullptr) words = base::in_language(goods->service, language);
        name.set(language, words.empty() ? code : words + " " + code);
    }
    return Value{std::move(name)};
}

Object supply_shape(const std::string& code, const Goods* goods, const supply::Stock& stock)
{
    return Object{{"goods", code},
                  {"name", name_of(code, goods)},
                  {"there", stock.there},
                  {"promised", stock.promised},
                  {"given", stock.given}};
}

/// Those that forms offer by name first; nobody has asked for them yet: with what their shelf
/// begins with. Others only where there is a shelf.
Object supplies_of(Institution& institution, const bank::catalog::Catalog& catalog)
{
    const auto known = goods_of(catalog);
    std::map<std::string, supply::Stock> all;
    for (const auto& [code, goods] : known) {
        if (!goods.name.is_null()) all[code].there = goods.opening;
    }
    institution.book.read([&](sql::Snapshot& snapshot) {
        for (const auto& shelf : supply::shelves(snapshot, institution.accounts.ledger()))
            all[shelf.goods] = shelf.stock;
    });
    Array named;
    Array others;
    for (const auto& [code, stock] : all) {
        const auto found = known.find(code);
        const Goods* goods = found == known.end() ? nullptr : &found->second;
        const bool by_name = goods != nullptr && !goods->name.is_null();
        (by_name ? named : others).push_back(supply_shape(code, goods, stock));
    }
    for (auto& one : others) named.push_back(std::move(one));
    return Object{{"institution", institution.facts.code}, {"items", std::move(named)}};
}

Result<http::Response> supplies(Call& call, Parts& parts)
{
    const auto only = call.query.find("institution");
    const auto seen =
        TRY(institutions_for(call, parts, "figures.view", only == nullptr ? "" : only->text_or()));
    return ok(supplies_of(*seen.front(), parts.catalog));
}

/// Puts in what has come, once for the key, after what the shelf begins with.
Result<http::Response> put_in(Call& call, Parts& parts)
{
    const std::string goods{call.request.parameter("goods")};
    Institution* institution =
        TRY(institution_for(call, parts, parts.institution(call.body["institution"].text_or()),
                            "supply.manage", "api.institution_unknown"));
    const auto known = goods_of(parts.catalog);
    const auto found = known.find(goods);
    if (found == known.end()) {
        return base::not_found("supply.goods_unknown", "no service gives out such goods");
    }
    const auto pieces = call.body["pieces"].integer_or(0);
    auto& books = institution->accounts.ledger();
    const auto done = institution->book.write([&](sql::Transaction& transaction) -> Result<void> {
        const auto day = institution->accounts.business_date(transaction.now());
        if (found->second.opening > 0)
            TRY(supply::put_in(transaction, books, goods, found->second.opening, goods, day));
        const bool now = TRY(supply::receive(transaction, books, goods, pieces,
                                             call.request.header("Idempotency-Key"), day));
        if (!now) return {};
        bank::audit::append(transaction,
                            {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                             .action = "supply.put-in",
                             .object = {"supply", 0},
                             .reason = std::string{call.body["reason"].text_or()},
                             .details = {{"goods", goods}, {"pieces", std::to_string(pieces)}}});
        return {};
    });
    if (!done) return done.error();
    return ok(supplies_of(*institution, parts.catalog));
}

}  // namespace

void add_supply_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    routes.add("listSupplies", Access::staff,
               [&parts](Call& call) { return supplies(call, parts); });
    routes.add("putInSupplies", Access::staff,
               [&parts](Call& call) { return put_in(call, parts); });
}

}  // namespace api
