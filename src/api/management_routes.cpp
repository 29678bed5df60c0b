// SPDX-License-Identifier: Apache-2.0
// The organisation, live figures, and the services on offer.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/audit/trail.h>
#include <bank/payment/figures.h>

#include <algorithm>

namespace api {

namespace http = platform::http;
namespace organisation = bank::organisation;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int hours_shown = 24;
constexpr std::int64_t hour_micros = 3600 * base::micros_per_second;

Object unit_shape(const bank::catalog::Bank& bank, const organisation::UnitNode& node)
{
    Array staff;
    for (const auto& member : node.staff) {
        Array roles;
        for (const auto& role : member.roles) {
            const auto it = bank.roles.find(role);
            if (it != bank.roles.end()) roles.push_back(shape(it->second.name));
        }
        staff.push_back(
            Object{{"username", member.login}, {"name", member.name}, {"roles", std::move(roles)}});
    }
    Array children;
    for (const auto& child : node.children) children.push_back(unit_shape(bank, child));
    Object object{{"code", node.unit.code},
                  {"name", shape(node.unit.name)},
                  {"level", bank::catalog::to_string(node.unit.level)},
                  {"staff", std::move(staff)},
                  {"children", std::move(children)}};
    if (!node.unit.institution.empty()) object.set("institution", node.unit.institution);
    return object;
}

Result<http::Response> tree(Call& call, Parts& parts)
{
    TRY(institutions_for(call, parts, "organisation.view"));
    Array roots;
    for (const auto& node : parts.organisation.tree(call.staff->staff)) {
        roots.push_back(unit_shape(parts.catalog.bank(), node));
    }
    return ok(Object{{"roots", std::move(roots)}});
}

struct HourSum {
    std::int64_t count = 0;
    std::int64_t minor_units = 0;
};

Array hours_shape(const std::map<base::Instant, HourSum>& hours, bool with_amount)
{
    Array array;
    for (const auto& [start, sum] : hours) {
        Object object{{"hour", shape(start)}, {"count", sum.count}};
        if (with_amount) object.set("amount", base::to_decimal({sum.minor_units, {"CNY", 2}}));
        array.push_back(std::move(object));
    }
    return array;
}

Result<http::Response> figures(Call& call, Parts& parts)
{
    const auto now = parts.clock.now();
    const base::Instant first_hour{now.micros / hour_micros * hour_micros -
                                   (hours_shown - 1) * hour_micros};
    std::map<base::Instant, HourSum> openings;
    std::map<base::Instant, HourSum> payments;
    for (int i = 0; i < hours_shown; ++i) {
        openings[{first_hour.micros + i * hour_micros}];
        payments[{first_hour.micros + i * hour_micros}];
    }
    std::map<std::pair<std::string, std::string>, std::pair<base::Text, std::int64_t>> stages;
    std::int64_t opened = 0;
    std::int64_t refused = 0;
    std::int64_t running = 0;
    HourSum paid_today;
    engine::process::TaskCounts tasks;
    std::int64_t median = 0;

    for (Institution* institution : TRY(institutions_for(call, parts, "figures.view"))) {
        const std::int64_t offset = institution->utc_offset_minutes * 60 * base::micros_per_second;
        const auto today = base::local_date(now, institution->utc_offset_minutes);
        const base::Instant midnight{std::int64_t{today.days} * 86'400 * base::micros_per_second -
                                     offset};
        for (const auto& hour : institution->counter.by_hour(hours_shown)) {
            openings[hour.start].count += hour.done;
            if (hour.start >= midnight) {
                opened += hour.done;
                refused += hour.refused;
            }
        }
        for (const auto& stage : institution->counter.stages()) {
            auto& [name, count] = stages[{stage.service, stage.element}];
            name = stage.name;
            // "Which card?" is asked by more than one service.
            if (const auto service = parts.catalog.service(stage.service)) {
                for (auto& [language, words] : name) {
                    words = std::string{base::in_language(service->name, language)} + " · " + words;
                }
            }
            count += stage.count;
            running += stage.count;
        }
        for (const auto& service : parts.catalog.services()) {
            median = std::max(median, institution->counter.figures(service->code).median_minutes);
        }
        const auto counts = institution->counter.task_counts();
        tasks.open += counts.open;
        tasks.claimed += counts.claimed;
        tasks.late += counts.late;
        const auto volumes = institution->book.read([&](sql::Snapshot& snapshot) {
            return bank::payment::volume_by_hour(snapshot, std::min(first_hour, midnight));
        });
        for (const auto& volume : volumes) {
            if (volume.hour >= first_hour) {
                payments[volume.hour].count += volume.count;
                payments[volume.hour].minor_units += volume.amount.minor_units;
            }
            if (volume.hour >= midnight) {
                paid_today.count += volume.count;
                paid_today.minor_units += volume.amount.minor_units;
            }
        }
    }
    Array stage_items;
    for (const auto& [key, value] : stages) {
        stage_items.push_back(Object{{"code", key.first + "/" + key.second},
                                     {"name", shape(value.first)},
                                     {"count", value.second}});
    }
    return ok(Object{
        {"at", shape(now)},
        {"today",
         Object{{"opened", opened},
                {"refused", refused},
                {"running", running},
                {"payments", paid_today.count},
                {"payments_amount", shape(base::Money{paid_today.minor_units, {"CNY", 2}})},
                {"median_opening_minutes", median}}},
        {"openings_by_hour", hours_shape(openings, false)},
        {"payments_by_hour", hours_shape(payments, true)},
        {"tasks", Object{{"open", tasks.open}, {"claimed", tasks.claimed}, {"late", tasks.late}}},
        {"stages", std::move(stage_items)}});
}

Result<http::Response> services(Call& call, Parts& parts)
{
    const auto institutions = TRY(institutions_for(
        call, parts,
        parts.organisation.may(call.staff->staff, "service.view") ? "service.view" : "task.view"));
    Array items;
    for (const auto& service : parts.catalog.services()) {
        bank::counter::ServiceFigures sum;
        for (Institution* institution : institutions) {
            const auto figures = institution->counter.figures(service->code);
            sum.running += figures.running;
            sum.done += figures.done;
            sum.refused += figures.refused;
            sum.ratings += figures.ratings;
            sum.stars += figures.stars;
        }
        items.push_back(Object{{"service", service_shape(*service, false)},
                               {"version", service->version},
                               {"deployed_at", shape(service->deployed_at)},
                               {"running", sum.running},
                               {"done", sum.done},
                               {"refused", sum.refused},
                               {"ratings", sum.ratings},
                               {"stars", sum.stars}});
    }
    return ok(Object{{"items", std::move(items)}});
}

}  // namespace

void add_management_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("getOrganisation", Access::staff, with(tree));
    routes.add("getFigures", Access::staff, with(figures));
    routes.add("listDeployedServices", Access::staff, with(services));
}

}  // namespace api
