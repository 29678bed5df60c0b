// SPDX-License-Identifier: Apache-2.0
// End of day, trial balance, general ledger.
#include <api/scope.h>
#include <api/shapes.h>
#include <api/workday.h>

#include <bank/account/number.h>

#include <algorithm>
#include <memory>

namespace api {

namespace end_of_day = bank::end_of_day;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int exceptions_shown = 200;

using Workdays = std::map<std::string, Workday, std::less<>>;

std::string amount_text(std::int64_t minor_units, base::Currency unit)
{
    return base::to_decimal({minor_units, unit});
}

Object step_shape(const end_of_day::StepProgress& step, base::Currency currency)
{
    Object object{{"code", end_of_day::to_string(step.step)},
                  {"state", end_of_day::to_string(step.state)},
                  {"done", step.done},
                  {"total", step.total},
                  {"count", step.count},
                  {"amount", amount_text(step.amount, currency)}};
    if (step.started_at) object.set("started_at", shape(*step.started_at));
    if (step.finished_at) object.set("finished_at", shape(*step.finished_at));
    return object;
}

Object run_shape(const end_of_day::Run& run, base::Currency currency)
{
    Array steps;
    for (const auto& step : run.steps) steps.push_back(step_shape(step, currency));
    Object object{{"day", base::to_string(run.day)},
                  {"next_day", base::to_string(run.next_day)},
                  {"state", end_of_day::to_string(run.state)},
                  {"closed_at", shape(run.closed_at)},
                  {"by_staff", run.closed_by != 0},
                  {"attempts", run.attempts},
                  {"steps", std::move(steps)}};
    if (run.started_at) object.set("started_at", shape(*run.started_at));
    if (run.finished_at) object.set("finished_at", shape(*run.finished_at));
    if (run.state == end_of_day::State::failed) {
        object.set("reason", run.reason);
        object.set("detail", run.detail);
        object.set("again_at", shape(run.again_at));
    }
    return object;
}

/// The institution that the query or body names; else the first that the caller sees.
Result<Institution*> books_of(Call& call, Parts& parts, std::string_view code,
                              std::string_view permission)
{
    return TRY(institutions_for(call, parts, permission, code)).front();
}

std::string_view institution_asked(const Call& call)
{
    const auto* code = call.query.find("institution");
    return code == nullptr ? std::string_view{} : code->text_or();
}

Object overview_shape(Institution& institution, const Workdays& workdays,
                      std::optional<base::Date> before, int limit)
{
    const auto currency = base::Currency{"CNY", 2};
    const auto now = institution.book.clock().now();
    const auto& day = workdays.at(institution.facts.code).date;
    const auto found = institution.book.read(
        [&](sql::Snapshot& snapshot) { return end_of_day::runs(snapshot, before, limit); });
    Array runs;
    for (const auto& run : found) runs.push_back(run_shape(run, currency));
    Object object{{"institution", institution.facts.code},
                  {"name", shape(institution.facts.name)},
                  {"business_date", base::to_string(day.date())},
                  {"date_by_clock", base::to_string(day.by_clock(now))},
                  {"ends_at", shape(day.ends_at(day.date()))},
                  {"runs", std::move(runs)}};
    if (static_cast<int>(found.size()) == limit)
        object.set("next_cursor", base::to_string(found.back().day));
    return object;
}

Result<http::Response> overview(Call& call, Parts& parts, const Workdays& workdays)
{
    auto* institution = TRY(books_of(call, parts, institution_asked(call), "books.view"));
    std::optional<base::Date> before;
    if (!call.cursor().empty()) before = TRY(base::parse_date(call.cursor()));
    return ok(overview_shape(*institution, workdays, before, call.limit()));
}

Result<http::Response> one_run(Call& call, Parts& parts)
{
    auto* institution = TRY(books_of(call, parts, institution_asked(call), "books.view"));
    const auto day = TRY(base::parse_date(call.request.parameter("day")));
    return institution->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        auto object = run_shape(TRY(end_of_day::run_of(snapshot, day)), {"CNY", 2});
        Array items;
        for (const auto& one : end_of_day::exceptions(snapshot, day, exceptions_shown)) {
            const auto account = institution->accounts.account(snapshot, one.account);
            items.push_back(
                Object{{"step", end_of_day::to_string(one.step)},
                       {"account", base::to_string(one.account)},
                       {"number", account ? bank::account::masked_number(account.value().number)
                                          : std::string{}},
                       {"reason", one.reason},
                       {"amount", amount_text(one.amount, {"CNY", 2})}});
        }
        object.set("exceptions", std::move(items));
        return ok(object);
    });
}

/// Closes the open business date or has a failed run tried again.
Result<http::Response> act(Call& call, Parts& parts, const Workdays& workdays)
{
    auto* institution =
        TRY(books_of(call, parts, call.body["institution"].text_or(), "books.close"));
    const auto day = TRY(base::parse_date(call.body["day"].text_or()));
    auto& end = workdays.at(institution->facts.code).end;
    const bank::audit::Actor by{bank::audit::ActorKind::staff, call.staff->staff.id.value};
    if (call.body["action"].text_or() == "retry") {
        TRY(end.retry(day, by));
    } else {
        const auto reason = call.body["reason"].text_or();
        if (reason.empty()) {
            return base::invalid("end_of_day.reason_missing",
                                 "say why the business date is closed by hand");
        }
        TRY(end.close(day, by, reason));
    }
    return ok(overview_shape(*institution, workdays, std::nullopt, 20), 202);
}

/// The day that is asked for, else the newest that has lines.
Result<base::Date> day_asked(Call& call, Institution& institution)
{
    const auto* given = call.query.find("day");
    if (given != nullptr) return base::parse_date(given->text_or());
    const auto all = institution.book.read(
        [](sql::Snapshot& snapshot) { return end_of_day::runs(snapshot, {}, 30); });
    const auto done = std::ranges::find(all, end_of_day::State::done, &end_of_day::Run::state);
    if (done == all.end()) {
        return base::not_found("end_of_day.none", "no business date has been closed here so far");
    }
    return done->day;
}

Result<http::Response> trial_balance(Call& call, Parts& parts)
{
    auto* institution = TRY(books_of(call, parts, institution_asked(call), "books.view"));
    const auto day = TRY(day_asked(call, *institution));
    const auto& bank = parts.catalog.bank();
    return institution->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto run = TRY(end_of_day::run_of(snapshot, day));
        Array lines;
        for (const auto& line : end_of_day::trial_balance(snapshot, day)) {
            const bool product = line.kind == end_of_day::LineKind::product;
            Object object{{"kind", product ? "product" : "own"},
                          {"code", line.code},
                          {"unit", line.unit.code},
                          {"accounts", line.accounts},
                          {"opening", amount_text(line.opening, line.unit)},
                          {"debits", amount_text(line.debits, line.unit)},
                          {"credits", amount_text(line.credits, line.unit)},
                          {"closing", amount_text(line.closing(), line.unit)}};
            const auto named = product ? bank.products.find(line.code) : bank.products.end();
            if (named != bank.products.end()) object.set("name", shape(named->second.name));
            lines.push_back(std::move(object));
        }
        return ok(Object{{"institution", institution->facts.code},
                         {"day", base::to_string(day)},
                         {"state", end_of_day::to_string(run.state)},
                         {"lines", std::move(lines)}});
    });
}

Result<http::Response> general_ledger(Call& call, Parts& parts)
{
    auto* institution = TRY(books_of(call, parts, institution_asked(call), "books.view"));
    const auto day = TRY(day_asked(call, *institution));
    const auto& chart = parts.catalog.bank().chart;
    return institution->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        TRY(end_of_day::run_of(snapshot, day));
        Array lines;
        for (const auto& line : end_of_day::general_ledger(snapshot, day)) {
            Object object{{"code", line.line},
                          {"unit", line.unit.code},
                          {"opening", amount_text(line.opening, line.unit)},
                          {"debits", amount_text(line.debits, line.unit)},
                          {"credits", amount_text(line.credits, line.unit)},
                          {"closing", amount_text(line.closing(), line.unit)}};
            const auto named = std::ranges::find(chart, line.line, &bank::catalog::ChartLine::code);
            if (named != chart.end()) {
                object.set("name", shape(named->name));
                object.set("side", named->debit ? "debit" : "credit");
                if (!named->parent.empty()) object.set("parent", named->parent);
            }
            lines.push_back(std::move(object));
        }
        return ok(Object{{"institution", institution->facts.code},
                         {"day", base::to_string(day)},
                         {"lines", std::move(lines)}});
    });
}

}  // namespace

void add_workday_routes(Routes& routes, std::map<std::string, Workday, std::less<>> workdays)
{
    Parts& parts = routes.parts();
    const auto kept = std::make_shared<const Workdays>(std::move(workdays));
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    const auto with_days = [&parts, kept](auto handler) {
        return [&parts, kept, handler](Call& call) { return handler(call, parts, *kept); };
    };
    routes.add("getEndOfDay", Access::staff, with_days(overview));
    routes.add("getEndOfDayRun", Access::staff, with(one_run));
    routes.add("actOnEndOfDay", Access::staff, with_days(act));
    routes.add("getTrialBalance", Access::staff, with(trial_balance));
    routes.add("getGeneralLedger", Access::staff, with(general_ledger));
}

}  // namespace api
