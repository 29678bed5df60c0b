// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/compiler.h>

#include <algorithm>

namespace engine::dmn {
namespace {

using base::Result;
using platform::xml::Node;

std::string text_of(const Node& node)
{
    const auto text = node.child("text");
    return text ? text->text() : "";
}

bool is_blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::optional<HitPolicy> hit_policy(std::string_view name)
{
    if (name.empty() || name == "UNIQUE") return HitPolicy::unique;
    if (name == "ANY") return HitPolicy::any;
    if (name == "PRIORITY") return HitPolicy::priority;
    if (name == "FIRST") return HitPolicy::first;
    if (name == "RULE ORDER") return HitPolicy::rule_order;
    if (name == "OUTPUT ORDER") return HitPolicy::output_order;
    if (name == "COLLECT") return HitPolicy::collect;
    return std::nullopt;
}

std::optional<Aggregation> aggregation(std::string_view name)
{
    if (name.empty()) return Aggregation::none;
    if (name == "SUM") return Aggregation::sum;
    if (name == "COUNT") return Aggregation::count;
    if (name == "MIN") return Aggregation::min;
    if (name == "MAX") return Aggregation::max;
    return std::nullopt;
}

/// The whole conclusion of a rule without computed parts.
std::optional<feel::Value> constant_conclusion(const std::vector<std::optional<feel::Value>>& parts,
                                               const std::vector<Table::Output>& outputs)
{
    for (const auto& part : parts) {
        if (!part) return std::nullopt;
    }
    if (parts.size() == 1) return parts.front();
    feel::Context out;
    for (std::size_t at = 0; at < parts.size(); ++at) out.put(outputs[at].name, *parts[at]);
    return feel::Value(std::move(out));
}

}  // namespace

Result<feel::UnaryTests> BoxCompiler::tests(const Node& node, feel::Scope& scope)
{
    const std::string text = text_of(node);
    auto compiled = feel::compile_unary_tests(is_blank(text) ? "-" : text, scope, unknown());
    if (compiled) {
        for (const feel::Problem& warning : compiled.value().warnings())
            data_.findings.push_back(
                {file_name_, node.line(), warning.reason, feel::to_string(warning)});
        return compiled;
    }
    TRY(refuse_or_note(refuse(node, "dmn.expression", compiled.error().detail), node));
    return feel::compile_unary_tests("? = null and ? != null", scope, unknown());
}

Result<Table::Input> BoxCompiler::table_input(const Node& node, feel::Scope& scope)
{
    Table::Input input;
    const auto expression = node.child("inputExpression");
    if (!expression) return refuse(node, "dmn.missing", "the input has no expression.");
    input.label = text_of(*expression);
    input.label.erase(0, input.label.find_first_not_of(" \t\r\n"));
    input.label.erase(input.label.find_last_not_of(" \t\r\n") + 1);
    auto item = TRY(typed_by(*expression));
    if (item && !item->allowed.empty()) input.allowed = item->allowed.front();
    input.expression = make_typed(TRY(literal(*expression, scope)), std::move(item), input.label);
    if (const auto values = node.child("inputValues"); values && !is_blank(text_of(*values)))
        input.allowed = TRY(tests(*values, scope));
    return input;
}

Result<Table::Output> BoxCompiler::table_output(const Node& node, feel::Scope& scope)
{
    Table::Output output;
    output.name = feel::normal_name(node.attribute("name").value_or(""));
    output.item = TRY(typed_by(node));
    if (!output.name.empty()) scope.note_member(output.name);
    std::vector<feel::UnaryTests> values;
    if (const auto given = node.child("outputValues"); given && !is_blank(text_of(*given))) {
        values.push_back(TRY(tests(*given, scope)));
    } else if (output.item) {
        values = output.item->allowed;
    }
    if (!values.empty()) output.priority = values.front().constants();
    const auto otherwise = node.child("defaultOutputEntry");
    if (otherwise && !is_blank(text_of(*otherwise)))
        output.otherwise = make_typed(TRY(literal(*otherwise, scope)), output.item, output.name);
    return output;
}

Result<Table::Rule> BoxCompiler::table_rule(const Node& node, feel::Scope& scope,
                                            const Table& table)
{
    Table::Rule rule;
    rule.line = node.line();
    rule.id = node.attribute("id").value_or("");
    for (const Node& each : node.children("inputEntry"))
        rule.tests.push_back(TRY(tests(each, scope)));
    std::vector<std::optional<feel::Value>> constants;
    for (const Node& each : node.children("outputEntry")) {
        const std::size_t at = constants.size();
        if (at == table.outputs.size()) break;
        BoxPointer box = TRY(literal(each, scope));
        std::optional<feel::Value> constant;
        const auto compiled = feel::compile(text_of(each), scope, feel::Unknown::null);
        const auto& item = table.outputs[at].item;
        const bool plain = !item || (item->allowed.empty() && item->components.empty());
        if (compiled && compiled.value().constant() != nullptr && plain)
            constant = item ? feel::coerce(*compiled.value().constant(), item->type)
                            : *compiled.value().constant();
        constants.push_back(std::move(constant));
        rule.conclusions.push_back(make_typed(std::move(box), item, table.outputs[at].name));
    }
    for (const Node& each : node.children("annotationEntry")) {
        if (std::string text = text_of(each); !is_blank(text))
            rule.annotations.push_back(std::move(text));
    }
    if (rule.tests.size() != table.inputs.size() || rule.conclusions.size() != table.outputs.size())
        return refuse(node, "dmn.rule_width",
                      "the rule has another number of cells than the table.");
    rule.constant = constant_conclusion(constants, table.outputs);
    return rule;
}

Result<BoxPointer> BoxCompiler::table(const Node& node, feel::Scope& scope,
                                      const std::string& owner)
{
    auto table = std::make_shared<Table>();
    table->decision = owner;
    const std::string_view policy = node.attribute("hitPolicy").value_or("");
    const auto hits = hit_policy(policy);
    const auto sums = aggregation(node.attribute("aggregation").value_or(""));
    if (!hits || !sums)
        return refuse(node, "dmn.unknown_hit_policy",
                      "there is no such hit policy or aggregation: " + std::string(policy) + ".");
    table->hit_policy = *hits;
    table->aggregation = *sums;
    for (const Node& each : node.children("input"))
        table->inputs.push_back(TRY(table_input(each, scope)));
    for (const Node& each : node.children("output"))
        table->outputs.push_back(TRY(table_output(each, scope)));
    if (table->outputs.empty()) return refuse(node, "dmn.missing", "the table has no output.");
    for (const Node& each : node.children("rule"))
        table->rules.push_back(TRY(table_rule(each, scope, *table)));
    for (const TableProblem& problem : check(*table, table->disjoint)) {
        const std::string detail =
            file_name_ + ":" + std::to_string(problem.line) + ": " + problem.detail;
        const bool fatal = problem.reason == "dmn.rules_overlap" && options_.refuse_overlaps &&
                           !options_.lenient && table->hit_policy == HitPolicy::unique;
        if (fatal) return base::invalid(problem.reason, detail);
        data_.findings.push_back({file_name_, problem.line, problem.reason, problem.detail});
    }
    data_.tables.push_back(table);
    return make_table(std::move(table));
}

}  // namespace engine::dmn
