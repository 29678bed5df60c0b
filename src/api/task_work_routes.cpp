// SPDX-License-Identifier: Apache-2.0
// Tasks between people: many taken at once, sent back, handed over, signed by others; who is away.
#include <api/routes.h>
#include <api/shapes.h>
#include <api/task_desk.h>

#include <bank/audit/trail.h>

#include <map>

namespace api {

namespace http = platform::http;
namespace process = engine::process;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

struct Held {
    process::TaskId id;
    Institution* institution;
    process::Engine& engine;
};

Result<Held> held(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<process::TaskId>("task"));
    Institution* institution = TRY(institution_for(call, parts, id, "task.work", "task.unknown"));
    return Held{id, institution, institution->counter.engine()};
}

Result<http::Response> told(Call& call, Parts& parts, const Held& task)
{
    tell_staff(parts, *task.institution, task.id);
    return task_detail(call, parts);
}

/// A colleague by login who works on tasks of the institution.
Result<process::Worker> colleague(Parts& parts, Institution& institution, std::string_view login)
{
    const auto staff = parts.organisation.by_login(login);
    const bool works =
        staff && parts.organisation.check(staff.value(), "task.work", institution.facts.code);
    if (!works) {
        return base::rejected("task.not_for_them",
                              "Nobody of that name works on tasks of this institution.");
    }
    return worker_of(parts, institution, staff.value());
}

/// With whom tasks can be shared: handed over, signed, done while one is away.
Result<http::Response> colleagues(Call& call, Parts& parts)
{
    const auto* only = call.query.find("institution");
    const auto seen = TRY(institutions_for(call, parts, "task.work",
                                           only == nullptr ? std::string_view{} : only->text_or()));
    const bank::catalog::Bank& bank = parts.catalog.bank();
    std::map<std::string, Object> people;
    for (const Institution* institution : seen) {
        for (const auto& each : parts.organisation.who_may("task.work", institution->facts.code)) {
            Object person{{"username", each.login}, {"name", each.name}};
            if (const auto* unit = bank.unit(each.unit)) person.set("unit_name", shape(unit->name));
            Array roles;
            for (const auto& code : each.roles) {
                const auto role = bank.roles.find(code);
                if (role != bank.roles.end()) roles.push_back(shape(role->second.name));
            }
            person.set("roles", std::move(roles));
            people.emplace(each.login, std::move(person));
        }
    }
    people.erase(call.staff->staff.login);
    Array items;
    for (auto& [login, person] : people) items.push_back(std::move(person));
    return ok(Object{{"items", std::move(items)}});
}

/// Each for itself: what one is refused leaves the others alone.
Result<http::Response> claim_many(Call& call, Parts& parts)
{
    Array items;
    for (const auto& each : *call.body["tasks"].array()) {
        Object item{{"task", each}};
        const auto claimed = [&]() -> Result<void> {
            const auto id = TRY(base::parse_id<process::TaskId>(each.text_or()));
            Institution* institution =
                TRY(institution_for(call, parts, id, "task.work", "task.unknown"));
            TRY(institution->counter.claim(id, worker_of(parts, *institution, call.staff->staff),
                                           recorded(call, id, "task.claim")));
            tell_staff(parts, *institution, id);
            return {};
        }();
        if (!claimed) item.set("reason", claimed.error().reason);
        items.push_back(std::move(item));
    }
    return ok(Object{{"items", std::move(items)}});
}

Result<http::Response> send_back(Call& call, Parts& parts)
{
    const Held task = TRY(held(call, parts));
    TRY(without_stake(call, parts, *task.institution, task.id));
    const std::string to{call.body["to"].text_or()};
    TRY(task.engine.send_back(task.id, call.staff->staff.login, to,
                              std::string{call.body["reason"].text_or()},
                              recorded(call, task.id, "task.send-back", {}, Object{{"to", to}})));
    return told(call, parts, task);
}

Result<http::Response> hand_over(Call& call, Parts& parts)
{
    const Held task = TRY(held(call, parts));
    const auto to = TRY(colleague(parts, *task.institution, call.body["to"].text_or()));
    TRY(task.engine.hand_over(
        task.id, call.staff->staff.login, to, std::string{call.body["reason"].text_or()},
        recorded(call, task.id, "task.hand-over", {}, Object{{"to", to.id}})));
    return told(call, parts, task);
}

Result<http::Response> lend(Call& call, Parts& parts)
{
    const Held task = TRY(held(call, parts));
    const auto to = TRY(colleague(parts, *task.institution, call.body["to"].text_or()));
    TRY(task.engine.lend(task.id, call.staff->staff.login, to,
                         std::string{call.body["reason"].text_or()},
                         recorded(call, task.id, "task.lend", {}, Object{{"to", to.id}})));
    return told(call, parts, task);
}

Result<http::Response> give_back(Call& call, Parts& parts)
{
    const Held task = TRY(held(call, parts));
    TRY(task.engine.give_back(task.id, call.staff->staff.login,
                              std::string{call.body["comment"].text_or()},
                              recorded(call, task.id, "task.give-back")));
    return told(call, parts, task);
}

Result<http::Response> ask_to_sign(Call& call, Parts& parts)
{
    const Held task = TRY(held(call, parts));
    std::vector<process::Worker> signers;
    Array logins;
    for (const auto& each : *call.body["signers"].array()) {
        signers.push_back(TRY(colleague(parts, *task.institution, each.text_or())));
        logins.push_back(signers.back().id);
    }
    TRY(task.engine.ask_to_sign(
        task.id, call.staff->staff.login, signers, call.body["in_order"].boolean_or(false),
        std::string{call.body["reason"].text_or()},
        recorded(call, task.id, "task.ask-to-sign", {}, Object{{"signers", std::move(logins)}})));
    return told(call, parts, task);
}

Result<http::Response> sign(Call& call, Parts& parts)
{
    const Held task = TRY(held(call, parts));
    TRY(without_stake(call, parts, *task.institution, task.id));
    const bool agrees = call.body["agrees"].boolean_or(false);
    TRY(task.engine.sign(task.id, call.staff->staff.login, agrees,
                         std::string{call.body["comment"].text_or()},
                         recorded(call, task.id, agrees ? "task.sign" : "task.not-sign")));
    return told(call, parts, task);
}

/// The institution whose tasks the caller works on first of all: where his absence is kept.
Result<std::vector<Institution*>> workplaces(Call& call, Parts& parts)
{
    return institutions_for(call, parts, "task.work");
}

Result<http::Response> get_absence(Call& call, Parts& parts)
{
    Institution& institution = *TRY(workplaces(call, parts)).front();
    const auto absence = institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.counter.engine().absence(snapshot, call.staff->staff.login);
    });
    if (!absence) return ok(Object{});
    return ok(Object{{"stand_in", absence->stand_in},
                     {"from", shape(absence->from)},
                     {"until", shape(absence->until)}});
}

Result<http::Response> set_absence(Call& call, Parts& parts)
{
    process::Absence absence;
    absence.worker = call.staff->staff.login;
    absence.stand_in = call.body["stand_in"].text_or();
    if (!absence.stand_in.empty()) {
        absence.from = TRY(base::parse_instant(call.body["from"].text_or()));
        absence.until = TRY(base::parse_instant(call.body["until"].text_or()));
    }
    for (Institution* institution : TRY(workplaces(call, parts))) {
        if (!absence.stand_in.empty()) {
            TRY(colleague(parts, *institution, absence.stand_in));
        }
        TRY(institution->counter.engine().set_absence(
            absence, [&](sql::Transaction& transaction) -> Result<void> {
                const auto id = call.staff->staff.id.value;
                bank::audit::append(transaction,
                                    {.actor = {bank::audit::ActorKind::staff, id},
                                     .action = "staff.absence",
                                     .object = {"staff", id},
                                     .reason = {},
                                     .details = Object{{"stand_in", absence.stand_in}}});
                return {};
            }));
    }
    return get_absence(call, parts);
}

}  // namespace

void add_task_work_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listColleagues", Access::staff, with(colleagues));
    routes.add("claimTasks", Access::staff, with(claim_many));
    routes.add("sendBackTask", Access::staff, with(send_back));
    routes.add("handOverTask", Access::staff, with(hand_over));
    routes.add("lendTask", Access::staff, with(lend));
    routes.add("giveBackTask", Access::staff, with(give_back));
    routes.add("askToSignTask", Access::staff, with(ask_to_sign));
    routes.add("signTask", Access::staff, with(sign));
    routes.add("getAbsence", Access::staff, with(get_absence));
    routes.add("setAbsence", Access::staff, with(set_absence));
}

}  // namespace api
