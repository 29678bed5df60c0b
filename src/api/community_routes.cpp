// SPDX-License-Identifier: Apache-2.0
// What communities reported, by the levels of the organisation; who came to a branch, for those at
// the door and those who have to trace contacts.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/audit/trail.h>
#include <bank/community/reports.h>
#include <bank/customer/mask.h>
#include <bank/customer/person.h>

namespace api {

namespace community = bank::community;
namespace customer = bank::customer;
namespace http = platform::http;
namespace organisation = bank::organisation;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr int contacts_shown = 200;

struct CommunitySum {
    std::int64_t well = 0;
    std::int64_t unwell = 0;
    std::int64_t away = 0;
    std::int64_t returns = 0;
    std::int64_t granted = 0;

    void add(const CommunitySum& other)
    {
        well += other.well;
        unwell += other.unwell;
        away += other.away;
        returns += other.returns;
        granted += other.granted;
    }
};

using CommunitySums = std::map<std::string, CommunitySum, std::less<>>;

void count_place(CommunitySums& sums, const community::Count& count)
{
    auto& sum = sums[count.place];
    if (count.state == "well") sum.well += count.people;
    if (count.state == "unwell") sum.unwell += count.people;
    if (count.state == "away") sum.away += count.people;
    if (count.state == "asked" || count.state == "granted") sum.returns += count.people;
    if (count.state == "granted") sum.granted += count.people;
}

/// A unit with its own counts and those of all below it.
Object community_node(const organisation::UnitNode& node, const CommunitySums& sums,
                      CommunitySum& whole)
{
    const auto own = sums.find(node.unit.code);
    if (own != sums.end()) whole.add(own->second);
    Array children;
    for (const auto& child : node.children) {
        CommunitySum below;
        children.push_back(community_node(child, sums, below));
        whole.add(below);
    }
    return {{"code", node.unit.code},
            {"name", shape(node.unit.name)},
            {"level", bank::catalog::to_string(node.unit.level)},
            {"well", whole.well},
            {"unwell", whole.unwell},
            {"away", whole.away},
            {"returns_asked", whole.returns},
            {"returns_granted", whole.granted},
            {"children", std::move(children)}};
}

Result<http::Response> community_figures(Call& call, Parts& parts)
{
    const auto* wanted = call.query.find("day");
    std::optional<base::Date> day;
    if (wanted != nullptr) day = TRY(base::parse_date(wanted->text_or()));
    const auto now = parts.clock.now();
    CommunitySums sums;
    for (Institution* institution : TRY(institutions_for(call, parts, "figures.view"))) {
        const auto of = day.value_or(base::local_date(now, institution->utc_offset_minutes));
        institution->book.read([&](sql::Snapshot& snapshot) {
            for (const auto& one : community::counts(snapshot, of)) count_place(sums, one);
            for (const auto& one : community::returns(snapshot, of)) count_place(sums, one);
        });
        if (!day) day = of;
    }
    Array roots;
    for (const auto& node : parts.organisation.tree(call.staff->staff)) {
        CommunitySum whole;
        roots.push_back(community_node(node, sums, whole));
    }
    return ok(Object{{"day", base::to_string(day.value_or(base::local_date(now, 480)))},
                     {"roots", std::move(roots)}});
}

Object visit_shape(sql::Snapshot& snapshot, Institution& institution, const community::Noted& one)
{
    const customer::CustomerId person{one.person};
    // Of whoever is no customer yet there is only what they said at the door.
    std::string name;
    for (const auto field : {customer::field::name, customer::field::visitor_name}) {
        if (!name.empty()) break;
        const auto held = customer::read_field(snapshot, institution.vault, person, field);
        if (held) name = held.value();
    }
    return {{"customer", to_string(person)},
            {"name", customer::masked_name(name)},
            {"place", one.place},
            {"at", shape(one.at)}};
}

/// The pass that a visitor shows at the door. It counts on the day of the visit.
Result<http::Response> check_pass(Call& call, Parts& parts)
{
    const std::string_view pass = call.body["pass"].text_or();
    for (Institution* institution : TRY(institutions_for(call, parts, "task.work"))) {
        const auto found = institution->book.read(
            [&](sql::Snapshot& snapshot) { return community::by_pass(snapshot, pass); });
        if (!found) continue;
        const auto& visit = found.value();
        const auto day_of = [&](base::Instant at) {
            return base::local_date(at, institution->utc_offset_minutes);
        };
        TRY(institution->book.write([&](sql::Transaction& transaction) -> Result<void> {
            bank::audit::append(
                transaction, {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                              .action = "visit.check",
                              .object = {"customer", visit.person},
                              .reason = {},
                              .details = Object{{"place", visit.place}}});
            return {};
        }));
        auto object = institution->book.read(
            [&](sql::Snapshot& snapshot) { return visit_shape(snapshot, *institution, visit); });
        object.set("valid", day_of(visit.at) == day_of(parts.clock.now()));
        return ok(std::move(object));
    }
    return base::not_found("visit.pass_unknown", "no visit has this pass");
}

Result<http::Response> trace_contacts(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<customer::CustomerId>("customer"));
    Institution* institution =
        TRY(institution_for(call, parts, id, "visit.trace", "customer.unknown"));
    const auto days = call.body["days"].integer_or(14);
    const auto minutes = static_cast<int>(call.body["minutes"].integer_or(60));
    const auto since = base::after_seconds(parts.clock.now(), -days * 86'400);
    TRY(institution->book.write([&](sql::Transaction& transaction) -> Result<void> {
        if (const auto known = customer::find(transaction, id); !known) return known.error();
        bank::audit::append(transaction,
                            {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                             .action = "visit.trace",
                             .object = {"customer", id.value},
                             .reason = call.body["reason"].text_or(),
                             .details = Object{{"days", days}, {"minutes", minutes}}});
        return {};
    }));
    Array items;
    institution->book.read([&](sql::Snapshot& snapshot) {
        for (const auto& one :
             community::contacts(snapshot, id.value, since, minutes, contacts_shown)) {
            items.push_back(visit_shape(snapshot, *institution, one));
        }
    });
    return ok(Object{{"items", std::move(items)}});
}

}  // namespace

void add_community_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("getCommunityFigures", Access::staff, with(community_figures));
    routes.add("checkVisitorPass", Access::staff, with(check_pass));
    routes.add("traceContacts", Access::staff, with(trace_contacts));
}

}  // namespace api
