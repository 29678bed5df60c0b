// SPDX-License-Identifier: Apache-2.0
#include <engine/process/convert.h>
#include <engine/process/internal/engine_impl.h>

#include <base/words.h>

#include <algorithm>
#include <map>

namespace engine::process {

namespace json = platform::json;
using platform::sql::Snapshot;

base::Result<Instance> Engine::instance(Snapshot& snapshot, InstanceId id)
{
    return impl_->store.described(snapshot, TRY(impl_->store.load(snapshot, id)));
}

base::Result<Instance> Engine::instance(Snapshot& snapshot, const Task& task)
{
    State state = TRY(impl_->store.load(snapshot, task.instance));
    const Token* token = state.token(tasks::token_of(snapshot, task.id));
    const json::Object inner = token == nullptr ? json::Object{} : visible(state, token->scope);
    Instance instance = impl_->store.described(snapshot, std::move(state));
    for (const auto& [name, known] : inner) instance.variables.set(name, known);
    return instance;
}

std::vector<HistoryEntry> Engine::history(Snapshot& snapshot, const Instance& instance)
{
    return impl_->store.history(snapshot, instance);
}

base::Result<Task> Engine::task(Snapshot& snapshot, TaskId id)
{
    auto task = tasks::find(snapshot, id);
    if (!task) return base::not_found("task.unknown", "There is no such task.");
    return std::move(*task);
}

std::optional<Task> Engine::customer_task(Snapshot& snapshot, InstanceId instance)
{
    return tasks::waiting_customer_task(snapshot, instance);
}

std::vector<Task> Engine::staff_tasks(Snapshot& snapshot, InstanceId instance)
{
    return tasks::open_staff_tasks(snapshot, instance);
}

base::Result<TaskPage> Engine::tasks(Snapshot& snapshot, const TaskQuery& query)
{
    return tasks::page(snapshot, query);
}

std::vector<Standing> Engine::standing(Snapshot& snapshot)
{
    std::vector<Standing> all;
    auto rows = snapshot.query(
        "select definition, places, count(*) from process_instance where state = 'running'"
        " group by definition, places order by definition, places");
    while (rows.next()) {
        std::map<std::string, std::int64_t> counts;
        // Several tokens of one instance at an element are one instance that stands there.
        for (const std::string& place : base::split_words(rows.text(1)))
            counts[place] = rows.integer(2);
        for (const auto& [place, count] : counts) {
            const auto same = std::find_if(all.begin(), all.end(), [&](const Standing& each) {
                return each.element == place && each.definition == rows.text(0);
            });
            if (same == all.end()) {
                all.push_back({rows.string(0), place, count});
            } else {
                same->count += count;
            }
        }
    }
    return all;
}

namespace {

#define IDLE_COLUMNS                                                                             \
    "select id, definition, business_key, places,"                                               \
    " (select max(h.at) from process_history h where h.instance = process_instance.id) as since" \
    " from process_instance where state = 'running' and attention_at is null"                    \
    " and not exists (select 1 from process_task t where t.instance = process_instance.id"       \
    "                 and t.state in ('open', 'claimed'))"                                       \
    " and not exists (select 1 from process_incident c where c.instance = process_instance.id"   \
    "                 and c.state = 'open')"

Idle read_idle(const platform::sql::Cursor& row)
{
    Idle idle{row.id<InstanceId>(0), row.string(1), row.string(2), {}, row.instant(4)};
    for (const std::string& place : base::split_words(row.text(3)))
        idle.elements.emplace_back(place);
    return idle;
}

}  // namespace

std::vector<Idle> Engine::idle(Snapshot& snapshot, base::Instant before, InstanceId after,
                               int limit)
{
    std::vector<Idle> all;
    auto rows = snapshot.query(
        IDLE_COLUMNS
        " and id > ? and (select max(h.at) from process_history h"
        "                 where h.instance = process_instance.id) <= ? order by id limit ?",
        after, before, limit);
    while (rows.next()) all.push_back(read_idle(rows));
    return all;
}

base::Result<Idle> Engine::idle(Snapshot& snapshot, InstanceId id)
{
    auto row = snapshot.query(IDLE_COLUMNS " and id = ?", id);
    if (!row.next())
        return base::conflict("process.not_idle", "Something else than a message may wake it.");
    return read_idle(row);
}

base::Result<json::Object> Engine::variables(Snapshot& snapshot, const Task& task)
{
    const State state = TRY(impl_->store.load(snapshot, task.instance));
    const Token* token = state.token(tasks::token_of(snapshot, task.id));
    return token == nullptr ? state.variables : visible(state, token->scope);
}

TaskCounts Engine::counts(Snapshot& snapshot, const std::string& worker, std::int64_t most)
{
    return tasks::counts(snapshot, worker, most);
}

json::Value Engine::evaluate(const feel::Expression& expression,
                             const json::Object& variables) const
{
    State state;
    state.variables = variables;
    Effects effects;
    const auto value =
        Machine{state, effects, impl_->calendar, impl_->book.clock()}.evaluate(expression);
    return value ? to_json(value.value()) : json::Value{};
}

bool Engine::available(const Definition&, const OutcomeRule& outcome,
                       const json::Object& variables) const
{
    if (outcome.when == nullptr) return true;
    return evaluate(*outcome.when, variables).boolean_or(false);
}

std::optional<platform::decimal::Decimal> Engine::amount(const OutcomeRule& outcome,
                                                         const json::Object& variables) const
{
    if (outcome.amount == nullptr) return std::nullopt;
    return granted(evaluate(*outcome.amount, variables));
}

const BusinessCalendar& Engine::calendar() const
{
    return impl_->calendar;
}

platform::sql::Book& Engine::book()
{
    return impl_->book;
}

}  // namespace engine::process
