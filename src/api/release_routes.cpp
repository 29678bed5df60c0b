// SPDX-License-Identifier: Apache-2.0
// Which version of a service people get: proposed by one, confirmed by another.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/audit/trail.h>
#include <bank/release/releases.h>

#include <memory>

namespace api {

namespace catalog = bank::catalog;
namespace http = platform::http;
namespace proposal = bank::proposal;
namespace release = bank::release;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;
using platform::json::Value;

namespace {

constexpr std::string_view release_right = "service.deploy";
constexpr std::size_t service_folder_bytes = 4 * 1024 * 1024;
constexpr int proof_deadline_ms = 120'000;  // A deployment runs the service's scenario.

std::vector<std::string> codes_of(const Value& array)
{
    std::vector<std::string> codes;
    if (array.array() == nullptr) return codes;
    for (const auto& each : *array.array()) codes.emplace_back(each.text_or());
    return codes;
}

catalog::Trial trial_in(const Value& body)
{
    return {.version = static_cast<int>(body["version"].integer_or(0)),
            .institutions = codes_of(body["institutions"]),
            .percent = static_cast<int>(body["percent"].integer_or(100)),
            .since = {}};
}

void add_trial(Object& object, const catalog::Release& one)
{
    if (one.act != catalog::Act::try_out) return;
    Array institutions;
    for (const auto& each : one.trial.institutions) institutions.emplace_back(each);
    object.set("percent", one.trial.percent);
    object.set("institutions", std::move(institutions));
}

Object release_shape(const Parts& parts, const release::ProposedRelease& one)
{
    const auto name_of = [&](const std::string& login) {
        const auto staff = parts.organisation.known(login);
        return staff ? staff.value().name : login;
    };
    const auto& kept = one.proposal;
    Object object{{"id", to_string(kept.id)},
                  {"service", one.release.service},
                  {"action", catalog::to_string(one.release.act)},
                  {"version", one.release.version},
                  {"reason", kept.reason},
                  {"alone", kept.alone},
                  {"state", one.overtaken ? "overtaken" : proposal::to_string(kept.state)},
                  {"proposed_by", kept.proposed_by},
                  {"proposed_by_name", name_of(kept.proposed_by)},
                  {"proposed_at", shape(kept.proposed_at)}};
    add_trial(object, one.release);
    if (kept.decided_at) {
        object.set("decided_at", shape(*kept.decided_at));
        object.set("comment", kept.comment);
    }
    if (!kept.decided_by.empty()) {
        object.set("decided_by", kept.decided_by);
        object.set("decided_by_name", name_of(kept.decided_by));
    }
    return object;
}

/// What the audit trail calls it: the act itself where it takes effect.
std::string deed_of(const release::ProposedRelease& one)
{
    const bool decided = !one.proposal.decided_by.empty();
    const bool confirmed = one.proposal.state == proposal::State::confirmed;
    if (one.proposal.alone && decided) return confirmed ? "service.confirm" : "service.object";
    if (one.proposal.alone || confirmed)
        return "service." + std::string{catalog::to_string(one.release.act)};
    return decided ? "service.refuse" : "service.propose";
}

release::Releases::Also recorded_release(const Call& call)
{
    return [who = call.staff->staff.id.value](sql::Transaction& transaction,
                                              const release::ProposedRelease& one) {
        Object details{{"version", one.release.service + "@" + std::to_string(one.release.version)},
                       {"act", catalog::to_string(one.release.act)},
                       {"why", one.proposal.reason},
                       {"comment", one.proposal.comment},
                       {"alone", one.proposal.alone},
                       {"proposed_by", one.proposal.proposed_by}};
        add_trial(details, one.release);
        bank::audit::append(transaction, {.actor = {bank::audit::ActorKind::staff, who},
                                          .action = deed_of(one),
                                          .object = {"proposal", one.proposal.id.value},
                                          .reason = {},
                                          .details = std::move(details)});
    };
}

/// Every page that shows versions reads them again.
void tell_colleagues(Parts& parts, std::string_view service)
{
    for (const auto& each : parts.institutions)
        parts.live.tell({Listener::Kind::staff, each.facts.book, 0}, "release.changed", service);
}

std::string reason_of(const Call& call)
{
    return std::string{call.body["reason"].text_or()};
}

Result<http::Response> list_releases(Call& call, Parts& parts, release::Releases& releases)
{
    TRY(institutions_for(call, parts, "service.view"));
    const auto* service = call.query.find("service");
    Array items;
    for (const auto& each :
         releases.latest(service == nullptr ? std::string{} : std::string{service->text_or()}))
        items.push_back(release_shape(parts, each));
    return ok(Object{{"items", std::move(items)}});
}

Result<http::Response> propose_release(Call& call, Parts& parts, release::Releases& releases)
{
    TRY(institutions_for(call, parts, release_right));
    const auto act = catalog::act_of(call.body["action"].text_or());
    base::ensure(act.has_value());  // The contract has checked it.
    const catalog::Release wish{.service = std::string{call.request.parameter("service")},
                                .act = *act,
                                .version = static_cast<int>(call.body["version"].integer_or(0)),
                                .trial = trial_in(call.body)};
    const auto& by = call.staff->staff.login;
    const auto done =
        call.body["alone"].boolean_or(false)
            ? TRY(releases.do_alone(by, wish, reason_of(call), recorded_release(call)))
            : TRY(releases.propose(by, wish, reason_of(call), recorded_release(call)));
    tell_colleagues(parts, wish.service);
    return ok(release_shape(parts, done), 201);
}

Result<http::Response> decide_release(Call& call, Parts& parts, release::Releases& releases)
{
    const auto id = TRY(call.id<release::ReleaseId>("release"));
    TRY(institutions_for(call, parts, release_right));
    const auto decided =
        TRY(releases.decide(std::string{call.request.parameter("service")}, id,
                            {.by = call.staff->staff.login,
                             .confirm = call.body["confirm"].boolean_or(false),
                             .comment = std::string{call.body["comment"].text_or()}},
                            recorded_release(call)));
    tell_colleagues(parts, decided.release.service);
    return ok(release_shape(parts, decided));
}

Result<http::Response> deploy_files(Call& call, Parts& parts, release::Releases& releases)
{
    TRY(institutions_for(call, parts, release_right));
    std::map<std::string, std::string> files;
    for (const auto& [name, content] : *call.body["files"].object())
        files.emplace(name, content.text_or());
    std::optional<catalog::Trial> trial;
    if (call.body["trial"].object() != nullptr) {
        trial = trial_in(call.body["trial"]);
        for (const auto& each : trial->institutions) {
            if (parts.catalog.bank().institution(each) == nullptr)
                return base::invalid("service.institution_unknown",
                                     "There is no such institution.");
        }
    }
    return ok(reloaded_shape(
        TRY(releases.deploy(call.staff->staff.login, std::string{call.request.parameter("service")},
                            std::move(files), trial, reason_of(call), recorded_release(call)))));
}

Result<http::Response> reload(Call& call, Parts& parts, release::Releases& releases)
{
    TRY(institutions_for(call, parts, release_right));
    return ok(reloaded_shape(
        releases.reload(call.staff->staff.login, reason_of(call), recorded_release(call))));
}

}  // namespace

void add_release_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto releases = std::make_shared<release::Releases>(parts.house, parts.catalog);
    const auto with = [&parts, releases](auto handler) {
        return [&parts, releases, handler](Call& call) { return handler(call, parts, *releases); };
    };
    routes.add("listReleases", Access::staff, with(list_releases));
    routes.add("releaseService", Access::staff, with(propose_release));
    routes.add("decideRelease", Access::staff, with(decide_release));
    routes.add("deployService", Access::staff, with(deploy_files),
               {.body_bytes = service_folder_bytes, .deadline_ms = proof_deadline_ms});
    routes.add("reloadServices", Access::staff, with(reload), {.deadline_ms = proof_deadline_ms});
}

}  // namespace api
