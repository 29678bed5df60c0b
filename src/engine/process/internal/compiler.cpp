// SPDX-License-Identifier: Apache-2.0
// Elements of a BPMN file, one by one.
#include <engine/process/internal/compiler.h>

#include <algorithm>
#include <set>

namespace engine::process {

namespace {

constexpr std::string_view bpmn = "http://www.omg.org/spec/BPMN/20100524/MODEL";
constexpr std::string_view bpmn_diagram = "http://www.omg.org/spec/BPMN/20100524/DI";
constexpr std::string_view ours = "urn:yungui:bpmn:1";

using platform::xml::Node;

std::string attribute(const Node& node, std::string_view name)
{
    return std::string{node.attribute(name).value_or("")};
}

std::string trimmed(const std::string& text)
{
    const std::size_t from = text.find_first_not_of(" \t\r\n");
    if (from == std::string::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

const std::map<std::string_view, ElementKind> kinds = {
    {"startEvent", ElementKind::start_event},
    {"endEvent", ElementKind::end_event},
    {"userTask", ElementKind::user_task},
    {"serviceTask", ElementKind::service_task},
    {"sendTask", ElementKind::service_task},
    {"scriptTask", ElementKind::script_task},
    {"businessRuleTask", ElementKind::business_rule_task},
    {"receiveTask", ElementKind::receive_task},
    {"intermediateCatchEvent", ElementKind::receive_task},
    {"boundaryEvent", ElementKind::boundary_error},
    {"exclusiveGateway", ElementKind::exclusive_gateway},
    {"parallelGateway", ElementKind::parallel_gateway},
};

/// What may stand inside any element and says nothing that is not said elsewhere.
bool is_remark(const Node& node)
{
    const std::string_view name = node.local_name();
    return node.namespace_uri() == bpmn &&
           (name == "documentation" || name == "incoming" || name == "outgoing" ||
            name == "extensionElements" || name == "textAnnotation" || name == "association");
}

}  // namespace

void Compiler::fault(const Node& node, const std::string& what)
{
    const std::string id = attribute(node, "id");
    findings_.push_back(
        {file_, node.line(),
         std::string{node.local_name()} + (id.empty() ? "" : " " + id) + ": " + what});
}

std::string Compiler::own(const Node& node, const std::string& name) const
{
    return attribute(node, "yungui:" + name);
}

base::Text Compiler::title_of(const Node& node) const
{
    const std::string name = attribute(node, "name");
    if (name.empty()) return {};
    const std::string chinese = own(node, "name-zh");
    return {{"zh", chinese.empty() ? name : chinese}, {"en", name}};
}

std::vector<std::string> Compiler::own_words(const Node& node, const std::string& name) const
{
    std::vector<std::string> words;
    const std::string text = own(node, name);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

ExpressionPtr Compiler::compile(const Node& node, std::string text)
{
    text = trimmed(text);
    auto compiled = feel::compile(text, definition_->variables_);
    if (!compiled) {
        fault(node, "FEEL: " + compiled.error().detail);
        return nullptr;
    }
    return std::make_shared<const feel::Expression>(std::move(compiled).value());
}

ExpressionPtr Compiler::own_expression(const Node& node, const std::string& name)
{
    const std::string text = own(node, name);
    return text.empty() ? nullptr : compile(node, text);
}

void Compiler::read(const Node& root, std::shared_ptr<const Decisions> decisions)
{
    definition_->decisions_ = std::move(decisions);
    if (root.local_name() != "definitions" || root.namespace_uri() != bpmn) {
        return fault(root, "this is no BPMN 2.0 file");
    }
    if (!root.namespace_of_prefix("yungui").empty() && root.namespace_of_prefix("yungui") != ours) {
        return fault(root, "the prefix yungui must stand for " + std::string{ours});
    }
    std::vector<Node> processes;
    for (const Node& child : root.children()) {
        if (child.namespace_uri() == bpmn_diagram || is_remark(child)) continue;
        if (child.namespace_uri() == bpmn && child.local_name() == "message") {
            messages_.emplace(attribute(child, "id"), attribute(child, "name"));
        } else if (child.namespace_uri() == bpmn && child.local_name() == "error") {
            errors_.emplace(attribute(child, "id"), attribute(child, "errorCode"));
        } else if (child.namespace_uri() == bpmn && child.local_name() == "process") {
            processes.push_back(child);
        } else {
            fault(child, "is outside the profile");
        }
    }
    if (processes.size() != 1) return fault(root, "there must be exactly one process");
    read_process(processes.front());
}

void Compiler::collect_variables(const Node& node)
{
    auto& names = definition_->variables_;
    const auto add = [&names](const std::string& name) {
        if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    };
    add(own(node, "result"));
    for (const Node& child : node.children()) {
        if (child.namespace_uri() == ours && child.local_name() == "out")
            add(attribute(child, "name"));
        collect_variables(child);
    }
}

void Compiler::read_process(const Node& process)
{
    definition_->id_ = attribute(process, "id");
    definition_->name_ = attribute(process, "name");
    if (attribute(process, "isExecutable") != "true") fault(process, "must be executable");
    definition_->variables_ = {"case", "applicant", "service"};
    collect_variables(process);
    for (const Node& child : process.children()) {
        if (is_remark(child)) continue;
        if (child.namespace_uri() == bpmn && child.local_name() == "sequenceFlow") {
            flows_.push_back({child, attribute(child, "sourceRef"), attribute(child, "targetRef")});
        } else if (child.namespace_uri() == bpmn && kinds.contains(child.local_name())) {
            read_node(child);
        } else {
            fault(child, "is outside the profile");
        }
    }
    connect();
    attach();
    check();
}

void Compiler::read_node(const Node& node)
{
    Element element;
    element.kind = kinds.at(node.local_name());
    element.id = attribute(node, "id");
    element.title = title_of(node);
    element.line = node.line();
    if (element.id.empty()) fault(node, "needs an id");
    if (!index_.emplace(element.id, definition_->elements_.size()).second) {
        fault(node, "the id stands twice");
    }
    if (const std::string name = attribute(node, "default"); !name.empty()) {
        defaults_[element.id] = name;
    }
    element.result = own(node, "result");
    read_extensions(node, element);
    switch (element.kind) {
        case ElementKind::start_event:
        case ElementKind::end_event:
        case ElementKind::boundary_error:
            read_event(node, element);
            break;
        case ElementKind::receive_task:
            read_receive(node, element);
            break;
        case ElementKind::exclusive_gateway:
        case ElementKind::parallel_gateway:
            for (const Node& child : node.children()) {
                if (!is_remark(child)) fault(child, "is outside the profile");
            }
            break;
        default:
            read_activity(node, element);
            break;
    }
    definition_->elements_.push_back(std::move(element));
    nodes_.push_back(node);
}

void Compiler::read_extensions(const Node& node, Element& element)
{
    const auto extensions = node.child("extensionElements");
    if (!extensions) return;
    std::set<std::string> inputs;
    for (const Node& child : extensions->children()) {
        const std::string_view name = child.local_name();
        if (child.namespace_uri() != ours) {
            fault(child, "is not known here");
        } else if (name == "in" && element.kind == ElementKind::service_task) {
            if (!inputs.insert(attribute(child, "name")).second) fault(child, "is given twice");
            element.inputs.push_back({attribute(child, "name"), compile(child, child.text())});
        } else if (name == "out") {
            element.outputs.push_back({attribute(child, "name"), compile(child, child.text())});
        } else if (name == "correlation" && element.kind == ElementKind::receive_task) {
            element.correlation = compile(child, child.text());
        } else if (name == "outcome" && element.kind == ElementKind::user_task) {
            const std::string needs = attribute(child, "needs");
            if (!needs.empty() && needs != "reason" && needs != "comment") {
                fault(child, "\"needs\" is reason or comment");
            }
            const std::string when = attribute(child, "when");
            element.outcomes.push_back({attribute(child, "code"),
                                        when.empty() ? nullptr : compile(child, when),
                                        needs == "reason", needs == "comment"});
        } else {
            fault(child, "is not known here");
        }
    }
}

void Compiler::read_timer(const Node& definition, Element& element)
{
    for (const Node& child : definition.children()) {
        if (child.local_name() == "timeDuration") {
            element.duration = compile(child, child.text());
        } else if (child.local_name() == "timeDate") {
            element.time = compile(child, child.text());
        } else {
            fault(child, "is outside the profile");
        }
    }
    if ((definition.child("timeDuration").has_value()) ==
        (definition.child("timeDate").has_value())) {
        fault(definition, "needs either timeDuration or timeDate");
    }
}

void Compiler::read_message(const std::string& reference, const Node& node, Element& element)
{
    const auto message = messages_.find(reference);
    if (message == messages_.end() || message->second.empty()) {
        return fault(node, "names no message of this file");
    }
    element.message = message->second;
}

void Compiler::read_event(const Node& node, Element& element)
{
    const bool boundary = node.local_name() == "boundaryEvent";
    if (boundary) {
        attached_[element.id] = attribute(node, "attachedToRef");
        element.interrupting = attribute(node, "cancelActivity") != "false";
    }
    int definitions = 0;
    for (const Node& child : node.children()) {
        if (is_remark(child)) continue;
        ++definitions;
        const std::string_view name = child.local_name();
        if (boundary && name == "timerEventDefinition") {
            element.kind = ElementKind::boundary_timer;
            read_timer(child, element);
        } else if (boundary && name == "errorEventDefinition") {
            const auto code = errors_.find(attribute(child, "errorRef"));
            element.error_code = code == errors_.end() ? "*" : code->second;
            element.result = own(child, "result");
        } else if (element.kind == ElementKind::end_event && name == "terminateEventDefinition") {
            element.kind = ElementKind::terminate_end_event;
        } else if (element.kind == ElementKind::end_event && name == "errorEventDefinition") {
            element.kind = ElementKind::error_end_event;
            const auto code = errors_.find(attribute(child, "errorRef"));
            if (code == errors_.end()) fault(child, "names no error of this file");
            if (code != errors_.end()) element.error_code = code->second;
        } else {
            fault(child, "is outside the profile");
        }
    }
    if (definitions > 1 || (boundary && definitions == 0))
        fault(node, "needs one event definition");
    if (boundary && element.kind == ElementKind::boundary_error && !element.interrupting) {
        fault(node, "an error event interrupts");
    }
    element.outcome = own(node, "outcome");
    element.page = own(node, "page");
    element.reason = own_expression(node, "reason");
    element.show = own_expression(node, "show");
}

void Compiler::read_receive(const Node& node, Element& element)
{
    std::string reference = attribute(node, "messageRef");
    int definitions = node.local_name() == "receiveTask" ? 1 : 0;
    for (const Node& child : node.children()) {
        if (is_remark(child)) continue;
        const bool catches = node.local_name() == "intermediateCatchEvent";
        if (catches && child.local_name() == "timerEventDefinition") {
            element.kind = ElementKind::timer_catch_event;
            read_timer(child, element);
        } else if (catches && child.local_name() == "messageEventDefinition") {
            reference = attribute(child, "messageRef");
        } else {
            fault(child, "is outside the profile");
        }
        ++definitions;
    }
    if (definitions != 1) return fault(node, "needs one event definition");
    if (element.kind == ElementKind::timer_catch_event) return;
    read_message(reference, node, element);
    if (element.correlation == nullptr) fault(node, "needs a yungui:correlation");
}

void Compiler::read_activity(const Node& node, Element& element)
{
    for (const Node& child : node.children()) {
        const bool script =
            element.kind == ElementKind::script_task && child.local_name() == "script";
        if (!is_remark(child) && !script) fault(child, "is outside the profile");
    }
    if (element.kind == ElementKind::user_task) {
        read_user_task(node, element);
    } else if (element.kind == ElementKind::service_task) {
        element.operation = own(node, "operation");
        if (element.operation.empty()) fault(node, "needs a yungui:operation");
    } else if (element.kind == ElementKind::script_task) {
        const auto script = node.child("script");
        if (attribute(node, "scriptFormat") != "feel") fault(node, "scriptFormat must be feel");
        if (!script) return fault(node, "needs a script");
        element.script = compile(*script, script->text());
        if (element.result.empty()) fault(node, "needs a yungui:result");
    } else if (element.kind == ElementKind::business_rule_task) {
        element.decision = own(node, "decision");
        if (element.result.empty()) fault(node, "needs a yungui:result");
        if (definition_->decisions_ == nullptr || !definition_->decisions_->has(element.decision)) {
            fault(node, "there is no decision \"" + element.decision + "\"");
        }
    }
}

void Compiler::read_user_task(const Node& node, Element& element)
{
    const std::string actor = own(node, "actor");
    element.actor = actor == "customer" ? Actor::customer : Actor::staff;
    if (actor != "customer" && actor != "staff") fault(node, "yungui:actor is customer or staff");
    element.section = own(node, "section");
    element.task = own(node, "task");
    element.skills = own_words(node, "skill");
    element.roles = own_words(node, "role");
    element.escalate_to = own_words(node, "escalateTo");
    element.due_at = own_expression(node, "dueAt");
    element.due_in = own_expression(node, "dueIn");
    element.due_in_business_hours = own_expression(node, "dueInBusinessHours");
    element.note = own_expression(node, "note");
    if (element.actor == Actor::customer && element.section.empty()) {
        fault(node, "a customer's task needs a yungui:section");
    }
    if (element.actor == Actor::staff && (element.task.empty() || element.outcomes.empty())) {
        fault(node, "a staff task needs a yungui:task and outcomes");
    }
    const int deadlines = (element.due_at != nullptr) + (element.due_in != nullptr) +
                          (element.due_in_business_hours != nullptr);
    if (deadlines > 1) fault(node, "has more than one deadline");
    if (deadlines == 0 && !element.escalate_to.empty()) fault(node, "escalates without a deadline");
}

}  // namespace engine::process
