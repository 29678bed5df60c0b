// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/workbench.h>

#include <algorithm>

namespace bank::catalog::internal {

namespace {

using engine::process::Actor;
using engine::process::Element;
using engine::process::ElementKind;

Mask mask_of(const std::string& name)
{
    if (name == "name") return Mask::name;
    if (name == "id-number") return Mask::id_number;
    if (name == "phone") return Mask::phone;
    if (name == "account") return Mask::account;
    if (name == "address") return Mask::address;
    if (name == "date") return Mask::date;
    return Mask::none;
}

TaskFacts read_task(const Node& node, std::vector<Finding>& findings)
{
    Fields fields{node, findings};
    TaskFacts task;
    task.name = fields.languages("name");
    for (const auto& [code, outcome_node] : fields.members("outcomes")) {
        Fields inner{outcome_node, findings};
        TaskOutcome outcome;
        outcome.name = inner.languages("name");
        outcome.style = inner.one_of("style", {"primary", "plain", "danger"});
        for (const Node& reason_node : inner.items("reasons")) {
            Fields reason{reason_node, findings};
            outcome.reasons.push_back({reason.text("code"), reason.languages("name")});
        }
        task.outcomes.emplace_back(code, std::move(outcome));
    }
    return task;
}

using Words = std::map<std::string, base::Text, std::less<>>;

base::Text text_of(const platform::json::Value& value)
{
    base::Text text;
    if (value.object() == nullptr) return text;
    for (const auto& [language, words] : *value.object()) {
        text.emplace(language, std::string{words.text_or()});
    }
    return text;
}

/// Adds the members of a list in a form: what `code` names, with its label.
void add_labels(const platform::json::Value& list, std::string_view code, Words& words)
{
    if (list.array() == nullptr) return;
    for (const auto& item : *list.array()) {
        words.emplace(std::string{item[code].text_or()}, text_of(item["label"]));
    }
}

/// What stands for the codes that a row may show: a map of texts; `review`, the reasons of the
/// decision tables; `id-card`, the labels of a section's fields; `details.purpose`, the options of
/// a field.
Words read_words(const Node& node, const Service& service, std::vector<Finding>& findings)
{
    Words words;
    for (const auto& [code, text] : node.members()) {
        words.emplace(code, read_languages(text, findings));
    }
    if (node.kind() != Node::Kind::scalar) return words;
    const std::string& source = node.text();
    if (source == "review") return service.review_reasons;
    const auto dot = source.find('.');
    if (const auto* section = service.form.section(source.substr(0, dot))) {
        const auto& fields = section->shown["fields"];
        if (dot == std::string::npos) add_labels(fields, "name", words);
        if (dot != std::string::npos && fields.array() != nullptr) {
            for (const auto& field : *fields.array()) {
                if (field["name"].text_or() == source.substr(dot + 1))
                    add_labels(field["options"], "value", words);
            }
        }
    }
    if (words.empty()) add(findings, node, "names nothing that has words: " + source);
    return words;
}

FactRow read_row(const Node& node, const Fields::Names& names, const Service& service,
                 std::vector<Finding>& findings)
{
    Fields fields{node, findings};
    FactRow row;
    row.label = fields.languages("label");
    if (const Node* words = fields.node("words")) row.words = read_words(*words, service, findings);
    row.value = fields.feel("value", names);
    row.state = fields.feel_if_given("state", names);
    row.score = fields.feel_if_given("score", names);
    row.threshold = fields.feel_if_given("threshold", names);
    const std::string mask = fields.text_or("mask", "none");
    row.mask = mask_of(mask);
    if (row.mask == Mask::none && mask != "none") fields.fault("mask", "is no way of masking");
    return row;
}

const TaskFacts* task_of(const Service& service, const std::string& code)
{
    const auto found = service.tasks.find(code);
    return found == service.tasks.end() ? nullptr : &found->second;
}

class Checker {
public:
    Checker(const Service& service, const Bank& bank, std::vector<Finding>& findings)
        : service_(service), bank_(bank), findings_(findings)
    {
    }

    void check(const Element& element)
    {
        if (element.actor == Actor::customer && service_.form.section(element.section) == nullptr) {
            fault(element, "form.json has no section \"" + element.section + "\"");
        }
        if (element.actor == Actor::staff) check_staff_task(element);
        if (element.operation == "message.send") check_message(element);
        if (!element.page.empty() && !service_.pages.contains(element.page)) {
            fault(element, "messages.yaml has no page \"" + element.page + "\"");
        }
        if (element.kind == ElementKind::script_task && element.script != nullptr) {
            check_reason(element);
        }
    }

private:
    void fault(const Element& element, const std::string& what)
    {
        findings_.push_back({service_.process_file, element.line,
                             "services/" + service_.code + ": " + element.id + ": " + what});
    }

    void check_staff_task(const Element& element)
    {
        const TaskFacts* task = task_of(service_, element.task);
        if (task == nullptr)
            return fault(element, "service.yaml has no task \"" + element.task + "\"");
        for (const auto& rule : element.outcomes) {
            const auto found =
                std::find_if(task->outcomes.begin(), task->outcomes.end(),
                             [&](const auto& outcome) { return outcome.first == rule.code; });
            if (found == task->outcomes.end()) {
                fault(element, "service.yaml does not name the outcome \"" + rule.code + "\"");
            } else if (rule.needs_reason && found->second.reasons.empty()) {
                fault(element,
                      "the outcome \"" + rule.code + "\" asks for a reason, but lists none");
            }
        }
        for (const auto& skill : element.skills) {
            if (!bank_.skills.contains(skill))
                fault(element, "there is no skill \"" + skill + "\"");
        }
        for (const auto& level : element.levels) {
            if (!level_of(level)) fault(element, "there is no level \"" + level + "\"");
        }
        for (const auto* roles : {&element.roles, &element.escalate_to}) {
            for (const auto& role : *roles) {
                if (!bank_.roles.contains(role))
                    fault(element, "there is no role \"" + role + "\"");
            }
        }
    }

    /// A message named by a constant must be there.
    void check_message(const Element& element)
    {
        for (const auto& input : element.inputs) {
            if (input.name != "message") continue;
            const auto* constant = input.value->constant();
            if (constant == nullptr || constant->string() == nullptr) continue;
            const std::string& code = *constant->string();
            if (!service_.messages.contains(code) && bank_.message(code) == nullptr) {
                fault(element, "messages.yaml has no message \"" + code + "\"");
            }
        }
    }

    /// A refusal named by a constant must have words.
    void check_reason(const Element& element)
    {
        const auto* constant = element.script->constant();
        if (element.result != "refusal" || constant == nullptr || constant->string() == nullptr)
            return;
        if (!service_.reasons.contains(*constant->string())) {
            fault(element, "messages.yaml has no words for the reason " + *constant->string());
        }
    }

    const Service& service_;
    const Bank& bank_;
    std::vector<Finding>& findings_;
};

}  // namespace

void read_workbench(Fields& fields, Service& service, const Bank&, std::vector<Finding>& findings)
{
    Fields::Names names;
    if (service.process != nullptr) names = service.process->variables();
    const bool known = service.process != nullptr;  // Else every name would be reported.
    if (known) service.customer_name = fields.feel_if_given("customer_name", names);
    fields.node("customer_name");
    for (const auto& [code, node] : fields.members("tasks")) {
        service.tasks.emplace(code, read_task(node, findings));
    }
    const auto& facts = fields.items("facts");
    const auto& evidence = fields.items("evidence");
    const auto& prompts = fields.items("prompts");
    if (!known) return;
    for (const Node& node : facts) {
        Fields inner{node, findings};
        FactGroup group;
        group.code = inner.text("group");
        group.title = inner.languages("title");
        for (const Node& row : inner.items("rows", true)) {
            group.rows.push_back(read_row(row, names, service, findings));
        }
        service.facts.push_back(std::move(group));
    }
    for (const Node& node : evidence) {
        Fields inner{node, findings};
        service.evidence.push_back(
            {inner.feel("id", names), inner.text("kind"), inner.languages("title")});
    }
    for (const Node& node : prompts) {
        Fields inner{node, findings};
        service.prompts.push_back({inner.feel("when", names),
                                   inner.one_of("level", {"info", "attention", "stop"}),
                                   inner.languages("text")});
    }
}

void check_process(const Service& service, const Bank& bank, std::vector<Finding>& findings)
{
    Checker checker{service, bank, findings};
    for (const Element& element : service.process->elements()) checker.check(element);
}

}  // namespace bank::catalog::internal
