// SPDX-License-Identifier: Apache-2.0
#include <engine/process/engine.h>

#include <engine/process/internal/engine_impl.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

base::Error task_unknown()
{
    return base::not_found("task.unknown", "There is no such task.");
}

bool is_blank(const std::string& text)
{
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

}  // namespace

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
    State state;
    state.definition = impl_->definitions(start.definition);
    if (state.definition == nullptr) {
        return base::not_found("process.definition_unknown",
                               "There is no process " + start.definition + ".");
    }
    state.id = transaction.new_id<InstanceId>();
    state.definition_name = start.definition;
    state.business_key = start.business_key;
    state.subject = start.subject;
    state.variables = start.variables;
    state.version = 1;
    state.next_token = 2;
    state.tokens.push_back(
        {.number = 1, .element = state.definition->element(state.definition->start()).id});
    impl_->store.insert(transaction, state, start.started_by);
    impl_->tell(transaction, state);
    return state.id;
}

base::Result<void> Engine::advance(InstanceId instance)
{
    return impl_->advance(instance);
}

base::Result<void> Engine::complete(TaskId id, const std::string& who, const Completion& completion,
                                    const Also& also)
{
    const auto found =
        impl_->book.read([&](Snapshot& snapshot) { return tasks::find(snapshot, id); });
    if (!found) return task_unknown();
    const Task& task = *found;
    const auto token =
        impl_->book.read([&](Snapshot& snapshot) { return tasks::token_of(snapshot, id); });
    const auto end_task = [&](Transaction& transaction) -> base::Result<void> {
        const auto now = tasks::find(transaction, id);
        if (!now) return task_unknown();
        if (now->state == TaskState::done || now->state == TaskState::cancelled) {
            return base::conflict("task.ended", "This task is already done.");
        }
        if (task.actor == Actor::staff && now->state != TaskState::claimed) {
            return base::conflict("task.not_claimed", "Take the task first.");
        }
        if (task.actor == Actor::staff && now->claimed_by != who) {
            return base::conflict("task.already_claimed", "Somebody else has taken this task.");
        }
        if (also != nullptr) TRY(also(transaction));
        transaction.execute(
            "update process_task set state = 'done', ended_at = ?, order_at = ?, outcome = ?, "
            "reason = ?"
            " where id = ?",
            transaction.now(), transaction.now(), completion.outcome, completion.reason, id);
        return {};
    };
    TRY(impl_->change(
        task.instance, who, end_task,
        [&](State& state, Effects& effects, Machine& machine) -> base::Result<void> {
            const Token* waiting = state.token(token);
            if (waiting == nullptr || waiting->stage != Stage::waiting) {
                return base::conflict("task.ended", "This task is already done.");
            }
            const Element& element =
                state.definition->element(*state.definition->find(task.element));
            json::Value result = completion.data;
            if (task.actor == Actor::staff) {
                const auto rule = std::find_if(
                    element.outcomes.begin(), element.outcomes.end(),
                    [&](const OutcomeRule& each) { return each.code == completion.outcome; });
                if (rule == element.outcomes.end()) {
                    return base::invalid("task.outcome_unknown",
                                         "The task cannot end in that way.");
                }
                if (!available(*state.definition, *rule, state.variables)) {
                    return base::rejected("task.outcome_unavailable",
                                          "This way of deciding is not open any more.");
                }
                if (rule->needs_reason && completion.reason.empty()) {
                    return base::invalid("task.reason_missing", "A reason is needed.");
                }
                if (rule->needs_comment && is_blank(completion.comment)) {
                    return base::invalid("task.comment_missing", "A comment is needed.");
                }
                result = json::Object{{"outcome", json::Value{completion.outcome}},
                                      {"reason", json::Value{completion.reason}},
                                      {"comment", json::Value{completion.comment}},
                                      {"by", json::Value{who}}};
            }
            effects.notes.push_back({.kind = "completed",
                                     .element = task.element,
                                     .who = who,
                                     .outcome = completion.outcome,
                                     .reason = completion.reason,
                                     .comment = completion.comment});
            machine.complete(token, std::move(result));
            return {};
        }));
    return impl_->advance(task.instance);
}

base::Result<void> Engine::claim(TaskId id, const Worker& worker, const Also& also)
{
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const auto task = tasks::find(transaction, id);
        if (!task || task->actor != Actor::staff) return task_unknown();
        if (task->state == TaskState::done || task->state == TaskState::cancelled) {
            return base::conflict("task.ended", "This task is already done.");
        }
        if (task->state == TaskState::claimed) {
            if (task->claimed_by == worker.id) return {};
            return base::conflict("task.already_claimed", "Somebody else has taken this task.");
        }
        if (!may_work_on(worker, *task)) {
            return base::forbidden("task.not_for_you", "This task needs another skill or role.");
        }
        if (also != nullptr) TRY(also(transaction));
        transaction.execute(
            "update process_task set state = 'claimed', claimed_by = ? where id = ?", worker.id,
            id);
        impl_->store.note(transaction, task->instance, {},
                          {.kind = "claimed", .element = task->element, .who = worker.id});
        return {};
    });
}

base::Result<void> Engine::release(TaskId id, const std::string& who, bool any, const Also& also)
{
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const auto task = tasks::find(transaction, id);
        if (!task || task->actor != Actor::staff) return task_unknown();
        if (task->state == TaskState::done || task->state == TaskState::cancelled) {
            return base::conflict("task.ended", "This task is already done.");
        }
        if (task->state == TaskState::open) {
            return base::conflict("task.not_claimed", "Nobody has taken this task.");
        }
        if (task->claimed_by != who && !any) {
            return base::conflict("task.already_claimed", "Somebody else has taken this task.");
        }
        if (also != nullptr) TRY(also(transaction));
        transaction.execute("update process_task set state = 'open', claimed_by = '' where id = ?",
                            id);
        impl_->store.note(transaction, task->instance, {},
                          {.kind = "released", .element = task->element, .who = who});
        return {};
    });
}

void Engine::deliver(Transaction& transaction, std::string_view name, std::string_view correlation,
                     const json::Value& content, std::vector<InstanceId>& woken)
{
    if (!impl_->store.insert_message(transaction, name, correlation, content)) return;
    auto rows = transaction.query(
        "select instance from process_subscription where message = ? and correlation = ?", name,
        correlation);
    while (rows.next()) woken.push_back(rows.id<InstanceId>(0));
}

base::Result<void> Engine::deliver(std::string_view name, std::string_view correlation,
                                   const json::Value& content)
{
    std::vector<InstanceId> woken;
    TRY(impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        woken.clear();
        deliver(transaction, name, correlation, content, woken);
        return {};
    }));
    for (const InstanceId each : woken) TRY(impl_->advance(each));
    return {};
}

base::Result<void> Engine::cancel(InstanceId instance, const std::string& who,
                                  const std::string& why, const Also& also)
{
    return impl_->change(
        instance, who, also,
        [&](State& state, Effects& effects, Machine& machine) -> base::Result<void> {
            if (state.state != InstanceState::running) {
                return base::conflict("process.ended", "It has already ended.");
            }
            machine.cancel();
            effects.notes.push_back(
                {.kind = "cancelled", .element = "", .who = who, .reason = why});
            return {};
        });
}

}  // namespace engine::process
