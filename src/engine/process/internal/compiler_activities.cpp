// SPDX-License-Identifier: Apache-2.0
// Activities of a BPMN file, what we add to elements, and calls.
#include <engine/process/internal/compiler.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace engine::process {

namespace {

using platform::xml::Node;

bool is_message_thrower(ElementKind kind)
{
    return kind == ElementKind::message_throw || kind == ElementKind::message_end_event;
}

bool is_message_catcher(ElementKind kind)
{
    return kind == ElementKind::receive_task || kind == ElementKind::boundary_message;
}

/// What `yungui:NAME` may stand in an element of that kind.
bool takes_extension(const Element& element, std::string_view name)
{
    const ElementKind kind = element.kind;
    if (name == "in") {
        return kind == ElementKind::service_task || kind == ElementKind::call_activity;
    }
    if (name == "out") return !is_start(kind) && !is_end(kind) && !is_gateway(kind);
    if (name == "outcome") return kind == ElementKind::user_task;
    if (name == "content") return is_message_thrower(kind);
    if (name != "correlation") return false;
    const bool handler_start = kind == ElementKind::message_start && element.parent;
    return is_message_catcher(kind) || is_message_thrower(kind) || handler_start;
}

}  // namespace

void Compiler::read_extensions(const Node& node, Element& element)
{
    std::set<std::string> inputs;
    std::vector<Node> given;
    if (const auto extensions = node.child("extensionElements")) given = extensions->children();
    for (const Node& child : given) {
        const std::string name{child.local_name()};
        if (!is_ours(child) || !takes_extension(element, name)) {
            fault(child, "is not known here");
        } else if (name == "in") {
            if (!inputs.insert(attribute_of(child, "name")).second) fault(child, "is given twice");
            element.inputs.push_back({attribute_of(child, "name"), compile(child, child.text())});
        } else if (name == "out") {
            if (attribute_of(child, "name").empty()) fault(child, "needs a name");
            element.outputs.push_back({attribute_of(child, "name"), compile(child, child.text())});
        } else if (name == "correlation") {
            element.correlation = compile(child, child.text());
        } else if (name == "content") {
            element.content = compile(child, child.text());
        } else {
            const std::string needs = attribute_of(child, "needs");
            if (!needs.empty() && needs != "reason" && needs != "comment") {
                fault(child, "\"needs\" is reason or comment");
            }
            const std::string when = attribute_of(child, "when");
            const std::string amount = attribute_of(child, "amount");
            element.outcomes.push_back({attribute_of(child, "code"),
                                        when.empty() ? nullptr : compile(child, when),
                                        amount.empty() ? nullptr : compile(child, amount),
                                        needs == "reason", needs == "comment"});
        }
    }
    const bool correlates =
        !element.message.empty() && (element.kind != ElementKind::message_start || element.parent);
    if (correlates && element.correlation == nullptr) fault(node, "needs a yungui:correlation");
    if (element.kind == ElementKind::user_task && element.actor == Actor::staff &&
        element.outcomes.empty()) {
        fault(node, "a staff task needs outcomes");
    }
}

void Compiler::read_activity(const Node& node, Element& element)
{
    const bool container = element.kind == ElementKind::sub_process;
    for (const Node& child : node.children()) {
        const bool script = element.kind == ElementKind::script_task && is_bpmn(child, "script");
        const bool loop = is_bpmn(child, "multiInstanceLoopCharacteristics");
        if (!container && !script && !loop && !is_remark(child)) {
            fault(child, "is outside the profile");
        }
    }
    element.undoes = attribute_of(node, "isForCompensation") == "true";
    read_work(node, element);
    read_loop(node, element);
}

void Compiler::read_work(const Node& node, Element& element)
{
    if (element.kind == ElementKind::user_task) {
        read_user_task(node, element);
    } else if (element.kind == ElementKind::service_task) {
        element.operation = own(node, "operation");
        if (element.operation.empty() && is_bpmn(node, "sendTask")) {
            element.kind = ElementKind::message_throw;
            return read_message(node, element);
        }
        if (!attribute_of(node, "messageRef").empty()) {
            fault(node, "names a message beside its yungui:operation");
        }
        if (element.operation.empty()) fault(node, "needs a yungui:operation");
        const std::string attempts = own(node, "attempts");
        const auto* end = attempts.data() + attempts.size();
        const auto read = std::from_chars(attempts.data(), end, element.attempts);
        if (!attempts.empty() &&
            (read.ptr != end || element.attempts < 1 || element.attempts > 20)) {
            fault(node, "yungui:attempts is a number from 1 to 20");
        }
    } else if (element.kind == ElementKind::script_task) {
        const auto script = node.child("script");
        if (attribute_of(node, "scriptFormat") != "feel") fault(node, "scriptFormat must be feel");
        if (!script) return fault(node, "needs a script");
        element.script = compile(*script, script->text());
        if (element.result.empty()) fault(node, "needs a yungui:result");
    } else if (element.kind == ElementKind::business_rule_task) {
        element.decision = own(node, "decision");
        if (element.result.empty()) fault(node, "needs a yungui:result");
        if (definition_.decisions_ == nullptr || !definition_.decisions_->has(element.decision)) {
            fault(node, "there is no decision \"" + element.decision + "\"");
        }
    } else if (element.kind == ElementKind::sub_process) {
        if (attribute_of(node, "triggeredByEvent") == "true") {
            element.kind = ElementKind::event_sub_process;
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
    element.levels = own_words(node, "level");
    element.escalate_to = own_words(node, "escalateTo");
    element.due_at = own_expression(node, "dueAt");
    element.due_in = own_expression(node, "dueIn");
    element.due_in_business_hours = own_expression(node, "dueInBusinessHours");
    element.remind_before = own_expression(node, "remindBefore");
    element.note = own_expression(node, "note");
    element.unit = own_expression(node, "unit");
    element.candidates = own_expression(node, "candidates");
    element.excluded = own_expression(node, "excluded");
    element.own_cases = own(node, "ownCases") == "allowed";
    for (const std::string& id : own_words(node, "sendBackTo")) {
        send_back_.push_back({index_.at(attribute_of(node, "id")), id});
    }
    if (element.actor == Actor::customer && element.section.empty()) {
        fault(node, "a customer's task needs a yungui:section");
    }
    if (element.actor == Actor::staff && element.task.empty()) {
        fault(node, "a staff task needs a yungui:task");
    }
    const int deadlines = (element.due_at != nullptr) + (element.due_in != nullptr) +
                          (element.due_in_business_hours != nullptr);
    if (deadlines > 1) fault(node, "has more than one deadline");
    if (deadlines == 0 && !element.escalate_to.empty()) fault(node, "escalates without a deadline");
    if (deadlines == 0 && element.remind_before != nullptr) {
        fault(node, "reminds without a deadline");
    }
}

void Compiler::read_loop(const Node& node, Element& element)
{
    const auto given = node.child("multiInstanceLoopCharacteristics");
    if (!given) return;
    check_attributes(*given);
    Loop loop;
    loop.sequential = attribute_of(*given, "isSequential") == "true";
    loop.items = own_expression(*given, "collection");
    loop.item = own(*given, "item");
    loop.collect = own_expression(*given, "collect");
    for (const Node& child : given->children()) {
        check_attributes(child);
        if (is_bpmn(child, "loopCardinality")) {
            loop.cardinality = compile(child, child.text());
        } else if (is_bpmn(child, "completionCondition")) {
            loop.until = compile(child, child.text());
        } else if (!is_remark(child)) {
            fault(child, "is outside the profile");
        }
    }
    if ((loop.items == nullptr) == (loop.cardinality == nullptr)) {
        fault(*given, "needs either yungui:collection or loopCardinality");
    }
    if (!loop.item.empty() && loop.items == nullptr) fault(*given, "names items of no collection");
    if (element.undoes || element.kind == ElementKind::event_sub_process) {
        fault(*given, "cannot stand here");
    }
    if (element.kind == ElementKind::sub_process && !element.result.empty() &&
        loop.collect == nullptr) {
        fault(*given, "needs a yungui:collect, since there is a result");
    }
    element.loop = std::move(loop);
}

/// Reads the called process into the definition, inside the call.
void Compiler::read_call(const Node& node, std::size_t index)
{
    const std::string name = attribute_of(node, "calledElement");
    if (name.empty()) return fault(node, "needs a calledElement");
    if (std::find(calling_.begin(), calling_.end(), name) != calling_.end()) {
        return fault(node, "calls \"" + name + "\", which calls this");
    }
    if (calling_.size() >= Definition::most_calls) return fault(node, "calls too deep");
    const auto file = called_ == nullptr ? std::nullopt : called_(name);
    if (!file) return fault(node, "there is no process \"" + name + "\" to call");
    const auto document = platform::xml::Document::parse(file->xml, file->name);
    if (!document) return fault(node, document.error().detail);
    Compiler inner{file->name, definition_, findings_, called_};
    inner.prefix_ = elements()[index].id + "/";
    inner.call_ = index;
    inner.calling_ = calling_;
    inner.calling_.push_back(name);
    if (const auto process = inner.process_of(document.value().root())) {
        inner.read_process(*process);
    }
    std::vector<std::string> missing = inner.parameters_;
    for (const Mapping& input : elements()[index].inputs) {
        if (std::erase(missing, input.name) == 0) {
            fault(node, "\"" + name + "\" has no parameter \"" + input.name + "\"");
        }
    }
    for (const std::string& parameter : missing) {
        fault(node, "\"" + name + "\" needs a yungui:in \"" + parameter + "\"");
    }
}

std::vector<std::string> called_processes(std::string_view xml)
{
    std::vector<std::string> names;
    const auto document = platform::xml::Document::parse(xml, "");
    if (!document) return names;
    std::vector<Node> open{document.value().root()};
    while (!open.empty()) {
        const Node at = open.back();
        open.pop_back();
        for (const Node& child : at.children()) open.push_back(child);
        if (!is_bpmn(at, "callActivity")) continue;
        const std::string name = attribute_of(at, "calledElement");
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

}  // namespace engine::process
