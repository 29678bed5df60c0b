// SPDX-License-Identifier: Apache-2.0
// Flows of a BPMN file, and whether the whole can run.
#include <engine/process/internal/compiler.h>

#include <algorithm>

namespace engine::process {

namespace {

bool has_conditions(ElementKind kind)
{
    return kind == ElementKind::exclusive_gateway || kind == ElementKind::inclusive_gateway;
}

/// Whether a boundary event of that kind may stand on such an activity.
bool fits(ElementKind boundary, ElementKind host)
{
    const bool inside = host == ElementKind::sub_process || host == ElementKind::call_activity;
    switch (boundary) {
        case ElementKind::boundary_error:
            return inside || host == ElementKind::service_task;
        case ElementKind::boundary_escalation:
            return inside;
        case ElementKind::boundary_timer:
        case ElementKind::boundary_message:
            return inside || host == ElementKind::user_task || host == ElementKind::receive_task ||
                   host == ElementKind::service_task;
        default:
            return inside || host == ElementKind::user_task || host == ElementKind::service_task ||
                   host == ElementKind::script_task || host == ElementKind::receive_task ||
                   host == ElementKind::business_rule_task;
    }
}

}  // namespace

bool is_gateway(ElementKind kind)
{
    return kind >= ElementKind::exclusive_gateway && kind <= ElementKind::event_gateway;
}

bool is_boundary(ElementKind kind)
{
    return kind >= ElementKind::boundary_timer && kind <= ElementKind::boundary_compensation;
}

bool is_start(ElementKind kind)
{
    return kind <= ElementKind::escalation_start;
}

bool is_end(ElementKind kind)
{
    return kind >= ElementKind::end_event && kind <= ElementKind::compensation_end_event;
}

bool is_container(ElementKind kind)
{
    return kind == ElementKind::sub_process || kind == ElementKind::event_sub_process ||
           kind == ElementKind::call_activity;
}

void Compiler::connect()
{
    for (const PendingFlow& flow : flows_) {
        const auto source = index_.find(flow.source);
        const auto target = index_.find(flow.target);
        if (source == index_.end() || target == index_.end()) {
            fault(flow.node, "leads from or to an element that is not there");
            continue;
        }
        Element& from = elements()[source->second];
        Element& to = elements()[target->second];
        Flow made{attribute_of(flow.node, "id"), target->second, to.incoming, nullptr,
                  flow.node.line()};
        for (const Node& child : flow.node.children()) {
            if (is_bpmn(child, "conditionExpression")) {
                check_attributes(child);
                made.condition = compile(child, child.text());
            } else if (!is_remark(child)) {
                fault(child, "is outside the profile");
            }
        }
        if (made.condition != nullptr && !has_conditions(from.kind)) {
            fault(flow.node,
                  "has a condition but leaves neither an exclusive nor an inclusive gateway");
        }
        if (is_start(to.kind) || is_boundary(to.kind)) {
            fault(flow.node, "leads into an event that only begins");
        }
        const bool outside = from.kind == ElementKind::event_sub_process ||
                             to.kind == ElementKind::event_sub_process;
        if (outside || from.undoes || to.undoes) {
            fault(flow.node, "leads from or to what stands outside the flow");
        }
        if (from.parent != to.parent) fault(flow.node, "crosses the border of a sub-process");
        const auto preset = defaults_.find(flow.source);
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
        const std::size_t index = index_.at(event);
        Element& boundary = elements()[index];
        const auto found = index_.find(activity);
        if (found == index_.end()) {
            fault(index, "is attached to nothing");
            continue;
        }
        Element& host = elements()[found->second];
        if (!fits(boundary.kind, host.kind) || host.parent != boundary.parent || host.undoes) {
            fault(index,
                  "timers and messages stand on user, receive and service tasks, errors on service "
                  "tasks, escalations on neither; all on sub-processes and calls");
            continue;
        }
        boundary.attached_to = found->second;
        if (boundary.kind != ElementKind::boundary_compensation) host.boundaries.push_back(index);
    }
}

/// What elements say of others by their ids.
void Compiler::resolve()
{
    for (const Node& link : associations_) {
        const auto from = index_.find(attribute_of(link, "sourceRef"));
        const auto to = index_.find(attribute_of(link, "targetRef"));
        if (from == index_.end() || to == index_.end()) continue;  // A remark's.
        Element& event = elements()[from->second];
        Element& handler = elements()[to->second];
        const bool works = handler.kind == ElementKind::service_task ||
                           handler.kind == ElementKind::script_task ||
                           handler.kind == ElementKind::user_task;
        if (event.kind != ElementKind::boundary_compensation || !handler.undoes || !works ||
            !event.attached_to) {
            fault(link,
                  "joins a compensation event to a service, script or user task that is for "
                  "compensation, and nothing else");
            continue;
        }
        Element& host = elements()[*event.attached_to];
        if (host.undo) fault(link, "the activity is compensated twice");
        if (handler.parent != host.parent) fault(link, "crosses the border of a sub-process");
        host.undo = to->second;
    }
    for (const auto& [index, element_id] : undo_only_) {
        const auto found = index_.find(element_id);
        if (found == index_.end()) {
            fault(index, "compensates \"" + element_id + "\", which is not there");
            continue;
        }
        elements()[index].undo_only = found->second;
    }
    for (const auto& [index, element_id] : send_back_) {
        const auto found = index_.find(element_id);
        Element& task = elements()[index];
        if (found == index_.end() || elements()[found->second].kind != ElementKind::user_task ||
            elements()[found->second].parent != task.parent || elements()[found->second].loop ||
            task.loop) {
            fault(index, "can be sent back only to a user task beside it: \"" + element_id + "\"");
            continue;
        }
        task.send_back.push_back(found->second);
    }
}

/// The starts of the process, of a sub-process, of a handler; and the handlers inside it.
void Compiler::check_starts(std::optional<std::size_t> inside, const Node& node)
{
    std::vector<std::size_t> plain;
    std::vector<std::size_t> events;
    std::vector<std::size_t> handlers;
    for (const auto& [index, held] : nodes_) {
        const Element& element = elements()[index];
        if (element.parent != inside) continue;
        if (element.kind == ElementKind::start_event) plain.push_back(index);
        if (is_start(element.kind) && element.kind != ElementKind::start_event) {
            events.push_back(index);
        }
        if (element.kind == ElementKind::event_sub_process) handlers.push_back(index);
    }
    const bool handler = inside && elements()[*inside].kind == ElementKind::event_sub_process;
    if (handler ? plain.size() != 0 || events.size() != 1 : plain.size() > 1) {
        return fault(node, handler ? "needs exactly one start event, with a definition"
                                   : "there must be exactly one start event without definition");
    }
    if (!handler && plain.empty() && (inside || events.empty())) {
        return fault(node, "there must be exactly one start event without definition");
    }
    const std::size_t start = plain.empty() ? events.front() : plain.front();
    if (inside) {
        elements()[*inside].inner_start = start;
        elements()[*inside].handlers = std::move(handlers);
    } else {
        definition_.start_ = start;
        definition_.event_starts_ = std::move(events);
        definition_.handlers_ = std::move(handlers);
    }
}

void Compiler::check()
{
    for (const auto& [index, node] : nodes_) {
        const Element& element = elements()[index];
        if (element.kind == ElementKind::event_gateway) check_event_gateway(index);
        const auto preset = defaults_.find(attribute_of(node, "id"));
        if (preset != defaults_.end() && !element.default_flow) {
            fault(node, "the default \"" + preset->second + "\" does not leave it");
        }
        if (is_end(element.kind)) {
            if (!element.outgoing.empty()) fault(node, "an end has no way out");
            continue;
        }
        const bool outside = element.undoes || element.kind == ElementKind::event_sub_process ||
                             element.kind == ElementKind::boundary_compensation;
        if (!outside) check_ways(index);
    }
    check_reachable();
}

void Compiler::check_ways(std::size_t index)
{
    const Element& element = elements()[index];
    if (element.outgoing.empty()) fault(index, "has no way out");
    if (!is_gateway(element.kind) && element.outgoing.size() > 1) {
        fault(index, "has several ways out; use a gateway");
    }
    if (!has_conditions(element.kind) || element.outgoing.size() < 2) return;
    if (!element.default_flow) fault(index, "needs a default way out");
    for (std::size_t k = 0; k < element.outgoing.size(); ++k) {
        if (element.outgoing[k].condition == nullptr && element.default_flow != k) {
            fault(index, "the flow " + element.outgoing[k].id + " needs a condition");
        }
    }
}

void Compiler::check_event_gateway(std::size_t index)
{
    const Element& gateway = elements()[index];
    if (gateway.outgoing.size() < 2) fault(index, "needs several ways out");
    for (const Flow& flow : gateway.outgoing) {
        const Element& event = elements()[flow.target];
        const bool catches =
            event.kind == ElementKind::receive_task || event.kind == ElementKind::timer_catch_event;
        if (!catches || event.incoming != 1 || !event.boundaries.empty() || event.loop) {
            fault(index,
                  "leads only to events and receive tasks that nothing else leads to and that have "
                  "no boundary events");
        }
    }
}

void Compiler::check_reachable()
{
    std::vector<bool> reached(elements().size());
    std::vector<std::size_t> open;
    for (const auto& [index, node] : nodes_) {
        if (is_start(elements()[index].kind)) open.push_back(index);
    }
    while (!open.empty()) {
        const std::size_t at = open.back();
        open.pop_back();
        if (reached[at]) continue;
        reached[at] = true;
        const Element& element = elements()[at];
        for (const Flow& flow : element.outgoing) open.push_back(flow.target);
        open.insert(open.end(), element.boundaries.begin(), element.boundaries.end());
        if (element.undo) open.push_back(*element.undo);
    }
    for (const auto& [index, node] : nodes_) {
        const Element& element = elements()[index];
        const bool event = element.kind == ElementKind::event_sub_process;
        if (element.kind == ElementKind::boundary_compensation) {
            if (element.attached_to && !elements()[*element.attached_to].undo) {
                fault(node, "needs an association to what compensates");
            }
        } else if (!reached[index] && !event) {
            fault(node, "cannot be reached");
        }
    }
}

/// For each gateway where ways meet: what leads to which of its ways in.
void Compiler::measure_joins()
{
    struct Edge {
        std::size_t from;
        std::size_t entry;
    };
    std::vector<std::vector<Edge>> into(elements().size());
    for (const auto& [index, node] : nodes_) {
        for (const Flow& flow : elements()[index].outgoing) {
            into[flow.target].push_back({index, flow.entry});
        }
        for (const std::size_t boundary : elements()[index].boundaries) {
            into[boundary].push_back({index, 0});
        }
    }
    for (const auto& [index, node] : nodes_) {
        Element& gateway = elements()[index];
        const bool joins = gateway.kind == ElementKind::parallel_gateway ||
                           gateway.kind == ElementKind::inclusive_gateway;
        if (!joins || gateway.incoming < 2) continue;
        gateway.leads_to.assign(gateway.incoming, std::vector<bool>(elements().size()));
        for (const Edge& last : into[index]) {
            std::vector<bool>& leads = gateway.leads_to[last.entry];
            std::vector<std::size_t> open{last.from};
            while (!open.empty()) {
                const std::size_t at = open.back();
                open.pop_back();
                if (at == index || leads[at]) continue;
                leads[at] = true;
                for (const Edge& edge : into[at]) open.push_back(edge.from);
            }
        }
    }
}

std::shared_ptr<const Definition> Definition::compile(
    std::string_view xml, std::string_view file_name, std::shared_ptr<const Decisions> decisions,
    std::vector<platform::config::Finding>& findings, const FindProcess& called)
{
    const auto document = platform::xml::Document::parse(xml, file_name);
    if (!document) {
        findings.push_back(platform::config::finding_of(document.error(), file_name));
        return nullptr;
    }
    auto definition = std::make_shared<Definition>();
    definition->decisions_ = std::move(decisions);
    std::vector<platform::config::Finding> found;
    Compiler{file_name, *definition, found, called}.read(document.value().root());
    const bool good = found.empty();
    findings.insert(findings.end(), found.begin(), found.end());
    return good ? definition : nullptr;
}

std::optional<std::size_t> Definition::find(std::string_view element_id) const
{
    const auto found = index_.find(element_id);
    if (found == index_.end()) return std::nullopt;
    return found->second;
}

std::string_view to_string(ElementKind kind)
{
    constexpr std::string_view names[] = {"start-event",
                                          "message-start-event",
                                          "timer-start-event",
                                          "error-start-event",
                                          "escalation-start-event",
                                          "end-event",
                                          "terminate-end-event",
                                          "error-end-event",
                                          "escalation-end-event",
                                          "message-end-event",
                                          "compensation-end-event",
                                          "user-task",
                                          "service-task",
                                          "script-task",
                                          "business-rule-task",
                                          "manual-task",
                                          "receive-task",
                                          "message-throw-event",
                                          "escalation-throw-event",
                                          "compensation-throw-event",
                                          "timer-catch-event",
                                          "boundary-timer",
                                          "boundary-message",
                                          "boundary-error",
                                          "boundary-escalation",
                                          "boundary-compensation",
                                          "exclusive-gateway",
                                          "parallel-gateway",
                                          "inclusive-gateway",
                                          "event-gateway",
                                          "sub-process",
                                          "event-sub-process",
                                          "call-activity"};
    return names[static_cast<std::size_t>(kind)];
}

}  // namespace engine::process
