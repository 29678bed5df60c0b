// SPDX-License-Identifier: Apache-2.0
// Steps of processes that stand still: tried again, passed over, or the whole given up. Cases that
// nothing but a message will wake: seen, and given up.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/audit/trail.h>

#include <algorithm>
#include <ranges>

namespace api {

namespace http = platform::http;
namespace process = engine::process;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int incidents_shown = 200;

Object incident_shape(Parts& parts, const Institution& institution,
                      const process::Incident& incident)
{
    Object object{{"id", to_string(incident.id)},
                  {"institution", institution.facts.code},
                  {"definition", incident.definition},
                  {"element", incident.element},
                  {"reason", incident.reason},
                  {"detail", incident.detail},
                  {"attempts", incident.attempts},
                  {"at", shape(incident.at)},
                  {"open", incident.open}};
    if (!incident.business_key.empty()) object.set("case", incident.business_key);
    const auto service = parts.catalog.version(incident.definition);
    if (service == nullptr) return object;
    object.set("service_name", shape(service->name));
    const auto index = service->process->find(incident.element);
    if (index && !service->process->element(*index).title.empty()) {
        object.set("element_name", shape(service->process->element(*index).title));
    }
    return object;
}

Result<http::Response> list_incidents(Call& call, Parts& parts)
{
    struct Found {
        Institution* institution;
        process::Incident incident;
    };
    std::vector<Found> found;
    for (Institution* institution : TRY(institutions_for(call, parts, "incident.work"))) {
        auto open = institution->book.read([&](sql::Snapshot& snapshot) {
            return institution->counter.engine().incidents(snapshot, incidents_shown);
        });
        for (auto& each : open) found.push_back({institution, std::move(each)});
    }
    std::ranges::sort(found, {}, [](const Found& each) { return each.incident.id.value; });
    if (found.size() > incidents_shown) found.resize(incidents_shown);
    Array items;
    for (const Found& each : found) {
        items.push_back(incident_shape(parts, *each.institution, each.incident));
    }
    return ok(Object{{"items", std::move(items)}});
}

/// Does what `act` does to the incident of the path, recorded with it, and shows what it is then.
template <class Act>
Result<http::Response> act_on(Call& call, Parts& parts, std::string_view action, Act act)
{
    const auto id = TRY(call.id<process::IncidentId>("incident"));
    Institution* institution =
        TRY(institution_for(call, parts, id, "incident.work", "incident.unknown"));
    const std::string reason{call.body["reason"].text_or()};
    const auto record = [&](sql::Transaction& transaction) -> Result<void> {
        bank::audit::append(transaction,
                            {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                             .action = action,
                             .object = {"incident", id.value},
                             .reason = {},
                             .details = reason.empty() ? Object{} : Object{{"reason", reason}}});
        return {};
    };
    process::Engine& engine = institution->counter.engine();
    const auto look = [&]() {
        return institution->book.read(
            [&](sql::Snapshot& snapshot) { return engine.incident(snapshot, id); });
    };
    const process::Incident before = TRY(look());
    TRY(act(engine, before, call.staff->staff.login, reason, record));
    parts.live.tell({Listener::Kind::staff, institution->facts.book, 0}, "incident.changed",
                    to_string(id));
    return ok(incident_shape(parts, *institution, TRY(look())));
}

Result<http::Response> retry(Call& call, Parts& parts)
{
    return act_on(call, parts, "incident.retry",
                  [](process::Engine& engine, const process::Incident& incident,
                     const std::string& who, const std::string&,
                     const auto& record) { return engine.retry(incident.id, who, record); });
}

Result<http::Response> skip(Call& call, Parts& parts)
{
    return act_on(call, parts, "incident.skip",
                  [](process::Engine& engine, const process::Incident& incident,
                     const std::string& who, const std::string& why,
                     const auto& record) { return engine.skip(incident.id, who, why, record); });
}

Result<http::Response> give_up(Call& call, Parts& parts)
{
    return act_on(
        call, parts, "incident.cancel",
        [](process::Engine& engine, const process::Incident& incident, const std::string& who,
           const std::string& why, const auto& record) -> Result<void> {
            if (!incident.open) {
                return base::conflict("incident.closed", "It is already dealt with.");
            }
            return engine.cancel(incident.instance, who, why, record);
        });
}

constexpr std::int64_t idle_hours = 24;  // Unless the caller says otherwise.

Object idle_shape(Parts& parts, const Institution& institution, const process::Idle& idle)
{
    Array places;
    const auto service = parts.catalog.version(idle.definition);
    for (const auto& element : idle.elements) {
        Object place{{"element", element}};
        if (service != nullptr) {
            const auto index = service->process->find(element);
            if (index && !service->process->element(*index).title.empty())
                place.set("name", shape(service->process->element(*index).title));
        }
        places.push_back(std::move(place));
    }
    Object object{{"id", to_string(idle.id)},
                  {"case", idle.business_key},
                  {"institution", institution.facts.code},
                  {"definition", idle.definition},
                  {"places", std::move(places)},
                  {"since", shape(idle.since)}};
    if (service != nullptr) object.set("service_name", shape(service->name));
    return object;
}

/// Of all institutions that the caller sees, by when they began.
Result<http::Response> list_idle(Call& call, Parts& parts)
{
    const auto* hours = call.query.find("hours");
    const auto before = base::after_seconds(
        parts.clock.now(), -3600 * (hours == nullptr ? idle_hours : hours->integer_or(0)));
    process::InstanceId after{};
    if (!call.cursor().empty()) after = TRY(base::parse_id<process::InstanceId>(call.cursor()));
    const auto limit = static_cast<std::size_t>(call.limit());
    std::vector<std::pair<Institution*, process::Idle>> found;
    for (Institution* institution : TRY(institutions_for(call, parts, "incident.work"))) {
        for (auto& each : institution->book.read([&](sql::Snapshot& snapshot) {
                 return institution->counter.engine().idle(snapshot, before, after,
                                                           call.limit() + 1);
             }))
            found.emplace_back(institution, std::move(each));
    }
    std::ranges::sort(found, {}, [](const auto& each) { return each.second.id.value; });
    Array items;
    for (const auto& [institution, idle] : found | std::views::take(limit))
        items.push_back(idle_shape(parts, *institution, idle));
    Object page{{"items", std::move(items)}};
    if (found.size() > limit) page.set("next_cursor", to_string(found[limit - 1].second.id));
    return ok(page);
}

Result<http::Response> cancel_idle(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<process::InstanceId>("instance"));
    Institution* institution =
        TRY(institution_for(call, parts, id, "incident.work", "process.unknown"));
    process::Engine& engine = institution->counter.engine();
    const std::string reason{call.body["reason"].text_or()};
    const auto idle = TRY(
        institution->book.read([&](sql::Snapshot& snapshot) { return engine.idle(snapshot, id); }));
    TRY(engine.cancel(
        id, call.staff->staff.login, reason, [&](sql::Transaction& transaction) -> Result<void> {
            bank::audit::append(
                transaction, {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                              .action = "case.cancel",
                              .object = {"case", id.value},
                              .reason = {},
                              .details = Object{{"reason", reason}}});
            return {};
        }));
    parts.live.tell({Listener::Kind::staff, institution->facts.book, 0}, "incident.changed",
                    to_string(id));
    return ok(idle_shape(parts, *institution, idle));
}

}  // namespace

void add_incident_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listIncidents", Access::staff, with(list_incidents));
    routes.add("retryIncident", Access::staff, with(retry));
    routes.add("skipIncident", Access::staff, with(skip));
    routes.add("cancelIncident", Access::staff, with(give_up));
    routes.add("listIdleCases", Access::staff, with(list_idle));
    routes.add("cancelIdleCase", Access::staff, with(cancel_idle));
}

}  // namespace api
