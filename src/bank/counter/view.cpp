// SPDX-License-Identifier: Apache-2.0
// What customers see of their cases.
#include <bank/counter/internal/impl.h>
#include <bank/counter/internal/options.h>

#include <algorithm>
#include <set>

namespace bank::counter {

namespace json = platform::json;
using engine::process::Actor;
using engine::process::HistoryEntry;
using engine::process::Instance;
using engine::process::Task;
using platform::sql::Snapshot;

namespace {

/// Whether a note is a reason's code and not somebody's words.
bool is_code(std::string_view text)
{
    return text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.-") ==
           std::string_view::npos;
}

base::Text text_of(const std::map<std::string, base::Text, std::less<>>& texts,
                   std::string_view key)
{
    const auto found = texts.find(key);
    return found == texts.end() ? base::Text{} : found->second;
}

json::Object object_of(const base::Text& text)
{
    json::Object object;
    for (const auto& [language, words] : text) object.set(language, words);
    return object;
}

}  // namespace

void Counter::Impl::show_steps(CaseView& view, const Instance& instance,
                               const std::vector<HistoryEntry>& history)
{
    const auto& service = *view.service;
    std::set<std::string> answered;
    for (const HistoryEntry& entry : history) {
        const auto index = service.process->find(entry.element);
        if (entry.kind == "completed" && index)
            answered.insert(service.process->element(*index).section);
    }
    const auto& steps = service.steps;
    const auto at = [&](std::string_view section) {
        return static_cast<std::size_t>(
            std::find_if(steps.begin(), steps.end(),
                         [&](const catalog::Step& step) { return step.section == section; }) -
            steps.begin());
    };
    std::size_t current = steps.size();
    if (view.state == CaseState::customer && view.step) current = at(view.step->code);
    if (current == steps.size() && instance.state == engine::process::InstanceState::running) {
        current = 0;
        while (current < steps.size() && answered.contains(steps[current].section)) ++current;
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool over = view.state == CaseState::done;
        const bool stopped = view.state == CaseState::refused || view.state == CaseState::cancelled;
        std::string state = i < current ? "done" : i == current ? "current" : "ahead";
        if (over) state = "done";
        if (stopped) state = answered.contains(steps[i].section) ? "done" : "ahead";
        view.steps.push_back({steps[i].section, steps[i].title, std::move(state)});
    }
}

void Counter::Impl::show_current(Snapshot& snapshot, CaseView& view, const Instance& instance,
                                 const Task& task)
{
    const auto& service = *view.service;
    const auto index = service.process->find(task.element);
    const catalog::FormSection* section = service.form.section(task.code);
    if (!index || section == nullptr) return;
    const auto& element = service.process->element(*index);
    CurrentStep step;
    step.task = task.id;
    step.code = task.code;
    step.section = section->shown;
    for (const auto& [field, source] : section->options_from) {
        if (source == pictures) continue;  // What was given already is in the prefill.
        if (const auto options = offered(snapshot, source, {service, view.id, view.applicant})) {
            fill_options(step.section, field, *options);
        }
    }
    // A step within a called process asks with what is known there.
    const auto around = engine.variables(snapshot, task);
    const json::Object& known = around ? around.value() : instance.variables;
    if (const json::Value* before = known.find(element.result)) step.prefill = *before;
    if (step.prefill.object() != nullptr) {
        // What was secret is a hash by now, and nothing to go on with.
        for (const auto& [field, kind] : section->secrets) step.prefill.object()->erase(field);
    }
    if (element.note != nullptr) {
        const json::Value note = engine.evaluate(*element.note, known);
        const std::string words{note.text_or()};
        const auto again = service.again.find(task.code);
        if (again != service.again.end()) step.note = text_of(again->second, words);
        if (step.note.empty() && !words.empty() && !is_code(words)) {
            step.note = {{"zh", words}, {"en", words}};
        }
    }
    view.step = std::move(step);
}

void Counter::Impl::show_words(CaseView& view, const Instance& instance)
{
    const auto& service = *view.service;
    if (view.state == CaseState::bank) {
        for (const auto& element : instance.elements) {
            if (view.message.empty()) view.message = text_of(service.waiting, element);
        }
    }
    if (view.state == CaseState::refused) {
        view.reason = instance.reason;
        view.message = text_of(service.reasons, instance.reason);
        if (view.message.empty()) view.message = text_of(service.reasons, "default");
    }
    const std::string page = view.state == CaseState::cancelled ? "cancelled" : instance.page;
    const auto found = service.pages.find(page);
    if (found != service.pages.end()) {
        view.title = found->second.title;
        if (view.message.empty()) view.message = found->second.text;
    }
    view.result = instance.show;
    json::Array lines;
    for (const auto& row : service.shown) {
        json::Value value = engine.evaluate(row.value, instance.variables);
        if (value.is_null() || (value.string() != nullptr && value.string()->empty())) continue;
        lines.push_back(json::Object{{"label", object_of(row.label)}, {"value", std::move(value)}});
    }
    if (lines.empty()) return;
    if (view.result.object() == nullptr) view.result = json::Object{};
    view.result.object()->set("lines", std::move(lines));
}

base::Result<CaseView> Counter::Impl::view(Snapshot& snapshot, const CaseRow& row)
{
    CaseView view;
    view.id = row.id;
    view.service = TRY(service_of(row.definition));
    view.applicant = row.applicant;
    view.state = row.state;
    view.started_at = row.started_at;
    view.ended_at = row.ended_at;
    const Instance instance = TRY(engine.instance(snapshot, row.instance));
    if (const auto task = engine.customer_task(snapshot, row.instance)) {
        show_current(snapshot, view, instance, *task);
    }
    for (const Task& task : engine.staff_tasks(snapshot, row.instance)) {
        if (task.due_at && !view.due_at) view.due_at = task.due_at;
    }
    show_steps(view, instance, engine.history(snapshot, instance));
    show_words(view, instance);
    const bool runs = row.state == CaseState::customer || row.state == CaseState::bank;
    view.can_give_up = runs && !is_kept_to(*view.service, instance);
    auto rating = snapshot.query("select stars from counter_rating where case_id = ?", row.id);
    if (rating.next()) view.rating = static_cast<int>(rating.integer(0));
    return view;
}

base::Result<CaseView> Counter::view(CaseId id, std::string_view applicant)
{
    return impl_->book.read([&](Snapshot& snapshot) -> base::Result<CaseView> {
        const CaseRow row = TRY(impl_->find_own(snapshot, id, applicant));
        return impl_->view(snapshot, row);
    });
}

base::Result<CaseView> Counter::view_any(CaseId id)
{
    return impl_->book.read([&](Snapshot& snapshot) -> base::Result<CaseView> {
        const CaseRow row = TRY(impl_->find(snapshot, id));
        return impl_->view(snapshot, row);
    });
}

base::Result<CasePage> Counter::list(std::string_view applicant, std::string_view cursor, int limit)
{
    std::uint64_t before = 0;
    if (!cursor.empty()) {
        const auto id = base::parse_id_text(cursor);
        if (!id) return base::invalid("case.cursor_malformed", "The cursor is not one of ours.");
        before = id.value();
    }
    limit = std::clamp(limit, 1, 100);
    return impl_->book.read([&](Snapshot& snapshot) -> base::Result<CasePage> {
        CasePage page;
        const auto rows = impl_->own(snapshot, applicant, before, limit + 1);
        for (const CaseRow& row : rows) {
            if (page.cases.size() == static_cast<std::size_t>(limit)) {
                page.next_cursor = base::to_string(page.cases.back().id);
                break;
            }
            page.cases.push_back(TRY(impl_->view(snapshot, row)));
        }
        return page;
    });
}

}  // namespace bank::counter
