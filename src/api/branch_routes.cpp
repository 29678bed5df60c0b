// SPDX-License-Identifier: Apache-2.0
// The branches that people may come to: where, whether they are open, how many wait, what can be
// begun for a visit. No sign-in: whoever stands before the door reads it too.
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/booking/bookings.h>
#include <platform/qr/qr.h>

#include <algorithm>

namespace api {

namespace booking = bank::booking;
namespace catalog = bank::catalog;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr std::int64_t quiet_below_minutes = 10;
constexpr std::int64_t busy_from_minutes = 30;

bool asks_for_a_branch(const catalog::Service& service)
{
    return std::ranges::any_of(service.form.sections, [](const auto& section) {
        return std::ranges::any_of(section.options_from,
                                   [](const auto& from) { return from.second == "branches"; });
    });
}

/// What a visit to a branch of the institution can begin with, in the order of the folder.
std::vector<catalog::ServicePtr> visits(const Parts& parts, const catalog::Institution& facts)
{
    std::vector<catalog::ServicePtr> found;
    for (const auto& service : parts.catalog.services()) {
        const bool offered = std::ranges::any_of(facts.services, [&](const std::string& code) {
            return code == "*" || code == service->code;
        });
        if (offered && service->category == "appointments" && asks_for_a_branch(*service))
            found.push_back(service);
    }
    return found;
}

void add_hours(Object& object, const engine::process::BusinessCalendar& calendar, base::Instant now)
{
    const bool open = calendar.is_open(now);
    object.set("open", open);
    if (open) {
        object.set("closes_at",
                   shape(calendar.at(calendar.local_date(now), calendar.hours().to_minute)));
    } else {
        object.set("opens_at", shape(calendar.add_business_minutes(now, 0)));
    }
}

/// How many wait with a number, and about how long the next would.
void add_queue(Object& object, sql::Snapshot& snapshot, const catalog::Service& service,
               std::string_view branch, base::Date day)
{
    const auto waiting =
        booking::taken(snapshot, service.settings["kind"].text_or("turn"), branch, to_string(day));
    const auto minutes = waiting * service.settings["minutes_each"].integer_or(5);
    object.set("waiting", waiting);
    object.set("wait_minutes", minutes);
    object.set("crowding", minutes < quiet_below_minutes ? "quiet"
                           : minutes < busy_from_minutes ? "some"
                                                         : "busy");
}

Object branch_shape(sql::Snapshot& snapshot, const Parts& parts, const catalog::Institution& facts,
                    const catalog::Unit& unit)
{
    const auto now = parts.clock.now();
    Object object{{"code", unit.code},
                  {"institution", facts.code},
                  {"name", shape(unit.name)},
                  {"address", shape(unit.address)},
                  {"level", catalog::to_string(unit.level)}};
    add_hours(object, facts.business_calendar, now);
    Array services;
    for (const auto& service : visits(parts, facts)) {
        services.push_back(Object{{"code", service->code},
                                  {"name", shape(service->name)},
                                  {"summary", shape(service->summary)},
                                  {"icon", service->icon}});
        if (service->settings["take"].text_or() == "booking.draw")
            add_queue(object, snapshot, *service, unit.code,
                      facts.business_calendar.local_date(now));
    }
    object.set("services", std::move(services));
    return object;
}

bool is_branch(const catalog::Unit& unit, const Institution& institution)
{
    return unit.institution == institution.facts.code && !unit.address.empty();
}

Result<http::Response> list_branches(Call& call, Parts& parts)
{
    const auto* wanted = call.query.find("institution");
    if (wanted != nullptr && parts.institution(wanted->text_or()) == nullptr)
        return base::not_found("api.institution_unknown", "there is no such institution");
    Array items;
    for (Institution& institution : parts.institutions) {
        if (wanted != nullptr && wanted->text_or() != institution.facts.code) continue;
        institution.book.read([&](sql::Snapshot& snapshot) {
            for (const auto& unit : parts.catalog.bank().units)
                if (is_branch(unit, institution))
                    items.push_back(branch_shape(snapshot, parts, institution.facts, unit));
        });
    }
    return ok(Object{{"items", std::move(items)}});
}

/// One branch, with the code that hangs at its door: the address of its page.
Result<http::Response> one_branch(Call& call, Parts& parts)
{
    const auto code = call.request.parameter("branch");
    for (Institution& institution : parts.institutions) {
        for (const auto& unit : parts.catalog.bank().units) {
            if (unit.code != code || !is_branch(unit, institution)) continue;
            auto object = institution.book.read([&](sql::Snapshot& snapshot) {
                return branch_shape(snapshot, parts, institution.facts, unit);
            });
            const std::string link =
                parts.authentication.relying_party.origins.front() + "/branches/" + unit.code;
            const auto rows = TRY(platform::qr::encode(link)).rows();
            object.set("link", link);
            object.set("link_rows", Array(rows.begin(), rows.end()));
            return ok(object);
        }
    }
    return base::not_found("branch.unknown", "there is no such branch");
}

}  // namespace

void add_branch_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listBranches", Access::open, with(list_branches));
    routes.add("getBranch", Access::open, with(one_branch));
}

}  // namespace api
