// SPDX-License-Identifier: Apache-2.0
// What the staff see and decide.
#include <bank/counter/internal/impl.h>

#include <algorithm>

namespace bank::counter {

namespace json = platform::json;
using engine::process::Instance;
using engine::process::Task;
using engine::process::TaskState;
using platform::sql::Snapshot;

namespace {

std::string shown(const json::Value& value)
{
    if (const auto* text = value.string()) return *text;
    if (value.is_null()) return {};
    return json::serialise(value);
}

/// The words for a code, or for each code of a list; empty where there are none. The code of a unit
/// of the organisation has the unit's name.
base::Text words_for(const catalog::FactRow& row, const json::Value& value,
                     const catalog::Bank& bank)
{
    if (row.words.empty()) {
        if (row.mask != catalog::Mask::none) return {};
        const std::string code = shown(value);
        const auto unit = std::ranges::find(bank.units, code, &catalog::Unit::code);
        return unit == bank.units.end() ? base::Text{} : unit->name;
    }
    const json::Array one{value};
    base::Text all;
    for (const json::Value& item : value.array() != nullptr ? *value.array() : one) {
        const std::string code = shown(item);
        const auto found = row.words.find(code);
        for (const std::string_view language : {"zh", "en"}) {
            std::string& text = all[std::string{language}];
            if (!text.empty()) text += language == "zh" ? "、" : ", ";
            text += found == row.words.end() ? code : base::in_language(found->second, language);
        }
    }
    return all;
}

/// Everything that shows a list shows its items, not its form.
std::string joined(const json::Value& value)
{
    if (value.array() == nullptr) return shown(value);
    std::string text;
    for (const json::Value& item : *value.array()) {
        if (!text.empty()) text += ", ";
        text += shown(item);
    }
    return text;
}

std::optional<double> number(const json::Value& value)
{
    if (const auto* real = value.real()) return *real;
    if (const auto* integer = value.integer()) return static_cast<double>(*integer);
    return std::nullopt;
}

const catalog::TaskFacts* facts_of(const catalog::Service& service, const std::string& code)
{
    const auto found = service.tasks.find(code);
    return found == service.tasks.end() ? nullptr : &found->second;
}

const catalog::TaskOutcome* outcome_of(const catalog::TaskFacts& facts, const std::string& code)
{
    const auto found = std::find_if(facts.outcomes.begin(), facts.outcomes.end(),
                                    [&](const auto& each) { return each.first == code; });
    return found == facts.outcomes.end() ? nullptr : &found->second;
}

}  // namespace

TaskRow Counter::Impl::task_row(Snapshot& snapshot, Task task)
{
    TaskRow row;
    row.service = catalog.version(task.definition);
    if (const auto id = base::parse_id<CaseId>(task.business_key)) {
        row.of_case = id.value();
        if (auto found = find(snapshot, id.value())) {
            row.customer_name = std::move(found.value().label);
            row.applicant = std::move(found.value().applicant);
        }
    }
    if (row.service != nullptr) {
        if (const auto* facts = facts_of(*row.service, task.code)) row.name = facts->name;
    }
    row.task = std::move(task);
    return row;
}

TaskDetail Counter::Impl::detail(Snapshot& snapshot, TaskRow row, const Instance& instance,
                                 const std::string& viewer)
{
    TaskDetail detail;
    detail.applicant = instance.subject;
    const auto history = engine.history(snapshot, instance);
    const auto service = row.service;
    const auto value = [&](const engine::feel::Expression& expression) {
        return engine.evaluate(expression, instance.variables);
    };
    const auto state = row.task.state;
    const bool decides = state == TaskState::claimed && row.task.claimed_by == viewer;
    const std::string element_id = row.task.element;
    const std::string code = row.task.code;
    detail.signatures = engine.signatures(snapshot, row.task);
    detail.row = std::move(row);
    if (service == nullptr) return detail;

    for (const auto& entry : history) {
        const bool by_customer = entry.who == instance.subject;
        detail.history.push_back({entry.at, by_customer ? std::string{} : entry.who,
                                  history_text(*service, catalog.bank(), entry), entry.comment});
    }
    for (const auto& group : service->facts) {
        FactGroupView view{group.code, group.title, {}};
        for (const auto& each : group.rows) {
            const json::Value found = value(each.value);
            const std::string text = joined(found);
            if (text.empty()) continue;  // Not known yet.
            FactRowView shown_row{each.label,
                                  masked(each.mask, text),
                                  words_for(each, found, catalog.bank()),
                                  "neutral",
                                  {},
                                  {}};
            if (each.state) shown_row.state = std::string{value(*each.state).text_or("neutral")};
            if (each.score) shown_row.score = number(value(*each.score));
            if (each.threshold) shown_row.threshold = number(value(*each.threshold));
            view.rows.push_back(std::move(shown_row));
        }
        if (!view.rows.empty()) detail.facts.push_back(std::move(view));
    }
    for (const auto& each : service->evidence) {
        const json::Value found = value(each.id);
        const json::Array ids = found.array() != nullptr ? *found.array() : json::Array{found};
        for (const json::Value& one : ids) {
            const std::string id = shown(one);
            if (!id.empty()) detail.evidence.push_back({id, each.kind, each.title});
        }
    }
    for (const auto& each : service->prompts) {
        if (value(each.when).boolean_or(false)) detail.prompts.push_back({each.level, each.text});
    }
    for (const auto& [reason, text] : service->review_reasons) {
        const bool applies = std::any_of(history.begin(), history.end(), [&](const auto& entry) {
            return entry.kind == "decided" && entry.reason == reason;
        });
        if (applies) detail.prompts.push_back({"attention", text});
    }
    const auto index = service->process->find(element_id);
    const auto* facts = facts_of(*service, code);
    if (!decides || !index || facts == nullptr) return detail;
    for (const std::size_t target : service->process->element(*index).send_back) {
        const std::string& id = service->process->element(target).id;
        detail.send_back.push_back({id, title_of(*service, id)});
    }
    for (const auto& rule : service->process->element(*index).outcomes) {
        OutcomeView view;
        view.code = rule.code;
        view.needs_reason = rule.needs_reason;
        view.needs_comment = rule.needs_comment;
        view.available = engine.available(*service->process, rule, instance.variables);
        view.amount = engine.amount(rule, instance.variables);
        if (const auto* outcome = outcome_of(*facts, rule.code)) {
            view.name = outcome->name;
            view.style = outcome->style;
            view.reasons = outcome->reasons;
        }
        detail.outcomes.push_back(std::move(view));
    }
    return detail;
}

base::Result<TaskRows> Counter::tasks(const engine::process::TaskQuery& query)
{
    return impl_->book.read([&](Snapshot& snapshot) -> base::Result<TaskRows> {
        auto page = TRY(impl_->engine.tasks(snapshot, query));
        TaskRows rows;
        rows.next_cursor = std::move(page.next_cursor);
        for (Task& task : page.tasks)
            rows.rows.push_back(impl_->task_row(snapshot, std::move(task)));
        rows.counts = impl_->engine.counts(snapshot, query.worker,
                                           engine::process::TaskCounts::most_in_lists);
        return rows;
    });
}

engine::process::TaskCounts Counter::task_counts()
{
    return impl_->book.read([&](Snapshot& snapshot) { return impl_->engine.counts(snapshot, {}); });
}

base::Result<TaskDetail> Counter::task(TaskId id, const std::string& viewer)
{
    return impl_->book.read([&](Snapshot& snapshot) -> base::Result<TaskDetail> {
        Task task = TRY(impl_->engine.task(snapshot, id));
        if (task.actor != engine::process::Actor::staff) {
            return base::not_found("task.unknown", "There is no such task.");
        }
        // In a called process the task knows only what it was given; the people who decide see the
        // whole case, with what the task knows before it.
        const Instance instance = TRY(impl_->engine.instance(snapshot, task));
        return impl_->detail(snapshot, impl_->task_row(snapshot, std::move(task)), instance,
                             viewer);
    });
}

base::Result<void> Counter::claim(TaskId id, const engine::process::Worker& worker,
                                  const Also& also)
{
    return impl_->engine.claim(id, worker, also);
}

base::Result<void> Counter::release(TaskId id, const std::string& who, bool any, const Also& also)
{
    return impl_->engine.release(id, who, any, also);
}

base::Result<void> Counter::complete(TaskId id, const std::string& who,
                                     const engine::process::Completion& completion,
                                     const Also& also)
{
    if (completion.reason.empty()) return impl_->engine.complete(id, who, completion, also);
    const Task task =
        TRY(impl_->book.read([&](Snapshot& snapshot) { return impl_->engine.task(snapshot, id); }));
    const auto service = TRY(impl_->service_of(task.definition));
    const auto* facts = facts_of(*service, task.code);
    const auto* outcome = facts == nullptr ? nullptr : outcome_of(*facts, completion.outcome);
    if (outcome != nullptr) {
        const bool listed = std::any_of(
            outcome->reasons.begin(), outcome->reasons.end(),
            [&](const catalog::TaskReason& reason) { return reason.code == completion.reason; });
        if (!listed)
            return base::invalid("task.reason_unknown", "The service does not know this reason.");
    }
    return impl_->engine.complete(id, who, completion, also);
}

}  // namespace bank::counter
