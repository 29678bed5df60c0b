// SPDX-License-Identifier: Apache-2.0
// The workbench's tasks: list, detail, claim, decide; the pictures of a case.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>
#include <api/task_desk.h>

#include <bank/audit/trail.h>
#include <bank/counter/worker.h>
#include <bank/customer/mask.h>

#include <algorithm>

namespace api {

namespace counter = bank::counter;
namespace http = platform::http;
namespace process = engine::process;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

/// As the case has it, else as the bank knows whoever applied; empty: it knows no name.
std::string customer_name(const Institution& institution, const counter::TaskRow& row)
{
    if (!row.customer_name.empty()) return row.customer_name;
    const auto applicant = base::parse_id<bank::customer::CustomerId>(row.applicant);
    if (!applicant) return {};
    return institution.book.read([&](sql::Snapshot& snapshot) {
        const auto name = institution.people.name(snapshot, applicant.value());
        return name.empty() ? name : bank::customer::masked_name(name);
    });
}

Object task_shape(Parts& parts, const Institution& institution, const counter::TaskRow& row)
{
    const auto& task = row.task;
    Object object{
        {"id", to_string(task.id)},
        {"case", to_string(row.of_case)},
        {"service", row.service->code},
        {"service_name", shape(row.service->name)},
        {"name", shape(row.name)},
        {"institution", institution.facts.code},
        {"state",
         task.state == process::TaskState::cancelled ? "done" : process::to_string(task.state)},
        {"created_at", shape(task.created_at)},
        {"late", task.late},
        {"escalated", task.escalated}};
    if (task.stranded) object.set("stranded", true);
    if (auto name = customer_name(institution, row); !name.empty()) {
        object.set("customer_name", std::move(name));
    }
    if (!task.claimed_by.empty()) {
        object.set("claimed_by", task.claimed_by);
        if (const auto staff = parts.organisation.by_login(task.claimed_by)) {
            object.set("claimed_by_name", staff.value().name);
        }
    }
    if (task.due_at) object.set("due_at", shape(*task.due_at));
    if (task.reminded && !task.late) object.set("due_soon", true);
    if (!task.owner.empty()) {
        const auto owner = parts.organisation.by_login(task.owner);
        object.set("lent_by", task.owner);
        object.set("lent_by_name", owner ? owner.value().name : task.owner);
    }
    return object;
}

Array facts_shape(const std::vector<counter::FactGroupView>& groups)
{
    Array array;
    for (const auto& group : groups) {
        Array rows;
        for (const auto& row : group.rows) {
            Object object{{"label", shape(row.label)}, {"value", row.value}};
            if (!row.words.empty()) object.set("words", shape(row.words));
            if (!row.state.empty()) object.set("state", row.state);
            if (row.score) object.set("score", *row.score);
            if (row.threshold) object.set("threshold", *row.threshold);
            rows.push_back(std::move(object));
        }
        array.push_back(Object{
            {"group", group.code}, {"title", shape(group.title)}, {"rows", std::move(rows)}});
    }
    return array;
}

Object signature_shape(Parts& parts, const process::Signature& signature)
{
    const auto staff = parts.organisation.by_login(signature.signer);
    Object object{{"signer", signature.signer},
                  {"signer_name", staff ? staff.value().name : signature.signer},
                  {"state", signature.state},
                  {"asked_at", shape(signature.asked_at)}};
    if (!signature.comment.empty()) object.set("comment", signature.comment);
    if (signature.signed_at) object.set("signed_at", shape(*signature.signed_at));
    return object;
}

/// The largest sum that a colleague may grant.
platform::decimal::Decimal authority_of(const bank::organisation::Staff& staff)
{
    return platform::decimal::Decimal::parse(base::to_decimal(staff.limit)).value();
}

Object detail_shape(Parts& parts, const Institution& institution, const counter::TaskDetail& detail,
                    const bank::organisation::Staff& viewer)
{
    Array evidence;
    for (const auto& piece : detail.evidence) {
        evidence.push_back(
            Object{{"id", piece.id}, {"kind", piece.kind}, {"title", shape(piece.title)}});
    }
    Array prompts;
    for (const auto& prompt : detail.prompts) {
        prompts.push_back(Object{{"level", prompt.level}, {"text", shape(prompt.text)}});
    }
    Array history;
    for (const auto& entry : detail.history) {
        Object object{{"at", shape(entry.at)}, {"text", shape(entry.text)}};
        if (!entry.who.empty()) {
            const auto staff = parts.organisation.by_login(entry.who);
            object.set("who", staff ? staff.value().name : std::string{});
        }
        if (!entry.comment.empty()) object.set("comment", entry.comment);
        history.push_back(std::move(object));
    }
    Array outcomes;
    for (const auto& outcome : detail.outcomes) {
        Array reasons;
        for (const auto& reason : outcome.reasons) {
            reasons.push_back(Object{{"code", reason.code}, {"name", shape(reason.name)}});
        }
        const bool over = outcome.amount && *outcome.amount > authority_of(viewer);
        outcomes.push_back(Object{{"code", outcome.code},
                                  {"name", shape(outcome.name)},
                                  {"style", outcome.style},
                                  {"needs_reason", outcome.needs_reason},
                                  {"needs_comment", outcome.needs_comment},
                                  {"available", outcome.available},
                                  {"over_limit", over},
                                  {"reasons", std::move(reasons)}});
    }
    Array send_back;
    for (const auto& target : detail.send_back) {
        send_back.push_back(Object{{"to", target.element}, {"name", shape(target.name)}});
    }
    Array signatures;
    for (const auto& each : detail.signatures) {
        signatures.push_back(signature_shape(parts, each));
    }
    return Object{{"task", task_shape(parts, institution, detail.row)},
                  {"customer", detail.applicant},
                  {"facts", facts_shape(detail.facts)},
                  {"evidence", std::move(evidence)},
                  {"prompts", std::move(prompts)},
                  {"history", std::move(history)},
                  {"outcomes", std::move(outcomes)},
                  {"send_back", std::move(send_back)},
                  {"signatures", std::move(signatures)}};
}

process::TaskView view_of(std::string_view name)
{
    if (name == "mine") return process::TaskView::mine;
    if (name == "claimed") return process::TaskView::claimed;
    if (name == "done") return process::TaskView::done;
    if (name == "to_sign") return process::TaskView::to_sign;
    if (name == "lent") return process::TaskView::lent;
    if (name == "stranded") return process::TaskView::stranded;
    return name == "all" ? process::TaskView::all : process::TaskView::open;
}

/// A row and the book that it is from.
struct Found {
    Institution* institution;
    counter::TaskRow row;
};

/// Whether `a` stands before `b` in a list over several books: by deadline, done ones latest first.
bool stands_before(const Found& a, const Found& b, bool latest_first)
{
    const auto place = [](const Found& one) {
        return std::pair{one.row.task.order, one.row.task.id.value};
    };
    return latest_first ? place(a) > place(b) : place(a) < place(b);
}

/// Reads a page of each book within scope from the same place on, and merges.
Result<http::Response> list_tasks(Call& call, Parts& parts)
{
    const auto text = [&](std::string_view name) {
        const auto* value = call.query.find(name);
        return value == nullptr ? std::string_view{} : value->text_or();
    };
    const auto* late = call.query.find("late");
    const process::TaskQuery query{.view = view_of(text("state")),
                                   .worker = call.staff->staff.login,
                                   .service = std::string{text("service")},
                                   .late_only = late != nullptr && late->boolean_or(false),
                                   .cursor = std::string{call.cursor()},
                                   .limit = call.limit()};
    std::vector<Found> found;
    process::TaskCounts counts;
    bool more = false;
    for (Institution* institution :
         TRY(institutions_for(call, parts, "task.view", text("institution")))) {
        auto page = TRY(institution->counter.tasks(query));
        counts.open += page.counts.open;
        counts.mine += page.counts.mine;
        counts.late += page.counts.late;
        counts.claimed += page.counts.claimed;
        more = more || !page.next_cursor.empty();
        for (auto& row : page.rows) found.push_back({institution, std::move(row)});
    }
    std::ranges::sort(found, [&](const Found& a, const Found& b) {
        return stands_before(a, b, query.view == process::TaskView::done);
    });
    const auto limit = static_cast<std::size_t>(call.limit());
    if (found.size() > limit) {
        more = true;
        found.resize(limit);
    }
    Array items;
    for (const auto& one : found) items.push_back(task_shape(parts, *one.institution, one.row));
    constexpr std::int64_t most = process::TaskCounts::most_in_lists;
    Object object{{"items", std::move(items)},
                  {"counts", Object{{"open", std::min(counts.open, most)},
                                    {"mine", std::min(counts.mine, most)},
                                    {"late", std::min(counts.late, most)},
                                    {"claimed", std::min(counts.claimed, most)},
                                    {"most", most}}}};
    if (more) object.set("next_cursor", process::cursor_after(found.back().row.task));
    return ok(object);
}

/// A look is part of what happened to the case: once for each person.
Result<http::Response> look(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<process::TaskId>("task"));
    Institution* institution = TRY(institution_for(call, parts, id, "task.view", "task.unknown"));
    TRY(institution->counter.engine().seen(id, call.staff->staff.login));
    return task_detail(call, parts);
}

Result<http::Response> claim(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<process::TaskId>("task"));
    Institution* institution = TRY(institution_for(call, parts, id, "task.work", "task.unknown"));
    TRY(institution->counter.claim(id, worker_of(parts, *institution, call.staff->staff),
                                   recorded(call, id, "task.claim")));
    tell_staff(parts, *institution, id);
    return task_detail(call, parts);
}

Result<http::Response> release(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<process::TaskId>("task"));
    Institution* institution = TRY(institution_for(call, parts, id, "task.work", "task.unknown"));
    const bool any = parts.organisation.may(call.staff->staff, "task.release-other");
    TRY(institution->counter.release(id, call.staff->staff.login, any,
                                     recorded(call, id, "task.release")));
    tell_staff(parts, *institution, id);
    return task_detail(call, parts);
}

Result<http::Response> complete(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<process::TaskId>("task"));
    Institution* institution = TRY(institution_for(call, parts, id, "task.work", "task.unknown"));
    TRY(without_stake(call, parts, *institution, id));
    const process::Completion completion{.outcome = std::string{call.body["outcome"].text_or()},
                                         .reason = std::string{call.body["reason"].text_or()},
                                         .comment = std::string{call.body["comment"].text_or()},
                                         .authority = authority_of(call.staff->staff)};
    TRY(institution->counter.complete(id, call.staff->staff.login, completion,
                                      recorded(call, id, "task.complete", completion.reason,
                                               Object{{"outcome", completion.outcome}})));
    tell_staff(parts, *institution, id);
    return task_detail(call, parts);
}

Result<http::Response> evidence(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<bank::evidence::EvidenceId>("evidence"));
    Institution* institution =
        TRY(institution_for(call, parts, id, "task.work", "evidence.unknown"));
    const auto piece = TRY(institution->book.read(
        [&](sql::Snapshot& snapshot) { return institution->evidence.piece(snapshot, id); }));
    auto content = TRY(institution->evidence.content(piece));
    TRY(institution->book.write([&](sql::Transaction& transaction) -> Result<void> {
        bank::audit::append(transaction,
                            {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                             .action = "evidence.view",
                             .object = {"evidence", id.value},
                             .reason = {},
                             .details = Object{{"case", base::id_text(piece.case_id)}}});
        return {};
    }));
    http::Response response{.status = 200, .body = std::move(content)};
    response.set("Content-Type", piece.media_type);
    return response;
}

}  // namespace

process::Worker worker_of(Parts& parts, Institution& institution,
                          const bank::organisation::Staff& staff)
{
    return institution.book.read([&](sql::Snapshot& snapshot) {
        auto worker = counter::worker_of(snapshot, institution.vault, parts.organisation, staff);
        worker.stands_in_for = institution.counter.engine().stands_in_for(snapshot, staff.login);
        return worker;
    });
}

Result<void> without_stake(Call& call, Parts& parts, Institution& institution, process::TaskId id)
{
    return institution.counter.engine().independent(
        id, worker_of(parts, institution, call.staff->staff));
}

Result<http::Response> task_detail(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<process::TaskId>("task"));
    Institution* institution = TRY(institution_for(call, parts, id, "task.view", "task.unknown"));
    const auto detail = TRY(institution->counter.task(id, call.staff->staff.login));
    Object shown = detail_shape(parts, *institution, detail, call.staff->staff);
    if (detail.row.task.state == process::TaskState::claimed) {
        const auto viewer = worker_of(parts, *institution, call.staff->staff);
        if (process::may_take_over(viewer, detail.row.task) &&
            process::may_work_on(viewer, detail.row.task)) {
            shown.set("take_over", true);
        }
    }
    return ok(std::move(shown));
}

counter::Counter::Also recorded(const Call& call, process::TaskId id, std::string_view action,
                                std::string_view reason, const Object& details)
{
    return [staff = call.staff->staff.id, id, action, reason = std::string{reason},
            details](sql::Transaction& transaction) -> Result<void> {
        bank::audit::append(transaction, {.actor = {bank::audit::ActorKind::staff, staff.value},
                                          .action = action,
                                          .object = {"task", id.value},
                                          .reason = reason,
                                          .details = details});
        return {};
    };
}

void tell_staff(Parts& parts, const Institution& institution, process::TaskId id)
{
    parts.live.tell({Listener::Kind::staff, institution.facts.book, 0}, "task.changed",
                    to_string(id));
}

void add_task_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listTasks", Access::staff, with(list_tasks));
    routes.add("getTask", Access::staff, with(look));
    routes.add("claimTask", Access::staff, with(claim));
    routes.add("releaseTask", Access::staff, with(release));
    routes.add("completeTask", Access::staff, with(complete));
    routes.add("getEvidence", Access::staff, with(evidence));
}

}  // namespace api
