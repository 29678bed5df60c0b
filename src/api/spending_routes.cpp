// SPDX-License-Identifier: Apache-2.0
// Spending by month and category.
#include <api/routes.h>
#include <api/shapes.h>

namespace api {

namespace http = platform::http;
namespace spending = bank::spending;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int months_shown = 12;

Result<http::Response> view_spending(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<bank::account::AccountId>("account"));
    const auto months = TRY(institution.spending.months(call.caller->customer, id));
    const base::Currency unit = parts.catalog.bank().facts.currency;
    const auto now = institution.accounts.business_date(parts.clock.now());
    const int newest = spending::month_of(now).number;
    Array shaped;
    for (int number = newest - months_shown + 1; number <= newest; ++number) {
        const auto found = months.find(spending::Month{number});
        const spending::MonthFigures figures =
            found == months.end() ? spending::MonthFigures{} : found->second;
        Array categories;
        for (const auto& [code, sum] : figures.categories) {
            categories.push_back(Object{{"code", code},
                                        {"amount", shape(base::Money{sum.minor_units, unit})},
                                        {"count", sum.count}});
        }
        shaped.push_back(Object{{"month", spending::to_string(spending::Month{number})},
                                {"in", shape(base::Money{figures.in.minor_units, unit})},
                                {"out", shape(base::Money{figures.out.minor_units, unit})},
                                {"count", figures.out.count},
                                {"categories", std::move(categories)}});
    }
    Array names;
    for (const auto& category : parts.catalog.bank().categories) {
        names.push_back(
            Object{{"code", category.code}, {"name", shape(category.name)}, {"own", category.own}});
    }
    return ok(Object{{"months", std::move(shaped)}, {"categories", std::move(names)}});
}

Result<http::Response> list_spending(Call& call, Parts&)
{
    const auto id = TRY(call.id<bank::account::AccountId>("account"));
    const auto month = TRY(spending::parse_month(call.request.parameter("month")));
    bank::ledger::EntryId before;
    if (!call.cursor().empty()) before = TRY(base::parse_id<bank::ledger::EntryId>(call.cursor()));
    const auto* category = call.query.find("category");
    const auto page = TRY(call.caller->institution->spending.movements(
        call.caller->customer, id, month,
        category == nullptr ? std::string_view{} : category->text_or(), before,
        static_cast<std::size_t>(call.limit())));
    Array items;
    for (const auto& line : page.lines) items.push_back(line_shape(line));
    Object object{{"items", std::move(items)}};
    if (page.next) object.set("next_cursor", to_string(*page.next));
    return ok(object);
}

}  // namespace

void add_spending_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("getSpending", Access::customer, with(view_spending));
    routes.add("listSpending", Access::customer, with(list_spending));
}

}  // namespace api
