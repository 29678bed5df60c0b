// SPDX-License-Identifier: Apache-2.0
#include <engine/process/convert.h>
#include <engine/process/internal/engine_impl.h>

namespace engine::process {

namespace json = platform::json;
using platform::sql::Snapshot;

base::Result<Instance> Engine::instance(Snapshot& snapshot, InstanceId id)
{
    return impl_->store.describe(snapshot, id);
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
        "select i.definition, t.element, count(*) from process_token t"
        " join process_instance i on i.id = t.instance"
        " group by i.definition, t.element order by i.definition, t.element");
    while (rows.next()) all.push_back({rows.string(0), rows.string(1), rows.integer(2)});
    return all;
}

TaskCounts Engine::counts(Snapshot& snapshot, const std::string& worker)
{
    return tasks::counts(snapshot, worker);
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

const BusinessCalendar& Engine::calendar() const
{
    return impl_->calendar;
}

platform::sql::Book& Engine::book()
{
    return impl_->book;
}

}  // namespace engine::process
