// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/compiler.h>

#include <algorithm>
#include <array>
#include <span>

namespace engine::dmn {
namespace {

using base::Error;
using base::Result;
using platform::xml::Node;

constexpr std::array<std::string_view, 12> box_names{
    "literalExpression",  "context",     "decisionTable", "relation", "list",  "invocation",
    "functionDefinition", "conditional", "filter",        "for",      "every", "some"};

/// What may stand beside an expression: of a decision, an entry, an invocation, a binding, a
/// function.
constexpr std::array<std::string_view, 17> names_beside{"description",
                                                        "extensionElements",
                                                        "question",
                                                        "allowedAnswers",
                                                        "variable",
                                                        "informationRequirement",
                                                        "knowledgeRequirement",
                                                        "authorityRequirement",
                                                        "supportedObjective",
                                                        "impactedPerformanceIndicator",
                                                        "decisionMaker",
                                                        "decisionOwner",
                                                        "usingProcess",
                                                        "usingTask",
                                                        "binding",
                                                        "parameter",
                                                        "formalParameter"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Error BoxCompiler::refuse(const Node& node, std::string_view reason, const std::string& what) const
{
    return base::invalid(reason, file_name_ + ":" + std::to_string(node.line()) + ": " + what);
}

Error BoxCompiler::unknown_box(const Node& node) const
{
    return refuse(node, "dmn.unknown_element",
                  "<" + std::string(node.local_name()) + "> is no expression.");
}

Result<void> BoxCompiler::refuse_or_note(const Error& error, const Node& node)
{
    if (!options_.lenient) return error;
    data_.findings.push_back({file_name_, node.line(), error.reason, error.detail});
    return {};
}

Result<std::shared_ptr<const Item>> BoxCompiler::item_named(const Node& node, std::string_view name)
{
    std::string_view wanted = name;
    if (wanted.starts_with("feel:")) wanted.remove_prefix(5);
    const auto found = items_.find(feel::normal_name(wanted));
    if (found != items_.end()) return found->second;
    if (const auto type = feel::built_in_type(wanted)) {
        auto item = std::make_shared<Item>();
        item->type = *type;
        return std::shared_ptr<const Item>(std::move(item));
    }
    TRY(refuse_or_note(
        refuse(node, "dmn.unknown_type", "there is no type \"" + std::string(name) + "\"."), node));
    return std::shared_ptr<const Item>();
}

Result<std::shared_ptr<const Item>> BoxCompiler::typed_by(const Node& node)
{
    const auto name = node.attribute("typeRef");
    if (!name || name->empty()) return std::shared_ptr<const Item>();
    return item_named(node, *name);
}

Result<BoxPointer> BoxCompiler::child(const Node& parent, feel::Scope& scope,
                                      const std::string& owner)
{
    for (const Node& each : parent.children()) {
        if (is_one_of(box_names, each.local_name())) return box(each, scope, owner);
        if (is_one_of(names_beside, each.local_name()) ||
            each.namespace_uri() != parent.namespace_uri())
            continue;
        const Error error = unknown_box(each);
        TRY(refuse_or_note(error, each));
        return make_broken(error.detail);
    }
    return BoxPointer();
}

Result<BoxPointer> BoxCompiler::part(const Node& node, std::string_view name, feel::Scope& scope,
                                     const std::string& owner)
{
    const auto found = node.child(name);
    BoxPointer box = found ? TRY(child(*found, scope, owner)) : nullptr;
    if (box) return box;
    return refuse(node, "dmn.missing", "<" + std::string(name) + "> holds no expression.");
}

Result<BoxPointer> BoxCompiler::box(const Node& node, feel::Scope& scope, const std::string& owner)
{
    BoxPointer made = TRY(boxed(node, scope, owner));
    return make_typed(std::move(made), TRY(typed_by(node)), owner);
}

Result<BoxPointer> BoxCompiler::boxed(const Node& node, feel::Scope& scope,
                                      const std::string& owner)
{
    const std::string_view name = node.local_name();
    if (name == "literalExpression") return literal(node, scope);
    if (name == "context") return context(node, scope, owner);
    if (name == "decisionTable") return table(node, scope, owner);
    if (name == "relation") return relation(node, scope, owner);
    if (name == "list") return list(node, scope, owner);
    if (name == "invocation") return invocation(node, scope, owner);
    if (name == "functionDefinition") return make_function_box(TRY(function(node, scope, owner)));
    if (name == "conditional") return conditional(node, scope, owner);
    if (name == "filter") return filter(node, scope, owner);
    if (name == "for" || name == "every" || name == "some") return iteration(node, scope, owner);
    const Error error = unknown_box(node);
    TRY(refuse_or_note(error, node));
    return make_broken(error.detail);
}

Result<BoxPointer> BoxCompiler::literal(const Node& node, feel::Scope& scope)
{
    const auto text_node = node.child("text");
    const std::string text = text_node ? text_node->text() : "";
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        return make_broken("The text is empty.");
    const auto language = node.attribute("expressionLanguage");
    const bool feel_text = !language || language->empty() ||
                           language->find("FEEL") != std::string_view::npos ||
                           language->find("feel") != std::string_view::npos;
    if (!feel_text) {
        TRY(refuse_or_note(refuse(node, "dmn.expression", "the language is not FEEL."), node));
        return make_broken("The language is not FEEL.");
    }
    auto expression = feel::compile(text, scope, unknown());
    if (!expression) {
        const Error error =
            refuse(text_node.value_or(node), "dmn.expression", expression.error().detail);
        TRY(refuse_or_note(error, node));
        return make_broken(expression.error().detail);
    }
    for (const feel::Problem& warning : expression.value().warnings())
        data_.findings.push_back(
            {file_name_, node.line(), warning.reason, feel::to_string(warning)});
    return make_literal(std::move(expression).value());
}

Result<BoxPointer> BoxCompiler::context(const Node& node, feel::Scope& scope,
                                        const std::string& owner)
{
    const std::size_t levels = scope.level_count();
    scope.open();
    std::vector<BoxEntry> entries;
    for (const Node& each : node.children("contextEntry")) {
        BoxEntry entry;
        const auto variable = each.child("variable");
        if (variable) entry.name = feel::normal_name(variable->attribute("name").value_or(""));
        if (variable) entry.item = TRY(typed_by(*variable));
        BoxPointer value = TRY(child(each, scope, entry.name.empty() ? owner : entry.name));
        if (!value) value = make_broken("The entry holds no expression.");
        entry.value = make_typed(std::move(value), entry.item, entry.name);
        if (!entry.name.empty()) {
            entry.slot = scope.declare(entry.name, entry.item ? entry.item->type : feel::Type{});
            scope.note_member(entry.name);
        }
        entries.push_back(std::move(entry));
    }
    scope.close_to(levels);
    return make_context_box(std::move(entries));
}

Result<BoxPointer> BoxCompiler::relation(const Node& node, feel::Scope& scope,
                                         const std::string& owner)
{
    std::vector<std::string> columns;
    std::vector<std::shared_ptr<const Item>> items;
    for (const Node& each : node.children("column")) {
        columns.push_back(feel::normal_name(each.attribute("name").value_or("")));
        items.push_back(TRY(typed_by(each)));
        scope.note_member(columns.back());
    }
    std::vector<std::vector<BoxPointer>> rows;
    for (const Node& row : node.children("row")) {
        std::vector<BoxPointer> cells;
        for (const Node& each : row.children()) {
            if (cells.size() == columns.size()) break;
            const std::size_t at = cells.size();
            if (each.local_name() == "extensionElements" || each.local_name() == "description")
                continue;
            cells.push_back(make_typed(TRY(box(each, scope, owner)), items[at], columns[at]));
        }
        if (cells.size() != columns.size())
            return refuse(row, "dmn.rule_width", "the row has fewer cells than columns.");
        rows.push_back(std::move(cells));
    }
    return make_relation(std::move(columns), std::move(rows));
}

Result<BoxPointer> BoxCompiler::list(const Node& node, feel::Scope& scope, const std::string& owner)
{
    std::vector<BoxPointer> items;
    for (const Node& each : node.children()) {
        if (each.local_name() == "extensionElements" || each.local_name() == "description")
            continue;
        items.push_back(TRY(box(each, scope, owner)));
    }
    return make_list_box(std::move(items));
}

Result<BoxPointer> BoxCompiler::invocation(const Node& node, feel::Scope& scope,
                                           const std::string& owner)
{
    BoxPointer callee = TRY(child(node, scope, owner));
    if (!callee) return refuse(node, "dmn.missing", "the invocation names no function.");
    std::vector<BoxEntry> bindings;
    for (const Node& each : node.children("binding")) {
        BoxEntry binding;
        const auto parameter = each.child("parameter");
        if (!parameter) return refuse(each, "dmn.missing", "a binding without a parameter.");
        binding.name = feel::normal_name(parameter->attribute("name").value_or(""));
        binding.value = TRY(child(each, scope, owner));
        if (!binding.value) binding.value = make_list_box({});
        bindings.push_back(std::move(binding));
    }
    return make_invocation(std::move(callee), std::move(bindings));
}

Result<std::shared_ptr<BoxFunction>> BoxCompiler::function(const Node& node, feel::Scope& scope,
                                                           const std::string& owner)
{
    auto out = std::make_shared<BoxFunction>();
    out->name = owner;
    out->captured = scope.depth();
    out->overloads.emplace_back();
    const std::size_t levels = scope.level_count();
    scope.open();
    for (const Node& each : node.children("formalParameter")) {
        const std::string name = feel::normal_name(each.attribute("name").value_or(""));
        auto item = TRY(typed_by(each));
        const feel::Type type = item ? item->type : feel::Type{};
        scope.declare(name, type);
        out->overloads.front().push_back({name, type});
        out->items.push_back(std::move(item));
    }
    const auto kind = node.attribute("kind");
    const bool external = kind && *kind != "FEEL" && !kind->empty();
    if (!external) {
        out->body = TRY(child(node, scope, owner));
        if (!out->body) out->body = make_broken("The function has no body.");
    }
    out->slot_count = scope.slot_count();
    scope.close_to(levels);
    return out;
}

Result<BoxPointer> BoxCompiler::conditional(const Node& node, feel::Scope& scope,
                                            const std::string& owner)
{
    BoxPointer condition = TRY(part(node, "if", scope, owner));
    BoxPointer then = TRY(part(node, "then", scope, owner));
    return make_conditional(std::move(condition), std::move(then),
                            TRY(part(node, "else", scope, owner)));
}

Result<BoxPointer> BoxCompiler::filter(const Node& node, feel::Scope& scope,
                                       const std::string& owner)
{
    BoxPointer in = TRY(part(node, "in", scope, owner));
    const std::size_t levels = scope.level_count();
    scope.open();
    const std::size_t item = scope.declare("item");
    scope.open_item(item);
    BoxPointer match = TRY(part(node, "match", scope, owner));
    scope.close_to(levels);
    return make_filter_box(std::move(in), item, std::move(match));
}

Result<BoxPointer> BoxCompiler::iteration(const Node& node, feel::Scope& scope,
                                          const std::string& owner)
{
    const bool loop = node.local_name() == "for";
    BoxPointer in = TRY(part(node, "in", scope, owner));
    const std::size_t levels = scope.level_count();
    scope.open();
    const std::size_t slot = scope.declare(node.attribute("iteratorVariable").value_or("item"));
    const std::size_t partial = scope.declare("partial");
    BoxPointer body = TRY(part(node, loop ? "return" : "satisfies", scope, owner));
    scope.close_to(levels);
    if (loop) return make_for_box(std::move(in), slot, partial, std::move(body));
    return make_quantified_box(node.local_name() == "every", std::move(in), slot, std::move(body));
}

}  // namespace engine::dmn
