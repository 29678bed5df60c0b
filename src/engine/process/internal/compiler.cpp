// SPDX-License-Identifier: Apache-2.0
// A BPMN file: what is declared in it, its process, and the elements one by one.
#include <engine/process/internal/compiler.h>

#include <algorithm>

namespace engine::process {

namespace {

constexpr std::string_view bpmn = "http://www.omg.org/spec/BPMN/20100524/MODEL";
constexpr std::string_view bpmn_diagram = "http://www.omg.org/spec/BPMN/20100524/DI";
constexpr std::string_view ours = "urn:yungui:bpmn:1";

using platform::xml::Node;

const std::map<std::string_view, ElementKind> kinds = {
    {"startEvent", ElementKind::start_event},
    {"endEvent", ElementKind::end_event},
    {"userTask", ElementKind::user_task},
    {"serviceTask", ElementKind::service_task},
    {"sendTask", ElementKind::service_task},
    {"scriptTask", ElementKind::script_task},
    {"businessRuleTask", ElementKind::business_rule_task},
    {"manualTask", ElementKind::manual_task},
    {"receiveTask", ElementKind::receive_task},
    {"intermediateCatchEvent", ElementKind::receive_task},
    {"intermediateThrowEvent", ElementKind::message_throw},
    {"boundaryEvent", ElementKind::boundary_error},
    {"exclusiveGateway", ElementKind::exclusive_gateway},
    {"parallelGateway", ElementKind::parallel_gateway},
    {"inclusiveGateway", ElementKind::inclusive_gateway},
    {"eventBasedGateway", ElementKind::event_gateway},
    {"subProcess", ElementKind::sub_process},
    {"callActivity", ElementKind::call_activity},
};

/// Attributes that an element may have beside id, name and yungui:name-zh. "a=b": with that value
/// only, which is what it means where it is not given.
const std::map<std::string_view, std::string_view> attributes = {
    {"definitions", "targetNamespace exporter exporterVersion xsi:schemaLocation"},
    {"process", "isExecutable isClosed=false processType=None"},
    {"message", ""},
    {"error", "errorCode"},
    {"escalation", "escalationCode"},
    {"sequenceFlow", "sourceRef targetRef"},
    {"conditionExpression", "xsi:type language=feel"},
    {"association", "sourceRef targetRef associationDirection"},
    {"textAnnotation", "textFormat"},
    {"laneSet", ""},
    {"lane", "yungui:role"},
    {"startEvent", "isInterrupting parallelMultiple=false yungui:result"},
    {"endEvent", "yungui:outcome yungui:page yungui:reason yungui:show"},
    {"boundaryEvent", "attachedToRef cancelActivity parallelMultiple=false yungui:result"},
    {"intermediateCatchEvent", "parallelMultiple=false yungui:result"},
    {"intermediateThrowEvent", ""},
    {"timerEventDefinition", ""},
    {"messageEventDefinition", "messageRef"},
    {"errorEventDefinition", "errorRef yungui:result"},
    {"escalationEventDefinition", "escalationRef"},
    {"compensateEventDefinition", "activityRef waitForCompletion=true"},
    {"terminateEventDefinition", ""},
    {"timeDuration", "xsi:type language=feel"},
    {"timeDate", "xsi:type language=feel"},
    {"timeCycle", "xsi:type language=feel"},
    {"userTask",
     "isForCompensation implementation=##unspecified startQuantity=1 completionQuantity=1"
     " yungui:result yungui:actor yungui:section yungui:task yungui:skill yungui:role"
     " yungui:level yungui:unit"
     " yungui:escalateTo yungui:dueAt yungui:dueIn yungui:dueInBusinessHours yungui:note"
     " yungui:remindBefore yungui:candidates yungui:excluded yungui:sendBackTo"
     " yungui:ownCases=allowed"},
    {"serviceTask",
     "isForCompensation implementation=##WebService startQuantity=1 completionQuantity=1"
     " yungui:result yungui:operation yungui:attempts"},
    {"sendTask",
     "isForCompensation implementation=##WebService startQuantity=1 completionQuantity=1"
     " messageRef yungui:result yungui:operation yungui:attempts"},
    {"scriptTask",
     "isForCompensation startQuantity=1 completionQuantity=1 scriptFormat yungui:result"},
    {"script", ""},
    {"businessRuleTask",
     "isForCompensation=false implementation=##unspecified startQuantity=1 completionQuantity=1"
     " yungui:result yungui:decision"},
    {"manualTask", "isForCompensation=false startQuantity=1 completionQuantity=1"},
    {"receiveTask",
     "isForCompensation=false implementation=##WebService startQuantity=1 completionQuantity=1"
     " instantiate=false messageRef yungui:result"},
    {"exclusiveGateway", "gatewayDirection default"},
    {"parallelGateway", "gatewayDirection"},
    {"inclusiveGateway", "gatewayDirection default"},
    {"eventBasedGateway", "gatewayDirection instantiate=false eventGatewayType=Exclusive"},
    {"subProcess",
     "isForCompensation=false startQuantity=1 completionQuantity=1 triggeredByEvent yungui:result"},
    {"callActivity",
     "isForCompensation=false startQuantity=1 completionQuantity=1 calledElement yungui:result"},
    {"multiInstanceLoopCharacteristics",
     "isSequential behavior=All yungui:collection yungui:item yungui:collect"},
    {"loopCardinality", "xsi:type language=feel"},
    {"completionCondition", "xsi:type language=feel"},
};

/// Whether `text`, words between blanks, has "name" or "name=value".
bool allows(std::string_view text, std::string_view name, std::string_view value)
{
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word == name) return true;
        if (word.size() == name.size() + 1 + value.size() && word.starts_with(name) &&
            word[name.size()] == '=' && word.ends_with(value))
            return true;
    }
    return false;
}

}  // namespace

bool is_bpmn(const Node& node, std::string_view local_name)
{
    return node.local_name() == local_name && node.namespace_uri() == bpmn;
}

bool is_ours(const Node& node)
{
    return node.namespace_uri() == ours;
}

bool is_remark(const Node& node)
{
    const std::string_view name = node.local_name();
    return node.namespace_uri() == bpmn &&
           (name == "documentation" || name == "incoming" || name == "outgoing" ||
            name == "extensionElements" || name == "textAnnotation" || name == "association");
}

std::string attribute_of(const Node& node, std::string_view name)
{
    return std::string{node.attribute(name).value_or("")};
}

void Compiler::fault(const Node& node, const std::string& what)
{
    // A file full of faults would else be told as often as it has lines.
    constexpr std::size_t most_findings = 200;
    if (findings_.size() >= most_findings) return;
    const std::string id = attribute_of(node, "id");
    findings_.push_back(
        {file_, node.line(),
         std::string{node.local_name()} + (id.empty() ? "" : " " + id) + ": " + what});
}

std::string Compiler::own(const Node& node, const std::string& name) const
{
    return attribute_of(node, "yungui:" + name);
}

base::Text Compiler::title_of(const Node& node) const
{
    const std::string name = attribute_of(node, "name");
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
    const std::size_t from = text.find_first_not_of(" \t\r\n");
    text = from == std::string::npos
               ? std::string{}
               : text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
    auto compiled = feel::compile(text, variables_);
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

/// Nothing that is written is ignored: an attribute that we do not know is refused.
void Compiler::check_attributes(const Node& node)
{
    const auto known = attributes.find(node.local_name());
    if (known == attributes.end()) return;
    for (const std::string_view name : node.attribute_names()) {
        if (name == "id" || name == "name" || name == "yungui:name-zh") continue;
        if (name == "xmlns" || name.starts_with("xmlns:")) continue;
        if (allows(known->second, name, node.attribute(name).value_or(""))) continue;
        fault(node, "the attribute " + std::string{name} + " is not known here, or not with \"" +
                        std::string{node.attribute(name).value_or("")} + "\"");
    }
}

std::optional<Node> Compiler::process_of(const Node& root)
{
    if (!is_bpmn(root, "definitions")) {
        fault(root, "this is no BPMN 2.0 file");
        return std::nullopt;
    }
    if (!root.namespace_of_prefix("yungui").empty() && root.namespace_of_prefix("yungui") != ours) {
        fault(root, "the prefix yungui must stand for " + std::string{ours});
        return std::nullopt;
    }
    check_attributes(root);
    std::vector<Node> processes;
    for (const Node& child : root.children()) {
        if (child.namespace_uri() == bpmn_diagram || is_remark(child)) continue;
        check_attributes(child);
        const std::string id = attribute_of(child, "id");
        if (is_bpmn(child, "message")) {
            messages_.emplace(id, attribute_of(child, "name"));
        } else if (is_bpmn(child, "error")) {
            errors_.emplace(id, attribute_of(child, "errorCode"));
        } else if (is_bpmn(child, "escalation")) {
            escalations_.emplace(id, attribute_of(child, "escalationCode"));
        } else if (is_bpmn(child, "process")) {
            processes.push_back(child);
        } else {
            fault(child, "is outside the profile");
        }
    }
    if (processes.size() == 1) return processes.front();
    fault(root, "there must be exactly one process");
    return std::nullopt;
}

void Compiler::read(const Node& root)
{
    const auto process = process_of(root);
    if (!process) return;
    definition_.id_ = attribute_of(*process, "id");
    definition_.name_ = attribute_of(*process, "name");
    read_process(*process);
    if (!parameters_.empty()) {
        fault(*process, "has parameters, so that it can only be called by another process");
    }
    definition_.variables_ = variables_;
}

void Compiler::add_variable(const Node& node, const std::string& name)
{
    if (name.empty()) return;
    if (name == "loop" || name == "compensated") {
        return fault(node, "\"" + name + "\" is a name that the engine gives");
    }
    constexpr std::size_t most_names = 2'000;
    if (variables_.size() > most_names) return;
    if (std::find(variables_.begin(), variables_.end(), name) != variables_.end()) return;
    variables_.push_back(name);
    if (variables_.size() > most_names) fault(node, "there are more than 2000 names by now");
}

void Compiler::collect_variables(const Node& node)
{
    add_variable(node, own(node, "result"));
    add_variable(node, own(node, "item"));
    for (const Node& child : node.children()) {
        if (is_ours(child) && child.local_name() == "out") {
            add_variable(child, attribute_of(child, "name"));
        }
        collect_variables(child);
    }
}

/// What whoever calls the process has to give.
void Compiler::read_parameters(const Node& process)
{
    const auto extensions = process.child("extensionElements");
    if (!extensions) return;
    for (const Node& child : extensions->children()) {
        const std::string name = attribute_of(child, "name");
        if (!is_ours(child) || child.local_name() != "parameter" || name.empty()) {
            fault(child, "is not known here");
            continue;
        }
        parameters_.push_back(name);
        add_variable(child, name);
    }
}

void Compiler::read_process(const Node& process)
{
    check_attributes(process);
    if (attribute_of(process, "isExecutable") != "true") fault(process, "must be executable");
    variables_ = {"case", "applicant", "service"};
    read_parameters(process);
    collect_variables(process);
    variables_.insert(variables_.end(), {"loop", "compensated"});
    read_flow_elements(process, call_);
    for (const Node& child : process.children()) {
        if (is_bpmn(child, "laneSet")) read_lanes(child);
    }
    if (elements().size() > Definition::most_elements) {
        return fault(process, "has, with what it calls, more than " +
                                  std::to_string(Definition::most_elements) + " elements");
    }
    connect();
    if (nodes_.empty()) return fault(process, "the process is empty");
    attach();
    resolve();
    check_starts(call_, process);
    check();
    if (findings_.empty()) measure_joins();
    std::erase(variables_, "loop");
    std::erase(variables_, "compensated");
}

void Compiler::read_flow_elements(const Node& container, std::optional<std::size_t> parent)
{
    for (const Node& child : container.children()) {
        if (elements().size() > Definition::most_elements) return;
        if (is_bpmn(child, "association")) {
            check_attributes(child);
            associations_.push_back(child);
        } else if (is_remark(child) || is_bpmn(child, "multiInstanceLoopCharacteristics")) {
            continue;
        } else if (is_bpmn(child, "laneSet") && parent == call_) {
            continue;
        } else if (is_bpmn(child, "sequenceFlow")) {
            check_attributes(child);
            flows_.push_back(
                {child, attribute_of(child, "sourceRef"), attribute_of(child, "targetRef")});
        } else if (is_bpmn(child, child.local_name()) && kinds.contains(child.local_name())) {
            read_node(child, parent);
        } else {
            fault(child, "is outside the profile");
        }
    }
}

void Compiler::check_ids(const Node& node, const std::string& id)
{
    // Also one that is wrong is known, for what names it while the rest is read.
    const bool is_new = index_.emplace(id, elements().size()).second;
    if (id.empty()) return fault(node, "needs an id");
    // The engine lists ids between blanks, and names those of calls "call/element".
    if (id.find_first_of(" /\t\r\n") != std::string::npos) fault(node, "the id is no XML name");
    if (!is_new) fault(node, "the id stands twice");
}

void Compiler::read_node(const Node& node, std::optional<std::size_t> parent)
{
    check_attributes(node);
    const std::size_t index = elements().size();
    const std::string id = attribute_of(node, "id");
    check_ids(node, id);
    nodes_.emplace(index, node);
    elements().emplace_back();  // Before what stands inside it.
    Element element;
    element.kind = kinds.at(node.local_name());
    element.id = prefix_ + id;
    element.title = title_of(node);
    element.line = node.line();
    element.parent = parent;
    if (const std::string name = attribute_of(node, "default"); !name.empty()) {
        defaults_[id] = name;
    }
    element.result = own(node, "result");
    switch (element.kind) {
        case ElementKind::start_event:
            read_start(node, element);
            break;
        case ElementKind::end_event:
            read_end(node, element);
            break;
        case ElementKind::boundary_error:
            attached_[id] = attribute_of(node, "attachedToRef");
            read_boundary(node, element);
            break;
        case ElementKind::receive_task:
            read_catch(node, element);
            break;
        case ElementKind::message_throw:
            read_throw(node, element);
            break;
        case ElementKind::exclusive_gateway:
        case ElementKind::parallel_gateway:
        case ElementKind::inclusive_gateway:
        case ElementKind::event_gateway:
            for (const Node& child : node.children()) {
                if (!is_remark(child)) fault(child, "is outside the profile");
            }
            break;
        default:
            read_activity(node, element);
            break;
    }
    read_extensions(node, element);
    definition_.index_.emplace(element.id, index);
    elements()[index] = std::move(element);
    if (elements()[index].kind == ElementKind::call_activity) read_call(node, index);
    if (elements()[index].kind == ElementKind::sub_process ||
        elements()[index].kind == ElementKind::event_sub_process) {
        read_flow_elements(node, index);
        check_starts(index, node);
    }
}

void Compiler::read_lanes(const Node& lane_set)
{
    check_attributes(lane_set);
    for (const Node& lane : lane_set.children()) {
        if (is_remark(lane)) continue;
        if (!is_bpmn(lane, "lane")) {
            fault(lane, "is outside the profile");
            continue;
        }
        check_attributes(lane);
        for (const Node& inner : lane.children("childLaneSet")) read_lanes(inner);
        for (const Node& child : lane.children()) {
            if (is_remark(child) || is_bpmn(child, "childLaneSet")) continue;
            if (!is_bpmn(child, "flowNodeRef")) {
                fault(child, "is outside the profile");
                continue;
            }
            const auto found = index_.find(child.text());
            if (found == index_.end()) {
                fault(lane, "names \"" + child.text() + "\", which is not there");
                continue;
            }
            Element& element = elements()[found->second];
            if (!element.lane.empty()) continue;  // A child lane was nearer.
            element.lane = attribute_of(lane, "name");
            if (element.lane.empty()) element.lane = attribute_of(lane, "id");
            if (element.actor == Actor::staff && element.roles.empty()) {
                element.roles = own_words(lane, "role");
            }
        }
    }
}

}  // namespace engine::process
