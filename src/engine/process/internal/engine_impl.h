// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/internal/starts.h>
#include <engine/process/internal/store.h>

#include <algorithm>
#include <map>

namespace engine::process {

inline base::Error moved_on()
{
    return base::conflict("process.busy", "Somebody else is working on it; please try again.");
}

/// What the engine's parts share: loading, working out, writing.
class Engine::Impl {
public:
    Impl(platform::sql::Book& the_book, const OperationRegistry& the_operations,
         FindDefinition find_definition, BusinessCalendar the_calendar, Sealer& sealer,
         EngineOptions the_options)
        : book(the_book),
          operations(the_operations),
          definitions(find_definition),
          calendar(std::move(the_calendar)),
          options(the_options),
          store(std::move(find_definition), sealer)
    {
    }

    base::Result<State> load(InstanceId id)
    {
        return book.read(
            [&](platform::sql::Snapshot& snapshot) { return store.load(snapshot, id); });
    }

    /// Writes what a worker worked out, if the instance has not moved on since; `state` then is
    /// what the book has.
    base::Result<void> write(State& state, const Effects& effects, const std::string& who,
                             const Also& also)
    {
        auto written =
            book.write([&](platform::sql::Transaction& transaction) -> base::Result<void> {
                if (!store.is_current(transaction, state)) return moved_on();
                if (also != nullptr) TRY(also(transaction));
                return save(transaction, state, effects, who);
            });
        if (written) now_stored(state);
        return written;
    }

    /// What `write` does within a unit of work.
    base::Result<void> save(platform::sql::Transaction& transaction, const State& state,
                            const Effects& effects, const std::string& who);
    static void now_stored(State& state)
    {
        ++state.version;
        state.stored = state.subscriptions;
        state.old_form = false;
    }

    /// Records a message and starts what it starts; `woken` gets who waits for it.
    base::Result<void> publish(platform::sql::Transaction& transaction, std::string_view name,
                               std::string_view correlation, const platform::json::Value& content,
                               std::vector<InstanceId>& woken);
    base::Result<InstanceId> start(platform::sql::Transaction& transaction, const Start& start);
    /// Starts at an event of a deployed definition, as `starter` wants it.
    base::Result<InstanceId> start_by_event(platform::sql::Transaction& transaction,
                                            const DeployedStart& event,
                                            const platform::json::Value& came);

    void tell(platform::sql::Transaction& transaction, const State& state);

    /// One round: moves what moves by itself, then runs at most one operation. True where there is
    /// more to do; `state` then is what the book has, but for messages that have come since.
    base::Result<bool> round(State& state);

    base::Result<void> execute(State& before, const Effects& effects_before, std::int64_t number);

    /// Goes on from `known`, where it is given, else from what the book has.
    base::Result<void> advance(InstanceId id, std::optional<State> known = std::nullopt);

    /// Applies `change` to the instance's present state and writes; again where others were faster.
    /// Answers the state that was written.
    template <class Fresh>
    base::Result<State> change(InstanceId id, const std::string& who, const Also& also,
                               Fresh change_it)
    {
        for (int tries = 0; tries < 12; ++tries) {
            State state = TRY(load(id));
            Effects effects;
            Machine machine{state, effects, calendar, book.clock()};
            TRY(change_it(state, effects, machine));
            auto written = write(state, effects, who, also);
            if (written) return state;
            if (written.error().reason != "process.busy") return written.error();
        }
        return moved_on();
    }

    base::Result<void> look_again(InstanceId instance, IncidentId id, const std::string& who,
                                  const Also& also);
    /// Why the worker is not independent of the task; empty where he is.
    enum class Stake : std::uint8_t { none, own_case, of_staff };
    Stake stake(platform::sql::Snapshot& snapshot, const Task& task, const Worker& worker);
    /// The same where it is known whom the instance is about.
    Stake stake_in(std::string_view subject, std::string_view of_definition,
                   std::string_view element, const Worker& worker);
    /// As a refusal to the worker himself, and to who would give it to him.
    base::Result<void> independent(platform::sql::Snapshot& snapshot, const Task& task,
                                   const Worker& worker);
    base::Result<void> not_theirs(platform::sql::Snapshot& snapshot, const Task& task,
                                  const Worker& worker);
    /// Whether the task can be put into the worker's hands.
    base::Result<void> may_get(platform::sql::Snapshot& snapshot, const Task& task,
                               const Worker& worker);

    using People = std::map<std::string, Worker, std::less<>>;
    int put_back(const People& people);
    int let_signers_go(const People& people);
    void turn(platform::sql::Transaction& transaction, TaskId id, InstanceId instance,
              const std::string& element, bool was_stranded);
    int mark_stranded(const std::vector<Worker>& there);
    void remind(TaskId task);
    void poll_starts(base::Instant now, int& touched);

    platform::sql::Book& book;
    const OperationRegistry& operations;
    FindDefinition definitions;
    BusinessCalendar calendar;
    EngineOptions options;
    Store store;
    Observer observer;
    Starter starter;
};

}  // namespace engine::process
