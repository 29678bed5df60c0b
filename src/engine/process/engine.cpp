// SPDX-License-Identifier: Apache-2.0
#include <engine/process/engine.h>

#include <engine/process/internal/engine_impl.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

void OperationRegistry::add(std::string name, Operation operation)
{
    const bool added = operations_.emplace(std::move(name), std::move(operation)).second;
    base::ensure(added);
}

const Operation* OperationRegistry::find(std::string_view name) const
{
    const auto found = operations_.find(name);
    return found == operations_.end() ? nullptr : &found->second;
}

Engine::Engine(platform::sql::Book& book, const OperationRegistry& operations,
               FindDefinition definitions, BusinessCalendar calendar, Sealer& sealer,
               EngineOptions options)
    : impl_(std::make_unique<Impl>(book, operations, std::move(definitions), std::move(calendar),
                                   sealer, options))
{
}

Engine::~Engine() = default;

void Engine::observe(Observer observer)
{
    impl_->observer = std::move(observer);
}

base::Result<InstanceId> Engine::start(Transaction& transaction, const Start& start)
{
    return impl_->start(transaction, start);
}

base::Result<void> Engine::advance(InstanceId instance)
{
    return impl_->advance(instance);
}

base::Result<void> Engine::deliver(Transaction& transaction, std::string_view name,
                                   std::string_view correlation, const json::Value& content,
                                   std::vector<InstanceId>& woken)
{
    return impl_->publish(transaction, name, correlation, content, woken);
}

base::Result<void> Engine::deliver(std::string_view name, std::string_view correlation,
                                   const json::Value& content)
{
    std::vector<InstanceId> woken;
    TRY(impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        woken.clear();
        return deliver(transaction, name, correlation, content, woken);
    }));
    for (const InstanceId each : woken) TRY(impl_->advance(each));
    return {};
}

base::Result<void> Engine::cancel(InstanceId instance, const std::string& who,
                                  const std::string& why, const Also& also)
{
    const auto changed =
        impl_->change(instance, who, also,
                      [&](State& state, Effects& effects, Machine& machine) -> base::Result<void> {
                          if (state.state != InstanceState::running) {
                              return base::conflict("process.ended", "It has already ended.");
                          }
                          machine.cancel();
                          effects.notes.push_back(
                              {.kind = "cancelled", .element = "", .who = who, .reason = why});
                          return {};
                      });
    if (!changed) return changed.error();
    return {};
}

}  // namespace engine::process
