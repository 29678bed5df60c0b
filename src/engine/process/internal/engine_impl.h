// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/internal/store.h>

#include <algorithm>

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

    /// Writes what a worker worked out, if the instance has not moved on since.
    base::Result<void> write(State& state, const Effects& effects, const std::string& who,
                             const Also& also)
    {
        return book.write([&](platform::sql::Transaction& transaction) -> base::Result<void> {
            if (!store.is_current(transaction, state)) return moved_on();
            if (also != nullptr) TRY(also(transaction));
            store.save(transaction, state, effects, who);
            tell(transaction, state);
            return {};
        });
    }

    void tell(platform::sql::Transaction& transaction, const State& state);

    /// One round: moves what moves by itself, then runs at most one operation. True where there is
    /// more to do.
    base::Result<bool> round(InstanceId id);

    base::Result<void> execute(const State& before, const Effects& effects_before,
                               std::int64_t number);

    base::Result<void> advance(InstanceId id);

    /// Applies `change` to the instance's present state and writes; again where others were faster.
    template <class Fresh>
    base::Result<void> change(InstanceId id, const std::string& who, const Also& also,
                              Fresh change_it)
    {
        for (int tries = 0; tries < 12; ++tries) {
            State state = TRY(load(id));
            Effects effects;
            Machine machine{state, effects, calendar, book.clock()};
            TRY(change_it(state, effects, machine));
            auto written = write(state, effects, who, also);
            if (written || written.error().reason != "process.busy") return written;
        }
        return moved_on();
    }

    platform::sql::Book& book;
    const OperationRegistry& operations;
    FindDefinition definitions;
    BusinessCalendar calendar;
    EngineOptions options;
    Store store;
    Observer observer;
};

}  // namespace engine::process
