// SPDX-License-Identifier: Apache-2.0
// Flows of a BPMN file, and whether the whole can run.
#include <engine/process/internal/compiler.h>

#include <algorithm>

namespace engine::process {

namespace {

bool is_end(ElementKind kind)
{
    return kind == ElementKind::end_event || kind == ElementKind::terminate_end_event ||
           kind == ElementKind::error_end_event;
}

bool is_boundary(ElementKind kind)
{
    return kind == ElementKind::boundary_error || kind == ElementKind::boundary_timer;
}

}  // namespace

void Compiler::connect()
{
    for (const PendingFlow& flow : flows_) {
        const auto source = index_.find(flow.source);
        const auto target = index_.find(flow.target);
        if (source == index_.end() || target == index_.end()) {
            fault(flow.node, "leads from or to an element that is not there");
            continue;
        }
        Element& from = definition_->elements_[source->second];
        Element& to = definition_->elements_[target->second];
        Flow made{std::string{flow.node.attribute("id").value_or("")}, target->second, nullptr,
                  flow.node.line()};
        for (const Node& child : flow.node.children()) {
            if (child.local_name() == "conditionExpression") {
                made.condition = compile(child, child.text());
            } else if (child.local_name() != "extensionElements" &&
                       child.local_name() != "documentation") {
                fault(child, "is outside the profile");
            }
        }
        if (made.condition != nullptr && from.kind != ElementKind::exclusive_gateway) {
            fault(flow.node, "has a condition but does not leave an exclusive gateway");
        }
        if (to.kind == ElementKind::start_event || is_boundary(to.kind)) {
            fault(flow.node, "leads into an event that only begins");
        }
        const auto preset = defaults_.find(from.id);
        if (preset != defaults_.end() && preset->second == made.id) {
            from.default_flow = from.outgoing.size();
            if (made.condition != nullptr) fault(flow.node, "is the default and has a condition");
        }
        ++to.incoming;
        from.outgoing.push_back(std::move(made));
    }
}

void Compiler::attach()
{
    for (const auto& [event, activity] : attached_) {
        Element& boundary = definition_->elements_[index_.at(event)];
        const auto found = index_.find(activity);
        if (found == index_.end()) {
            fault(nodes_[index_.at(event)], "is attached to nothing");
            continue;
        }
        Element& host = definition_->elements_[found->second];
        const bool fits =
            boundary.kind == ElementKind::boundary_error
                ? host.kind == ElementKind::service_task
                : host.kind == ElementKind::user_task || host.kind == ElementKind::receive_task;
        if (!fits) {
            fault(nodes_[index_.at(event)],
                  "timers stand on user and receive tasks, errors on service and send tasks");
            continue;
        }
        host.boundaries.push_back(index_.at(event));
        boundary.attached_to = found->second;
    }
}

void Compiler::check()
{
    int starts = 0;
    for (std::size_t i = 0; i < definition_->elements_.size(); ++i) {
        const Element& element = definition_->elements_[i];
        const Node& node = nodes_[i];
        if (element.kind == ElementKind::start_event) {
            ++starts;
            definition_->start_ = i;
        }
        if (is_end(element.kind)) {
            if (!element.outgoing.empty()) fault(node, "an end has no way out");
            continue;
        }
        const bool gateway = element.kind == ElementKind::exclusive_gateway ||
                             element.kind == ElementKind::parallel_gateway;
        if (element.outgoing.empty()) fault(node, "has no way out");
        if (!gateway && element.outgoing.size() > 1) {
            fault(node, "has several ways out; use a gateway");
        }
        const auto preset = defaults_.find(element.id);
        if (preset != defaults_.end() && !element.default_flow) {
            fault(node, "the default \"" + preset->second + "\" does not leave it");
        }
        if (element.kind != ElementKind::exclusive_gateway || element.outgoing.size() < 2) continue;
        if (!element.default_flow) fault(node, "needs a default way out");
        for (std::size_t k = 0; k < element.outgoing.size(); ++k) {
            if (element.outgoing[k].condition == nullptr && element.default_flow != k) {
                fault(node, "the flow " + element.outgoing[k].id + " needs a condition");
            }
        }
    }
    if (starts != 1 && !nodes_.empty())
        fault(nodes_.front(), "there must be exactly one start event");
    if (nodes_.empty()) findings_.push_back({file_, 0, "the process is empty"});
    if (starts == 1) check_reachable();
}

void Compiler::check_reachable()
{
    std::vector<bool> reached(definition_->elements_.size());
    std::vector<std::size_t> open{definition_->start_};
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        if (reached[at]) continue;
        reached[at] = true;
        const Element& element = definition_->elements_[at];
        for (const Flow& flow : element.outgoing) open.push_back(flow.target);
        open.insert(open.end(), element.boundaries.begin(), element.boundaries.end());
    }
    for (std::size_t i = 0; i < reached.size(); ++i) {
        if (!reached[i]) fault(nodes_[i], "cannot be reached");
    }
}

std::shared_ptr<const Definition> Definition::compile(
    std::string_view xml, std::string_view file_name, std::shared_ptr<const Decisions> decisions,
    std::vector<platform::config::Finding>& findings)
{
    const auto document = platform::xml::Document::parse(xml, file_name);
    if (!document) {
        findings.push_back({std::string{file_name}, 0, document.error().detail});
        return nullptr;
    }
    const std::size_t before = findings.size();
    Compiler compiler{file_name, findings};
    compiler.read(document.value().root(), std::move(decisions));
    return findings.size() == before ? compiler.take() : nullptr;
}

std::optional<std::size_t> Definition::find(std::string_view element_id) const
{
    for (std::size_t i = 0; i < elements_.size(); ++i) {
        if (elements_[i].id == element_id) return i;
    }
    return std::nullopt;
}

std::string_view to_string(ElementKind kind)
{
    constexpr std::string_view names[] = {
        "start-event",       "end-event",         "terminate-end-event", "error-end-event",
        "user-task",         "service-task",      "script-task",         "business-rule-task",
        "receive-task",      "timer-catch-event", "boundary-timer",      "boundary-error",
        "exclusive-gateway", "parallel-gateway"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace engine::process
