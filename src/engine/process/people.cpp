// SPDX-License-Identifier: Apache-2.0
// What people do with tasks.
#include <engine/process/internal/engine_impl.h>
#include <engine/process/internal/signatures.h>

#include <engine/process/convert.h>

#include <algorithm>
#include <limits>
#include <set>

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

/// Whether a task can still be ended, by that person: in the unit of work that ends it.
base::Result<void> may_end(Snapshot& snapshot, const Task& task, const std::string& who)
{
    if (task.actor == Actor::staff) {
        TRY(own_task(snapshot, task.id, who));
        if (!signatures::any_missing(snapshot, task.id)) return {};
        return base::conflict("task.signatures_missing", "Not all have signed who were asked to.");
    }
    const auto now = tasks::find(snapshot, task.id);
    if (!now) return task_unknown();
    if (now->state == TaskState::done || now->state == TaskState::cancelled) {
        return base::conflict("task.ended", "This task is already done.");
    }
    return {};
}

bool is_available(Machine& machine, const OutcomeRule& rule, std::int64_t scope)
{
    if (rule.when == nullptr) return true;
    const auto value = machine.evaluate(*rule.when, scope);
    return value && value.value().is_true();
}

/// Whether the person may grant what the outcome is worth.
bool is_within(Machine& machine, const OutcomeRule& rule, std::int64_t scope,
               const std::optional<platform::decimal::Decimal>& authority)
{
    if (rule.amount == nullptr || !authority) return true;
    const auto value = machine.evaluate(*rule.amount, scope);
    if (!value) return false;
    const auto amount = granted(to_json(value.value()));
    return !amount || *amount <= *authority;
}

/// The members in which an answer differs from the one before it, sorted, one blank between.
std::string changed_names(const json::Value* before, const json::Value& now)
{
    const json::Object* was = before == nullptr ? nullptr : before->object();
    const json::Object* is = now.object();
    if (was == nullptr || is == nullptr) return {};
    std::set<std::string> names;
    for (const auto& [name, value] : *is) {
        const json::Value* old = was->find(name);
        if (old == nullptr || *old != value) names.insert(name);
    }
    for (const auto& [name, value] : *was) {
        if (is->find(name) == nullptr) names.insert(name);
    }
    std::string words;
    for (const std::string& name : names) words += (words.empty() ? "" : " ") + name;
    return words;
}

}  // namespace

std::optional<platform::decimal::Decimal> granted(const json::Value& amount)
{
    using platform::decimal::Decimal;
    if (amount.is_null()) return std::nullopt;
    const std::string text =
        amount.string() != nullptr ? *amount.string() : json::serialise(amount);
    const auto number = Decimal::parse(text);
    return number ? number.value() : Decimal{std::numeric_limits<std::int64_t>::max()};
}

base::Result<void> Engine::complete(TaskId id, const std::string& who, const Completion& completion,
                                    const Also& also)
{
    std::int64_t token = 0;
    json::Array signed_by;
    const auto found = impl_->book.read([&](Snapshot& snapshot) {
        token = tasks::token_of(snapshot, id);
        auto task = tasks::find(snapshot, id);
        if (!task) return task;
        for (const Signature& each : signatures(snapshot, *task)) {
            signed_by.push_back(json::Object{{"by", each.signer},
                                             {"agrees", each.state == "signed"},
                                             {"comment", each.comment}});
        }
        return task;
    });
    if (!found) return task_unknown();
    const Task& task = *found;
    const auto end_task = [&](Transaction& transaction) -> base::Result<void> {
        TRY(may_end(transaction, task, who));
        if (also != nullptr) TRY(also(transaction));
        transaction.execute(
            "update process_task set state = 'done', ended_at = ?, order_at = ?, outcome = ?, "
            "reason = ?"
            " where id = ?",
            transaction.now(), transaction.now(), completion.outcome, completion.reason, id);
        return {};
    };
    State after = TRY(impl_->change(
        task.instance, who, end_task,
        [&](State& state, Effects& effects, Machine& machine) -> base::Result<void> {
            const Token* waiting = state.token(token);
            if (waiting == nullptr || waiting->stage != Stage::waiting) {
                return base::conflict("task.ended", "This task is already done.");
            }
            const Element& element = state.definition->element(waiting->element);
            json::Value result = completion.data;
            if (task.actor == Actor::staff) {
                const auto rule = std::find_if(
                    element.outcomes.begin(), element.outcomes.end(),
                    [&](const OutcomeRule& each) { return each.code == completion.outcome; });
                if (rule == element.outcomes.end()) {
                    return base::invalid("task.outcome_unknown",
                                         "The task cannot end in that way.");
                }
                if (!is_available(machine, *rule, waiting->scope)) {
                    return base::rejected("task.outcome_unavailable",
                                          "This way of deciding is not open any more.");
                }
                if (!is_within(machine, *rule, waiting->scope, completion.authority)) {
                    return base::forbidden("task.over_limit",
                                           "The sum is above what this person may grant.");
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
                if (!signed_by.empty()) result.object()->set("signed", signed_by);
            }
            const std::string changed =
                task.actor == Actor::customer && !element.result.empty()
                    ? changed_names(value_seen(state, waiting->scope, element.result), result)
                    : std::string{};
            effects.notes.push_back({.kind = "completed",
                                     .element = task.element,
                                     .who = who,
                                     .outcome = completion.outcome,
                                     .reason = completion.reason,
                                     .comment = completion.comment,
                                     .changed = changed});
            machine.complete(token, std::move(result));
            return {};
        }));
    return impl_->advance(task.instance, std::move(after));
}

base::Result<void> Engine::send_back(TaskId id, const std::string& who, const std::string& target,
                                     const std::string& why, const Also& also)
{
    std::int64_t token = 0;
    const auto found = impl_->book.read([&](Snapshot& snapshot) {
        token = tasks::token_of(snapshot, id);
        return tasks::find(snapshot, id);
    });
    if (!found || found->actor != Actor::staff) return task_unknown();
    const Task& task = *found;
    if (is_blank(why)) return base::invalid("task.reason_missing", "A reason is needed.");
    const auto end_task = [&](Transaction& transaction) -> base::Result<void> {
        TRY(may_end(transaction, task, who));
        if (also != nullptr) TRY(also(transaction));
        transaction.execute(
            "update process_task set state = 'done', ended_at = ?, order_at = ?,"
            " outcome = 'sent-back', reason = '' where id = ?",
            transaction.now(), transaction.now(), id);
        return {};
    };
    State after = TRY(impl_->change(
        task.instance, who, end_task,
        [&](State& state, Effects& effects, Machine& machine) -> base::Result<void> {
            const Token* waiting = state.token(token);
            if (waiting == nullptr || waiting->stage != Stage::waiting) {
                return base::conflict("task.ended", "This task is already done.");
            }
            const Element& element = state.definition->element(waiting->element);
            const auto index = state.definition->find(target);
            const bool named =
                index && std::find(element.send_back.begin(), element.send_back.end(), *index) !=
                             element.send_back.end();
            if (!named) {
                return base::invalid("task.send_back_unknown",
                                     "The task cannot be sent back to there.");
            }
            effects.notes.push_back({.kind = "sent-back",
                                     .element = task.element,
                                     .who = who,
                                     .outcome = target,
                                     .comment = why});
            machine.send_back(token, *index);
            return {};
        }));
    return impl_->advance(task.instance, std::move(after));
}

base::Result<void> Engine::claim(TaskId id, const Worker& worker, const Also& also)
{
    return impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
        const auto task = tasks::find(transaction, id);
        if (!task || task->actor != Actor::staff) return task_unknown();
        if (task->state == TaskState::done || task->state == TaskState::cancelled) {
            return base::conflict("task.ended", "This task is already done.");
        }
        const bool taken = task->state == TaskState::claimed;
        if (taken) {
            if (task->claimed_by == worker.id) return {};
            if (!may_take_over(worker, *task)) {
                return base::conflict("task.already_claimed", "Somebody else has taken this task.");
            }
        }
        if (!may_work_on(worker, *task)) {
            return base::forbidden("task.not_for_you",
                                   "This task needs another skill, role, level or unit.");
        }
        TRY(impl_->independent(transaction, *task, worker));
        if (also != nullptr) TRY(also(transaction));
        transaction.execute(
            "update process_task set state = 'claimed', claimed_by = ? where id = ?", worker.id,
            id);
        impl_->store.note(transaction, task->instance, {},
                          {.kind = taken ? "claimed-instead" : "claimed",
                           .element = task->element,
                           .who = worker.id,
                           .outcome = task->claimed_by});
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
        if (!task->owner.empty() && !any) {
            return base::conflict("task.lent", "The task is lent to you; give it back first.");
        }
        if (also != nullptr) TRY(also(transaction));
        transaction.execute(
            "update process_task set state = 'open', claimed_by = '', owner = '' where id = ?", id);
        impl_->store.note(transaction, task->instance, {},
                          {.kind = "released", .element = task->element, .who = who});
        return {};
    });
}

}  // namespace engine::process
