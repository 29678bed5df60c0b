// SPDX-License-Identifier: Apache-2.0
// Events of a BPMN file and what they are about: messages, times, errors, escalations,
// compensation.
#include <engine/process/internal/compiler.h>

namespace engine::process {

namespace {

using platform::xml::Node;

bool is_iso_duration(const std::string& text)
{
    return feel::parse_day_duration(text) || feel::parse_month_duration(text);
}

bool is_iso_repetition(const std::string& text)
{
    return text.size() > 1 && text[0] == 'R' && text.find('/') != std::string::npos;
}

std::string stripped(const std::string& text)
{
    const std::size_t from = text.find_first_not_of(" \t\r\n");
    if (from == std::string::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

}  // namespace

/// The one event definition of a node; more than one is a fault, none is not.
std::optional<Node> Compiler::event_definition(const Node& node)
{
    std::optional<Node> found;
    for (const Node& child : node.children()) {
        if (is_remark(child)) continue;
        const std::string_view name = child.local_name();
        if (!is_bpmn(child, name) || !name.ends_with("EventDefinition")) {
            fault(child, "is outside the profile");
        } else if (found) {
            fault(child, "an event has one definition");
        } else {
            check_attributes(child);
            found = child;
        }
    }
    return found;
}

/// A FEEL expression, or a date, a duration or a repetition of ISO 8601 as it stands.
ExpressionPtr Compiler::compile_time(const Node& node)
{
    check_attributes(node);
    const std::string text = stripped(node.text());
    if (is_iso_duration(text)) return compile(node, "duration(\"" + text + "\")");
    if (feel::parse_date_time(text)) return compile(node, "date and time(\"" + text + "\")");
    if (feel::parse_date(text)) return compile(node, "date(\"" + text + "\")");
    if (is_iso_repetition(text)) return compile(node, "\"" + text + "\"");
    return compile(node, text);
}

void Compiler::read_timer(const Node& definition, Element& element)
{
    int given = 0;
    for (const Node& child : definition.children()) {
        if (is_remark(child)) continue;
        ++given;
        if (is_bpmn(child, "timeDuration")) {
            element.duration = compile_time(child);
        } else if (is_bpmn(child, "timeDate")) {
            element.time = compile_time(child);
        } else if (is_bpmn(child, "timeCycle")) {
            const bool again = element.kind == ElementKind::timer_start || !element.interrupting;
            if (!again) {
                fault(child, "repeats, where a timer can fire only once");
            }
            element.cycle = compile_time(child);
        } else {
            fault(child, "is outside the profile");
        }
    }
    if (given != 1) fault(definition, "needs one of timeDuration, timeDate and timeCycle");
}

void Compiler::read_message(const Node& owner, Element& element)
{
    const auto message = messages_.find(attribute_of(owner, "messageRef"));
    if (message == messages_.end() || message->second.empty()) {
        return fault(owner, "names no message of this file");
    }
    element.message = message->second;
}

/// The code of the error or escalation that a definition names; where none is named, all.
void Compiler::read_code(const Node& definition, const std::map<std::string, std::string>& codes,
                         Element& element, bool needed)
{
    const bool error = is_bpmn(definition, "errorEventDefinition");
    const std::string what = error ? "error" : "escalation";
    const std::string reference = attribute_of(definition, what + "Ref");
    const auto code = codes.find(reference);
    if (code != codes.end() && (!code->second.empty() || !needed)) {
        element.error_code = code->second.empty() ? "*" : code->second;
    } else if (!reference.empty() || needed) {
        fault(definition, "names no " + what + " of this file with a code");
    } else {
        element.error_code = "*";
    }
    if (element.result.empty()) element.result = own(definition, "result");
}

void Compiler::read_start(const Node& node, Element& element)
{
    element.interrupting = attribute_of(node, "isInterrupting") != "false";
    const auto definition = event_definition(node);
    const bool handler =
        element.parent && elements()[*element.parent].kind == ElementKind::event_sub_process;
    if (!definition) {
        if (!element.interrupting) fault(node, "interrupts nothing");
        return;
    }
    if (is_bpmn(*definition, "messageEventDefinition")) {
        element.kind = ElementKind::message_start;
        read_message(*definition, element);
    } else if (is_bpmn(*definition, "timerEventDefinition")) {
        element.kind = ElementKind::timer_start;
        read_timer(*definition, element);
        if (handler && element.interrupting && element.cycle != nullptr) {
            fault(*definition, "repeats, where a timer can fire only once");
        }
    } else if (handler && is_bpmn(*definition, "errorEventDefinition")) {
        element.kind = ElementKind::error_start;
        read_code(*definition, errors_, element, false);
        if (!element.interrupting) fault(node, "an error event interrupts");
    } else if (handler && is_bpmn(*definition, "escalationEventDefinition")) {
        element.kind = ElementKind::escalation_start;
        read_code(*definition, escalations_, element, false);
    } else {
        fault(*definition, "is outside the profile here");
    }
    if (!handler && element.parent != call_) {
        fault(*definition, "an embedded sub-process begins without event");
    } else if (!handler && call_) {
        fault(*definition, "a called process begins without event");
    }
}

void Compiler::read_end(const Node& node, Element& element)
{
    if (const auto definition = event_definition(node)) {
        if (is_bpmn(*definition, "terminateEventDefinition")) {
            element.kind = ElementKind::terminate_end_event;
        } else if (is_bpmn(*definition, "errorEventDefinition")) {
            element.kind = ElementKind::error_end_event;
            read_code(*definition, errors_, element, true);
        } else if (is_bpmn(*definition, "escalationEventDefinition")) {
            element.kind = ElementKind::escalation_end_event;
            read_code(*definition, escalations_, element, true);
        } else if (is_bpmn(*definition, "messageEventDefinition")) {
            element.kind = ElementKind::message_end_event;
            read_message(*definition, element);
        } else if (is_bpmn(*definition, "compensateEventDefinition")) {
            element.kind = ElementKind::compensation_end_event;
            const std::string only = attribute_of(*definition, "activityRef");
            if (!only.empty()) undo_only_.push_back({index_.at(attribute_of(node, "id")), only});
        } else {
            fault(*definition, "is outside the profile");
        }
    }
    element.outcome = own(node, "outcome");
    element.page = own(node, "page");
    element.reason = own_expression(node, "reason");
    element.show = own_expression(node, "show");
    const bool tells = !element.outcome.empty() || !element.page.empty() ||
                       element.reason != nullptr || element.show != nullptr;
    std::optional<std::size_t> around = element.parent;
    while (around != call_ && around &&
           elements()[*around].kind == ElementKind::event_sub_process) {
        around = elements()[*around].parent;
    }
    if (tells && around != call_) {
        fault(node, "only ends of the process itself say how it ended");
    }
}

void Compiler::read_boundary(const Node& node, Element& element)
{
    element.interrupting = attribute_of(node, "cancelActivity") != "false";
    const auto definition = event_definition(node);
    if (!definition) return fault(node, "needs one event definition");
    if (is_bpmn(*definition, "timerEventDefinition")) {
        element.kind = ElementKind::boundary_timer;
        read_timer(*definition, element);
    } else if (is_bpmn(*definition, "messageEventDefinition")) {
        element.kind = ElementKind::boundary_message;
        read_message(*definition, element);
    } else if (is_bpmn(*definition, "errorEventDefinition")) {
        read_code(*definition, errors_, element, false);
        if (!element.interrupting) fault(node, "an error event interrupts");
    } else if (is_bpmn(*definition, "escalationEventDefinition")) {
        element.kind = ElementKind::boundary_escalation;
        read_code(*definition, escalations_, element, false);
    } else if (is_bpmn(*definition, "compensateEventDefinition")) {
        element.kind = ElementKind::boundary_compensation;
    } else {
        fault(*definition, "is outside the profile");
    }
}

/// receiveTask and intermediateCatchEvent.
void Compiler::read_catch(const Node& node, Element& element)
{
    if (is_bpmn(node, "receiveTask")) {
        read_message(node, element);
        return read_loop(node, element);
    }
    const auto definition = event_definition(node);
    if (!definition) return fault(node, "needs one event definition");
    if (is_bpmn(*definition, "timerEventDefinition")) {
        element.kind = ElementKind::timer_catch_event;
        read_timer(*definition, element);
    } else if (is_bpmn(*definition, "messageEventDefinition")) {
        read_message(*definition, element);
    } else {
        fault(*definition, "is outside the profile");
    }
}

void Compiler::read_throw(const Node& node, Element& element)
{
    const auto definition = event_definition(node);
    if (!definition) return fault(node, "needs one event definition");
    if (is_bpmn(*definition, "messageEventDefinition")) {
        read_message(*definition, element);
    } else if (is_bpmn(*definition, "escalationEventDefinition")) {
        element.kind = ElementKind::escalation_throw;
        read_code(*definition, escalations_, element, true);
    } else if (is_bpmn(*definition, "compensateEventDefinition")) {
        element.kind = ElementKind::compensation_throw;
        const std::string only = attribute_of(*definition, "activityRef");
        if (!only.empty()) undo_only_.push_back({index_.at(attribute_of(node, "id")), only});
    } else {
        fault(*definition, "is outside the profile");
    }
}

}  // namespace engine::process
