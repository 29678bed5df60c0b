// SPDX-License-Identifier: Apache-2.0
// Who of the staff works where and as what: a change is proposed by one and confirmed by another.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/audit/trail.h>
#include <bank/organisation/changes.h>

#include <memory>

namespace api {

namespace http = platform::http;
namespace organisation = bank::organisation;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;
using platform::json::Value;

namespace {

constexpr std::string_view change_right = "organisation.change";

Array codes_shape(const std::vector<std::string>& codes)
{
    Array array;
    for (const auto& code : codes) array.emplace_back(code);
    return array;
}

Object post_shape(const organisation::Post& post)
{
    return {{"unit", post.unit},
            {"roles", codes_shape(post.roles)},
            {"skills", codes_shape(post.skills)},
            {"works_here", post.works_here}};
}

Object change_shape(const Parts& parts, const organisation::StaffChange& change)
{
    const auto name_of = [&](const std::string& login) {
        const auto staff = parts.organisation.known(login);
        return staff ? staff.value().name : login;
    };
    Object object{{"id", to_string(change.id)},
                  {"username", change.login},
                  {"name", name_of(change.login)},
                  {"before", post_shape(change.before)},
                  {"after", post_shape(change.after)},
                  {"reason", change.reason},
                  {"state", to_string(change.state)},
                  {"proposed_by", change.proposed_by},
                  {"proposed_by_name", name_of(change.proposed_by)},
                  {"proposed_at", shape(change.proposed_at)}};
    if (change.decided_at) {
        object.set("decided_by", change.decided_by);
        object.set("decided_by_name", name_of(change.decided_by));
        object.set("decided_at", shape(*change.decided_at));
        object.set("comment", change.comment);
    }
    return object;
}

/// What is left out of the body stays as it is.
organisation::Post wanted(const Value& body, const organisation::Staff& person)
{
    organisation::Post post{person.unit, person.roles, person.skills, person.active};
    const auto take = [&](std::string_view name, std::vector<std::string>& codes) {
        const auto* given = body[name].array();
        if (given == nullptr) return;
        codes.clear();
        for (const auto& each : *given) codes.emplace_back(each.text_or());
    };
    if (const auto unit = body["unit"].text_or(); !unit.empty()) post.unit = unit;
    take("roles", post.roles);
    take("skills", post.skills);
    post.works_here = body["works_here"].boolean_or(post.works_here);
    return post;
}

organisation::StaffChanges::Also recorded_change(const Call& call, std::string action)
{
    return [who = call.staff->staff.id.value, action = std::move(action),
            comment = std::string{call.body["comment"].text_or()}](
               sql::Transaction& transaction, const organisation::StaffChange& change) {
        bank::audit::append(transaction, {.actor = {bank::audit::ActorKind::staff, who},
                                          .action = action,
                                          .object = {"staff-change", change.id.value},
                                          .reason = {},
                                          .details = Object{{"username", change.login},
                                                            {"before", post_shape(change.before)},
                                                            {"after", post_shape(change.after)},
                                                            {"why", change.reason},
                                                            {"comment", comment}}});
    };
}

Result<http::Response> list_changes(Call& call, Parts& parts, organisation::StaffChanges& changes)
{
    TRY(institutions_for(call, parts, change_right));
    Array items;
    for (const auto& each : changes.latest(call.staff->staff))
        items.push_back(change_shape(parts, each));
    return ok(Object{{"items", std::move(items)}});
}

Result<http::Response> propose_change(Call& call, Parts& parts, organisation::StaffChanges& changes)
{
    TRY(institutions_for(call, parts, change_right));
    const auto login = call.body["username"].text_or();
    const auto person = TRY(parts.organisation.known(login));
    const auto proposed =
        TRY(changes.propose(call.staff->staff, login, wanted(call.body, person),
                            call.body["reason"].text_or(), recorded_change(call, "staff.propose")));
    return ok(change_shape(parts, proposed), 201);
}

Result<http::Response> decide_change(Call& call, Parts& parts, organisation::StaffChanges& changes)
{
    const auto id = TRY(call.id<organisation::ChangeId>("change"));
    TRY(institutions_for(call, parts, change_right));
    const bool confirm = call.body["confirm"].boolean_or(false);
    const auto decided = TRY(
        changes.decide(call.staff->staff, id, confirm, call.body["comment"].text_or(),
                       recorded_change(call, confirm ? "staff.change" : "staff.refuse-change")));
    return ok(change_shape(parts, decided));
}

}  // namespace

void add_staff_change_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto changes = std::make_shared<organisation::StaffChanges>(
        parts.house, parts.catalog.bank(), parts.organisation);
    const auto with = [&parts, changes](auto handler) {
        return [&parts, changes, handler](Call& call) { return handler(call, parts, *changes); };
    };
    routes.add("listStaffChanges", Access::staff, with(list_changes));
    routes.add("proposeStaffChange", Access::staff, with(propose_change));
    routes.add("decideStaffChange", Access::staff, with(decide_change));
}

}  // namespace api
