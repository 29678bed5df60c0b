// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/engine.h>
#include <engine/process/internal/machine.h>

#include <optional>
#include <string>
#include <vector>

namespace engine::process {

/// SQL of instances: read whole, written whole in a unit of work.
class Store {
public:
    Store(FindDefinition definitions, Sealer& sealer)
        : definitions_(std::move(definitions)), sealer_(sealer)
    {
    }

    /// Errors: process.unknown, process.erased, process.definition_unknown,
    /// process.record_malformed.
    base::Result<State> load(platform::sql::Snapshot& snapshot, InstanceId id);
    Instance described(platform::sql::Snapshot& snapshot, State&& state);

    void insert(platform::sql::Transaction& transaction, const State& state, const Effects& effects,
                const std::string& started_by);

    /// Whether the instance still has the version that `state` was read at, and runs.
    bool is_current(platform::sql::Snapshot& snapshot, const State& state);
    /// Writes the state under the next version, with everything that a run changed beside it but
    /// the messages that it sends.
    void save(platform::sql::Transaction& transaction, const State& state, const Effects& effects,
              const std::string& who);

    /// An instance that cannot be moved at all shows as an incident instead of being looked at for
    /// ever.
    void set_aside(platform::sql::Transaction& transaction, InstanceId id,
                   const base::Error& error);

    std::string sealed(const std::string& subject, const std::string& plain)
    {
        return sealer_.seal(subject, plain);
    }
    /// Empty where it cannot be opened any more.
    std::string unsealed(const std::string& subject, std::string_view sealed)
    {
        auto opened = sealer_.open(subject, sealed);
        return opened ? std::move(opened).value() : std::string{};
    }

    void note(platform::sql::Transaction& transaction, InstanceId instance,
              const std::string& subject, const Note& note);
    std::vector<HistoryEntry> history(platform::sql::Snapshot& snapshot, const Instance& instance);

    /// Records a message; false where one of that name and correlation has come before.
    bool insert_message(platform::sql::Transaction& transaction, std::string_view name,
                        std::string_view correlation, const platform::json::Value& content);

private:
    base::Result<void> load_old_form(platform::sql::Snapshot& snapshot, State& state,
                                     std::string_view variables, std::string_view shown);
    void load_arrived(platform::sql::Snapshot& snapshot, State& state);
    void save_waits(platform::sql::Transaction& transaction, const State& state);
    void save_effects(platform::sql::Transaction& transaction, const State& state,
                      const Effects& effects);
    void save_tasks(platform::sql::Transaction& transaction, const State& state,
                    const Effects& effects);

    FindDefinition definitions_;
    Sealer& sealer_;
};

/// SQL of tasks.
namespace tasks {

std::optional<Task> find(platform::sql::Snapshot& snapshot, TaskId id);
std::optional<Task> waiting_customer_task(platform::sql::Snapshot& snapshot, InstanceId instance);
std::vector<Task> open_staff_tasks(platform::sql::Snapshot& snapshot, InstanceId instance);
/// Staff tasks in that state in the order of the list, after `after` (its order and id).
std::vector<Task> staff_tasks(platform::sql::Snapshot& snapshot, TaskState state, const Task& after,
                              int limit);
base::Result<TaskPage> page(platform::sql::Snapshot& snapshot, const TaskQuery& query);
TaskCounts counts(platform::sql::Snapshot& snapshot, const std::string& worker, std::int64_t most);

/// The token that a task belongs to.
std::int64_t token_of(platform::sql::Snapshot& snapshot, TaskId id);

}  // namespace tasks

}  // namespace engine::process
