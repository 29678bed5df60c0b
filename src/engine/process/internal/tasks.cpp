// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/store.h>

#include <base/words.h>

#include <algorithm>
#include <limits>

namespace engine::process {

using platform::sql::Cursor;
using platform::sql::Parameter;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view task_states[] = {"open", "claimed", "done", "cancelled"};

#define TASK_COLUMNS                                                                             \
    "select id, instance, element, definition, service, business_key, actor, code, skills,"      \
    " roles, state, claimed_by, created_at, due_at, ended_at, late, escalated, outcome, reason," \
    " order_at, escalate_to, candidates, excluded, owner, reminded, stranded, levels, unit"      \
    " from process_task "

constexpr int order_column = 19;

Task read(const Cursor& row)
{
    Task task;
    task.id = row.id<TaskId>(0);
    task.instance = row.id<InstanceId>(1);
    task.element = row.string(2);
    task.definition = row.string(3);
    task.service = row.string(4);
    task.business_key = row.string(5);
    task.actor = row.text(6) == "customer" ? Actor::customer : Actor::staff;
    task.code = row.string(7);
    task.skills = base::split_words(row.text(8));
    task.roles = base::split_words(row.text(9));
    const auto* found = std::find(std::begin(task_states), std::end(task_states), row.text(10));
    task.state = static_cast<TaskState>(found - std::begin(task_states));
    task.claimed_by = row.string(11);
    task.created_at = row.instant(12);
    if (!row.is_null(13)) task.due_at = row.instant(13);
    if (!row.is_null(14)) task.ended_at = row.instant(14);
    task.late = row.boolean(15);
    task.escalated = row.boolean(16);
    task.outcome = row.string(17);
    task.reason = row.string(18);
    task.order = row.integer(order_column);
    task.escalate_to = base::split_words(row.text(order_column + 1));
    task.candidates = base::split_words(row.text(order_column + 2));
    task.excluded = base::split_words(row.text(order_column + 3));
    task.owner = row.string(order_column + 4);
    task.reminded = row.boolean(order_column + 5);
    task.stranded = row.boolean(order_column + 6) && task.state == TaskState::open;
    task.levels = base::split_words(row.text(order_column + 7));
    task.unit = row.string(order_column + 8);
    return task;
}

/// "1795230000000000-1S0KQ8Z0M0000": order and id of the last row of a page.
struct Place {
    std::int64_t order;
    std::uint64_t id;
};

base::Result<Place> parse_cursor(const std::string& cursor)
{
    const auto malformed = base::invalid("task.cursor_malformed", "The cursor is not one of ours.");
    const std::size_t dash = cursor.find('-', 1);
    if (dash == std::string::npos || dash > 20) return malformed;
    Place place{0, 0};
    for (const char c : cursor.substr(0, dash)) {
        if (c < '0' || c > '9') return malformed;
        place.order = place.order * 10 + (c - '0');
        if (place.order < 0) return malformed;
    }
    const auto id = base::parse_id_text(cursor.substr(dash + 1));
    if (!id) return malformed;
    place.id = id.value();
    return place;
}

bool any_of(const std::vector<std::string>& mine, const std::vector<std::string>& asked)
{
    return std::any_of(asked.begin(), asked.end(), [&](const std::string& each) {
        return std::find(mine.begin(), mine.end(), each) != mine.end();
    });
}

/// Rows that fulfil `where`, counted no further than to `most`.
std::int64_t count(Snapshot& snapshot, std::string_view where, std::int64_t most,
                   std::vector<Parameter> parameters = {})
{
    parameters.emplace_back(most);
    auto row = snapshot.query_with("select count(*) from (select 1 from process_task where " +
                                       std::string{where} + " limit ?) as first_ones",
                                   parameters);
    row.next();
    return row.integer(0);
}

}  // namespace

std::string_view to_string(TaskState state)
{
    return task_states[static_cast<std::size_t>(state)];
}

bool may_work_on(const Worker& worker, const Task& task)
{
    const auto names = [&](const std::vector<std::string>& ids) {
        return std::find(ids.begin(), ids.end(), worker.id) != ids.end();
    };
    if (names(task.excluded)) return false;
    if (!task.candidates.empty()) {
        return names(task.candidates) || any_of(worker.stands_in_for, task.candidates);
    }
    if (!task.unit.empty() && !any_of(worker.units, {task.unit})) return false;
    const bool skilled = task.skills.empty() || any_of(worker.skills, task.skills);
    const bool in_role = task.roles.empty() || any_of(worker.roles, task.roles);
    const bool at_level = task.levels.empty() || any_of({worker.level}, task.levels);
    return (skilled && in_role && at_level) ||
           (task.escalated && any_of(worker.roles, task.escalate_to));
}

bool may_take_over(const Worker& worker, const Task& task)
{
    return task.state == TaskState::claimed && task.owner.empty() &&
           any_of(worker.stands_in_for, {task.claimed_by});
}

std::string cursor_after(const Task& task)
{
    return std::to_string(task.order) + "-" + base::to_string(task.id);
}

namespace tasks {

std::optional<Task> find(Snapshot& snapshot, TaskId id)
{
    auto row = snapshot.query(TASK_COLUMNS "where id = ?", id);
    if (!row.next()) return std::nullopt;
    return read(row);
}

std::int64_t token_of(Snapshot& snapshot, TaskId id)
{
    auto row = snapshot.query("select token from process_task where id = ?", id);
    return row.next() ? row.integer(0) : 0;
}

std::optional<Task> waiting_customer_task(Snapshot& snapshot, InstanceId instance)
{
    auto row = snapshot.query(TASK_COLUMNS
                              "where instance = ? and actor = 'customer' and state = 'open'"
                              " order by id",
                              instance);
    if (!row.next()) return std::nullopt;
    return read(row);
}

std::vector<Task> open_staff_tasks(Snapshot& snapshot, InstanceId instance)
{
    std::vector<Task> all;
    auto rows = snapshot.query(TASK_COLUMNS
                               "where instance = ? and actor = 'staff'"
                               " and state in ('open', 'claimed') order by id",
                               instance);
    while (rows.next()) all.push_back(read(rows));
    return all;
}

std::vector<Task> staff_tasks(Snapshot& snapshot, TaskState state, const Task& after, int limit)
{
    std::vector<Task> all;
    auto rows = snapshot.query(TASK_COLUMNS
                               "where actor = 'staff' and state = ? and (order_at, id) > (?, ?)"
                               " order by order_at, id limit ?",
                               to_string(state), after.order, after.id, limit);
    while (rows.next()) all.push_back(read(rows));
    return all;
}

base::Result<TaskPage> page(Snapshot& snapshot, const TaskQuery& query)
{
    // Signatures are few and only asked for staff tasks: from them, not from all open tasks.
    const bool from_signatures = query.view == TaskView::to_sign;
    std::string sql{from_signatures ? TASK_COLUMNS "where" : TASK_COLUMNS "where actor = 'staff'"};
    std::vector<Parameter> parameters;
    const bool latest_first = query.view == TaskView::done;
    switch (query.view) {
        case TaskView::open:
            sql += " and state = 'open'";
            break;
        case TaskView::mine:
            sql += " and claimed_by = ? and state = 'claimed'";
            parameters.emplace_back(query.worker);
            break;
        case TaskView::claimed:
            sql += " and state = 'claimed'";
            break;
        case TaskView::done:
            sql += " and state = 'done'";
            break;
        case TaskView::to_sign:
            sql +=
                " id in (select task from process_signature where signer = ? and state = 'asked')"
                " and state <> 'done' and state <> 'cancelled'";
            parameters.emplace_back(query.worker);
            break;
        case TaskView::lent:
            sql += " and state = 'claimed' and owner <> '' and owner = ?";
            parameters.emplace_back(query.worker);
            break;
        case TaskView::stranded:
            sql += " and state = 'open' and stranded = 1";
            break;
        case TaskView::all:
            sql += " and state in ('open', 'claimed')";
            break;
    }
    if (!query.service.empty()) {
        sql += " and service = ?";
        parameters.emplace_back(query.service);
    }
    if (query.late_only) sql += " and late = 1";
    if (!query.cursor.empty()) {
        const Place place = TRY(parse_cursor(query.cursor));
        sql += latest_first ? " and (order_at < ? or (order_at = ? and id < ?))"
                            : " and (order_at > ? or (order_at = ? and id > ?))";
        parameters.emplace_back(place.order);
        parameters.emplace_back(place.order);
        parameters.emplace_back(static_cast<std::int64_t>(place.id));
    }
    sql += latest_first ? " order by order_at desc, id desc" : " order by order_at, id";
    const int limit = std::clamp(query.limit, 1, 200);
    sql += " limit ?";
    parameters.emplace_back(limit + 1);

    TaskPage page;
    auto rows = snapshot.query_with(sql, parameters);
    while (rows.next()) {
        if (page.tasks.size() == static_cast<std::size_t>(limit)) {
            page.next_cursor = cursor_after(page.tasks.back());
            break;
        }
        page.tasks.push_back(read(rows));
    }
    return page;
}

TaskCounts counts(Snapshot& snapshot, const std::string& worker, std::int64_t most)
{
    return {
        .open = count(snapshot, "actor = 'staff' and state = 'open'", most),
        // Only staff tasks are claimed; without the actor the index of those who claim is taken.
        .mine = count(snapshot, "claimed_by = ? and state = 'claimed'", most, {Parameter{worker}}),
        .late =
            count(snapshot, "actor = 'staff' and late = 1 and state in ('open', 'claimed')", most),
        .claimed = count(snapshot, "actor = 'staff' and state = 'claimed'", most),
    };
}

}  // namespace tasks

void Store::save_tasks(Transaction& transaction, const State& state, const Effects& effects)
{
    for (const std::int64_t token : effects.ended_tasks) {
        transaction.execute(
            "update process_task set state = 'cancelled', ended_at = ?"
            " where instance = ? and token = ? and state in ('open', 'claimed')",
            transaction.now(), state.id, token);
    }
    const std::string service = state.definition_name.substr(0, state.definition_name.rfind('@'));
    for (const NewTask& task : effects.tasks) {
        const Element& element = state.definition->element(task.element);
        const bool staff = element.actor == Actor::staff;
        const std::int64_t order =
            task.due_at ? task.due_at->micros : std::numeric_limits<std::int64_t>::max();
        transaction.execute(
            "insert into process_task(id, instance, token, element, definition, service,"
            " business_key, actor, code, skills, roles, escalate_to, state, claimed_by, created_at,"
            " due_at, order_at, late, escalated, outcome, reason, candidates, excluded, remind_at,"
            " levels, unit)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', '', ?, ?, ?, 0, 0, '', '', ?,"
            " ?, ?, ?, ?)",
            transaction.new_id<TaskId>(), state.id, task.token, element.id, state.definition_name,
            service, state.business_key, staff ? "staff" : "customer",
            staff ? element.task : element.section, base::join_words(element.skills),
            base::join_words(element.roles), base::join_words(element.escalate_to),
            transaction.now(), task.due_at, order, base::join_words(task.candidates),
            base::join_words(task.excluded), task.remind_at, base::join_words(element.levels),
            task.unit);
        if (staff)
            note(transaction, state.id, state.subject,
                 {.kind = "task-created", .element = element.id});
    }
}

}  // namespace engine::process
