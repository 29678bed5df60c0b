// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/form.h>
#include <bank/catalog/internal/fields.h>
#include <engine/process/convert.h>

#include <algorithm>

namespace bank::catalog {

namespace {

using internal::Fields;
using internal::Node;
namespace feel = engine::feel;
namespace json = platform::json;

const std::vector<std::string> widgets = {"form",    "id-card",     "face",   "password", "passkey",
                                          "confirm", "appointment", "result", "proof"};
const std::vector<std::string> inputs = {
    "text", "long-text", "number", "money",     "date",           "choice", "choices",
    "slot", "account",   "switch", "agreement", "account-number", "phone",  "region",
    "pin",  "sms-code",  "file",   "group",     "summary"};
/// What the fields of a group may be: plain values that stand in one card.
const std::vector<std::string> inner_inputs = {
    "text", "long-text", "number", "money", "date", "choice", "switch", "phone", "account-number"};
/// What a field may be chosen from that only the running bank knows.
const std::vector<std::string> sources = {"branches", "accounts", "cards",
                                          "days",     "goods",    "letters"};

void read_options(Fields& field, const std::string& name, FormSection& section,
                  std::vector<platform::config::Finding>& findings)
{
    for (const Node& node : field.items("options")) {
        Fields option{node, findings};
        const std::string value = option.text("value");
        section.options[name].emplace(value, option.languages("label"));
        option.languages_or_empty("hint");
    }
}

void read_agreement(Fields& field, const std::string& name, FormSection& section,
                    std::vector<platform::config::Finding>& findings)
{
    const Node* node = field.node("agreement");
    if (node == nullptr) return;
    Fields agreement{*node, findings};
    section.agreements.emplace_back(name, agreement.text("version"));
    section.agreement_titles.emplace(name, agreement.languages("title"));
    agreement.languages("text");
}

bool has(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The properties of the objects of which the group's list in the schema consists.
std::vector<std::string> inner_names(const Node* schema, const std::string& group)
{
    std::vector<std::string> names;
    const Node* node = schema;
    for (const std::string& step :
         {std::string{"properties"}, group, std::string{"items"}, std::string{"properties"}}) {
        if (node != nullptr) node = node->find(step);
    }
    if (node == nullptr) return names;
    for (const auto& [name, property] : node->members()) names.push_back(name);
    return names;
}

void read_group(Fields& group, const std::string& name, const Node* schema,
                std::vector<platform::config::Finding>& findings)
{
    const auto names = inner_names(schema, name);
    FormSection unused;  // The options of what stands in groups are the schema's to check.
    for (const Node& node : group.items("fields", true)) {
        Fields field{node, findings};
        const std::string inner = field.text("name");
        if (!has(names, inner)) {
            field.fault("name", "is no property of the items of \"" + name + "\"");
        }
        field.languages("label");
        field.languages_or_empty("hint");
        field.one_of("input", inner_inputs);
        field.text_or("autocomplete", "");
        read_options(field, inner, unused, findings);
    }
}

void read_field(const Node& node, FormSection& section, const Node* schema,
                std::vector<platform::config::Finding>& findings)
{
    Fields field{node, findings};
    const std::string name = field.text("name");
    section.labels.emplace(name, field.languages("label"));
    field.languages_or_empty("hint");
    const std::string input = field.text_or("input", "text");
    field.one_of("input", inputs);
    if (input == "pin" || input == "sms-code") section.secrets.emplace_back(name, input);
    // A summary only says what is known already; nothing is sent of it.
    if (input != "summary" && !has(section.names, name)) {
        field.fault("name", "is no property of the section's schema");
    }
    field.text_or("autocomplete", "");
    if (const std::string source = field.text_or("options_from", ""); !source.empty()) {
        field.one_of("options_from", sources);
        section.options_from.emplace_back(name, source);
    }
    if (input == "file") section.options_from.emplace_back(name, "pictures");
    if (input == "group") read_group(field, name, schema, findings);
    read_options(field, name, section, findings);
    read_agreement(field, name, section, findings);
    if (auto when = field.feel_if_given("visible_when", section.names)) {
        section.visible_when.push_back({std::move(*when), {name}});
    }
}

void read_conditions(Fields& fields, FormSection& section,
                     std::vector<platform::config::Finding>& findings)
{
    for (const Node& node : fields.items("required_when")) {
        Fields inner{node, findings};
        auto when = inner.feel("when", section.names);
        auto names = inner.texts("fields");
        for (const auto& name : names) {
            if (std::find(section.names.begin(), section.names.end(), name) ==
                section.names.end()) {
                inner.fault("fields", "holds \"" + name + "\", which is no property of the schema");
            }
        }
        section.required_when.push_back({std::move(when), std::move(names)});
    }
    for (const Node& node : fields.items("checks")) {
        Fields inner{node, findings};
        FormSection::Check check{inner.feel("feel", section.names), inner.text("field"),
                                 inner.text("reason"), inner.languages("message")};
        section.checks.push_back(std::move(check));
    }
}

FormSection read_section(const Node& node, std::vector<platform::config::Finding>& findings)
{
    Fields fields{node, findings};
    FormSection section;
    section.code = fields.text("code");
    section.title = fields.languages("title");
    fields.languages_or_empty("help");
    fields.languages_or_empty("submit");
    fields.one_of("widget", widgets);
    const Node* schema = fields.node("schema", true);
    if (schema != nullptr) {
        if (const Node* properties = schema->find("properties")) {
            for (const auto& [name, property] : properties->members())
                section.names.push_back(name);
        }
        auto compiled = json::Schema::compile(schema->to_json());
        if (compiled) {
            section.schema = std::make_shared<const json::Schema>(std::move(compiled).value());
        } else {
            internal::add(findings, *schema, compiled.error().detail);
        }
    }
    for (const Node& field : fields.items("fields")) read_field(field, section, schema, findings);
    read_conditions(fields, section, findings);
    json::Value shown = node.to_json();
    if (shown.object() != nullptr) shown.object()->erase("checks");
    section.shown = std::move(shown);
    return section;
}

/// Whether a condition holds; what cannot be answered does not.
bool holds(const feel::Expression& expression, const feel::Context& values,
           const base::Clock& clock, feel::Zone zone)
{
    feel::Evaluation evaluation{clock, {}, zone};
    const auto value = expression.evaluate(values, evaluation);
    return value && value.value().is_true();
}

}  // namespace

std::vector<FieldFault> FormSection::faults(const json::Object& data, const base::Clock& clock,
                                            feel::Zone zone) const
{
    std::vector<FieldFault> faults;
    const auto known = [&faults](std::string_view field) {
        return std::any_of(faults.begin(), faults.end(),
                           [&](const FieldFault& fault) { return fault.field == field; });
    };
    for (const auto& violation : schema->check(json::Value{data})) {
        faults.push_back({violation.field, std::string{violation.reason}, {}});
    }
    const feel::Context values = engine::process::to_context(data);
    for (const Condition& condition : visible_when) {
        const std::string& field = condition.fields.front();
        if (data.find(field) != nullptr && !holds(condition.when, values, clock, zone)) {
            faults.push_back({field, "form.not_asked_for", {}});
        }
    }
    for (const Condition& condition : required_when) {
        if (!holds(condition.when, values, clock, zone)) continue;
        for (const auto& field : condition.fields) {
            if (data.find(field) == nullptr && !known(field)) {
                faults.push_back({field, "form.required", {}});
            }
        }
    }
    if (!faults.empty()) return faults;
    for (const Check& check : checks) {
        if (!holds(check.holds, values, clock, zone) && !known(check.field)) {
            faults.push_back({check.field, check.reason, check.message});
        }
    }
    return faults;
}

const FormSection* Form::section(std::string_view code) const
{
    const auto found = std::find_if(sections.begin(), sections.end(),
                                    [&](const FormSection& each) { return each.code == code; });
    return found == sections.end() ? nullptr : &*found;
}

base::Text Form::agreement_title(std::string_view field) const
{
    for (const FormSection& each : sections) {
        const auto found = each.agreement_titles.find(field);
        if (found != each.agreement_titles.end()) return found->second;
    }
    return {};
}

Form Form::read(std::string_view text, std::string_view file_name,
                std::vector<platform::config::Finding>& findings)
{
    Form form;
    // JSON is YAML; reading it as such tells the lines.
    const auto strict = json::parse(text);
    const auto root = platform::config::parse_yaml(text, file_name);
    if (!root || !strict) {
        findings.push_back(internal::finding_of(root ? strict.error() : root.error(), file_name));
        return form;
    }
    Fields fields{root.value(), findings};
    json::Array shown;
    for (const Node& node : fields.items("sections", true)) {
        form.sections.push_back(read_section(node, findings));
        shown.push_back(form.sections.back().shown);
    }
    form.shown = json::Object{{"sections", json::Value{std::move(shown)}}};
    return form;
}

}  // namespace bank::catalog
