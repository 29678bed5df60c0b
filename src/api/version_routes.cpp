// SPDX-License-Identifier: Apache-2.0
// Versions of services: listed, compared; cases put under another.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/audit/trail.h>
#include <bank/catalog/changes.h>

#include <charconv>

namespace api {

namespace catalog = bank::catalog;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr std::string_view deploy_right = "service.deploy";
constexpr std::string_view service_view_right = "service.view";
constexpr int moves_at_once = 50;

Array texts_shape(const std::vector<std::string>& texts)
{
    Array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}

std::string service_of(const Call& call)
{
    return std::string{call.request.parameter("service")};
}

/// A number that the contract has checked.
int number_of(std::string_view text)
{
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Result<http::Response> versions_of(Call& call, Parts& parts, const std::string& service)
{
    const auto all = parts.catalog.deployments(service);
    if (all.empty()) return base::not_found("service.unknown", "There is no such service.");
    std::map<int, std::int64_t> running;
    for (Institution* institution : TRY(institutions_for(call, parts, service_view_right))) {
        for (const auto& [version, count] : institution->counter.running_by_version(service))
            running[version] += count;
    }
    Array items;
    for (auto each = all.rbegin(); each != all.rend(); ++each) {
        Object item{{"version", each->version},
                    {"deployed_at", shape(each->deployed_at)},
                    {"on_offer", each->on_offer},
                    {"withdrawn", each->withdrawn},
                    {"running", running[each->version]}};
        if (each->offered_at) item.set("offered_at", shape(*each->offered_at));
        if (each->trial) {
            item.set("trial", Object{{"percent", each->trial->percent},
                                     {"institutions", texts_shape(each->trial->institutions)},
                                     {"since", shape(each->trial->since)}});
        }
        items.push_back(std::move(item));
    }
    return ok(Object{{"service", service}, {"items", std::move(items)}});
}

Result<http::Response> list_versions(Call& call, Parts& parts)
{
    return versions_of(call, parts, service_of(call));
}

/// A version named in words of the path or query; the one on offer where nothing is said.
Result<catalog::ServicePtr> version_named(Parts& parts, const std::string& service, int version)
{
    auto found = parts.catalog.version(service + "@" + std::to_string(version));
    if (found == nullptr)
        return base::not_found("service.version_unknown", "The service has no such version.");
    return found;
}

Result<http::Response> compare_versions(Call& call, Parts& parts)
{
    TRY(institutions_for(call, parts, service_view_right));
    const std::string service = service_of(call);
    const int to = number_of(call.request.parameter("version"));
    const auto* asked = call.query.find("from");
    const auto from = asked != nullptr ? static_cast<int>(asked->integer_or(0)) : to - 1;
    const auto before = TRY(version_named(parts, service, from));
    const auto after = TRY(version_named(parts, service, to));
    Array items;
    for (const auto& change : catalog::changes(*before, *after)) {
        Object item{{"kind", catalog::to_string(change.kind)},
                    {"file", change.file},
                    {"what", change.what},
                    {"place", change.place},
                    {"text", shape(change.text)}};
        if (!change.element.empty()) item.set("element", change.element);
        if (!change.before.empty()) item.set("before", change.before);
        if (!change.after.empty()) item.set("after", change.after);
        items.push_back(std::move(item));
    }
    return ok(
        Object{{"service", service}, {"from", from}, {"to", to}, {"items", std::move(items)}});
}

Array findings_shape(const catalog::Findings& findings)
{
    Array array;
    for (const auto& each : findings) {
        array.push_back(
            Object{{"file", each.file}, {"line", each.line}, {"message", each.message}});
    }
    return array;
}

Object move_shape(const engine::process::Move& move, std::string_view state)
{
    Array obstacles;
    for (const auto& each : move.obstacles)
        obstacles.push_back(Object{{"element", each.element}, {"reason", each.reason}});
    return {{"case", move.business_key},
            {"elements", texts_shape(move.elements)},
            {"state", state},
            {"obstacles", std::move(obstacles)},
            {"not_watched", texts_shape(move.not_watched)}};
}

/// Moves one case, with a record of it. Answers what became of it.
std::string_view move_one(Call& call, Institution& institution, const engine::process::Move& move,
                          const std::string& service, int to)
{
    const std::string why{call.body["reason"].text_or()};
    const auto id = base::parse_id<bank::counter::CaseId>(move.business_key);
    const auto moved = institution.counter.move(
        move, service, to, call.staff->staff.login, why,
        [&](sql::Transaction& transaction) -> Result<void> {
            bank::audit::append(
                transaction,
                {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                 .action = "case.move",
                 .object = {"case", id ? id.value().value : 0},
                 .reason = {},
                 .details = {{"to", service + "@" + std::to_string(to)}, {"why", why}}});
            return {};
        });
    return moved ? "moved" : "stays";
}

Result<http::Response> move_cases(Call& call, Parts& parts)
{
    const std::string service = service_of(call);
    Institution* institution =
        TRY(institutions_for(call, parts, deploy_right, call.body["institution"].text_or()))
            .front();
    const int from = static_cast<int>(call.body["from"].integer_or(0));
    const int to = static_cast<int>(call.body["to"].integer_or(0));
    if (from == to)
        return base::invalid("service.same_version", "The cases run on that version already.");
    TRY(version_named(parts, service, from));
    TRY(version_named(parts, service, to));
    engine::process::InstanceId after;
    if (const auto cursor = call.body["cursor"].text_or(); !cursor.empty())
        after = TRY(base::parse_id<engine::process::InstanceId>(cursor));
    const auto moves = TRY(institution->counter.moves(service, from, to, after, moves_at_once));
    const bool dry = call.body["dry_run"].boolean_or(true);
    Array items;
    for (const auto& move : moves) {
        const bool possible = move.obstacles.empty();
        const std::string_view state = !possible ? "stays"
                                       : dry     ? "can-move"
                                                 : move_one(call, *institution, move, service, to);
        items.push_back(move_shape(move, state));
    }
    Object answer{{"dry_run", dry}, {"items", std::move(items)}};
    if (moves.size() == moves_at_once) answer.set("next_cursor", to_string(moves.back().instance));
    return ok(std::move(answer));
}

}  // namespace

Object reloaded_shape(const catalog::Reloaded& done)
{
    return {{"deployed", texts_shape(done.deployed)},
            {"removed", texts_shape(done.removed)},
            {"errors", findings_shape(done.findings)},
            {"warnings", findings_shape(done.warnings)}};
}

void add_version_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listServiceVersions", Access::staff, with(list_versions));
    routes.add("compareServiceVersions", Access::staff, with(compare_versions));
    routes.add("moveCases", Access::staff, with(move_cases), {.deadline_ms = 120'000});
}

}  // namespace api
