// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/reader.h>

#include <algorithm>
#include <array>

namespace engine::dmn {
namespace {

using base::Error;
using base::Result;
using platform::xml::Node;

constexpr int deepest_import = 8;

std::string name_of(const Node& node)
{
    return std::string(node.attribute("name").value_or(""));
}

bool is_element(std::string_view name)
{
    return name == "inputData" || name == "decision" || name == "businessKnowledgeModel" ||
           name == "decisionService";
}

Element::Kind kind_of(std::string_view name)
{
    if (name == "inputData") return Element::Kind::input;
    if (name == "businessKnowledgeModel") return Element::Kind::knowledge;
    return name == "decision" ? Element::Kind::decision : Element::Kind::service;
}

/// What may stand beside the elements without being one.
bool is_passed_over(std::string_view name)
{
    constexpr std::array<std::string_view, 12> names{"description",
                                                     "extensionElements",
                                                     "import",
                                                     "itemDefinition",
                                                     "knowledgeSource",
                                                     "elementCollection",
                                                     "performanceIndicator",
                                                     "organizationUnit",
                                                     "textAnnotation",
                                                     "association",
                                                     "group",
                                                     "DMNDI"};
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Error Reader::refuse(const Source& source, const Node& node, std::string_view reason,
                     const std::string& what) const
{
    return base::invalid(reason,
                         source.file_name + ":" + std::to_string(node.line()) + ": " + what);
}

Result<void> Reader::read(std::string_view text, std::string_view file_name)
{
    TRY(open(text, file_name, "", 0));
    for (std::size_t at = 0; at < sources_.size(); ++at) {
        TRY(list_elements(at));
        if (at == 0) data_.own = data_.elements.size();
    }
    for (std::size_t at = 0; at < sources_.size(); ++at) {
        std::size_t element = sources_[at]->first;
        for (const Node& node : sources_[at]->document.root().children()) {
            if (is_element(node.local_name()))
                TRY(compile_element(at, data_.elements[element++], node));
        }
    }
    return check_cycles();
}

/// Opens a file after those that it imports, whose types it may name.
Result<std::size_t> Reader::open(std::string_view text, std::string_view file_name,
                                 const std::string& import_name, int depth)
{
    auto source =
        std::make_unique<Source>(Source{TRY(platform::xml::Document::parse(text, file_name)),
                                        std::string(file_name),
                                        import_name,
                                        {},
                                        {},
                                        {}});
    const Node root = source->document.root();
    if (root.local_name() != "definitions" ||
        root.namespace_uri().find("/spec/DMN/") == std::string_view::npos)
        return refuse(*source, root, "dmn.not_a_model", "this is not a DMN model.");
    source->namespace_uri = root.attribute("namespace").value_or("");
    if (depth > deepest_import)
        return refuse(*source, root, "dmn.no_such_import", "imports nest too deeply.");
    const std::size_t place = sources_.size();
    sources_.push_back(std::move(source));
    if (depth == 0) {
        data_.name = name_of(root);
        data_.namespace_uri = sources_[place]->namespace_uri;
    }
    for (const Node& each : root.children("import")) {
        const std::string_view wanted = each.attribute("namespace").value_or("");
        const std::string_view type = each.attribute("importType").value_or("");
        if (type.find("/DMN/") == std::string_view::npos) continue;
        const auto file =
            std::find_if(options_.files.begin(), options_.files.end(),
                         [&](const auto& own) { return own.namespace_uri == wanted; });
        if (file == options_.files.end())
            return refuse(*sources_[place], each, "dmn.no_such_import",
                          "there is no model \"" + std::string(wanted) + "\".");
        const std::string name = name_of(each);
        const std::size_t imported = TRY(open(file->text, file->file_name, name, depth + 1));
        sources_[place]->imports.emplace(wanted, name);
        for (const auto& [inner, item] : sources_[imported]->items)
            sources_[place]->items.emplace(
                name.empty() ? inner : feel::normal_name(name + "." + inner), item);
    }
    TRY(read_items(*sources_[place]));
    return place;
}

Result<void> Reader::list_elements(std::size_t at)
{
    Source& source = *sources_[at];
    source.first = data_.elements.size();
    for (const Node& node : source.document.root().children()) {
        const std::string_view name = node.local_name();
        if (!is_element(name)) {
            if (is_passed_over(name) ||
                node.namespace_uri() != source.document.root().namespace_uri())
                continue;
            return refuse(source, node, "dmn.unknown_element",
                          "<" + std::string(name) + "> is not known here.");
        }
        Element element;
        element.kind = kind_of(name);
        element.id = node.attribute("id").value_or("");
        element.name = name_of(node);
        element.import_name = source.import_name;
        element.line = node.line();
        const std::size_t place = data_.elements.size();
        const std::string normal = feel::normal_name(element.name);
        const std::string known = source.import_name.empty()
                                      ? normal
                                      : feel::normal_name(source.import_name + "." + normal);
        const bool callable =
            element.kind == Element::Kind::knowledge || element.kind == Element::Kind::service;
        auto& names = callable ? data_.functions : data_.decisions;
        if (element.kind != Element::Kind::input && !names.emplace(known, place).second && at == 0)
            return refuse(source, node, "dmn.duplicate_name",
                          "the name \"" + element.name + "\" is taken.");
        if (!element.id.empty() &&
            !by_reference_.emplace(source.namespace_uri + "#" + element.id, place).second &&
            !options_.lenient)
            return refuse(source, node, "dmn.duplicate_name",
                          "the id \"" + element.id + "\" is taken.");
        data_.elements.push_back(std::move(element));
    }
    return {};
}

feel::Scope Reader::scope_of(const Source& source) const
{
    feel::Scope scope;
    for (const auto& [name, item] : source.items) {
        scope.name_type(name, item->type);
        scope.note_members(item->type);
    }
    return scope;
}

Result<std::optional<std::size_t>> Reader::resolve(std::size_t at, const Node& node)
{
    const Source& source = *sources_[at];
    const std::string_view href = node.attribute("href").value_or("");
    const std::size_t mark = href.find('#');
    std::string key(href);
    if (mark == 0 || mark == std::string_view::npos)
        key = source.namespace_uri + "#" + std::string(mark == 0 ? href.substr(1) : href);
    const auto found = by_reference_.find(key);
    if (found != by_reference_.end()) return std::optional(found->second);
    const Error error = refuse(source, node, "dmn.no_such_reference",
                               "nothing has the id \"" + std::string(href) + "\".");
    if (!options_.lenient) return error;
    data_.findings.push_back({source.file_name, node.line(), error.reason, error.detail});
    return std::optional<std::size_t>();
}

Result<void> Reader::requirements(std::size_t at, Element& element, const Node& node,
                                  feel::Scope& scope)
{
    std::map<std::string, std::size_t, std::less<>> import_slots;
    for (const Node& group : node.children()) {
        if (group.local_name() != "informationRequirement" &&
            group.local_name() != "knowledgeRequirement")
            continue;
        for (const Node& each : group.children()) {
            if (!each.local_name().starts_with("required")) continue;
            const auto target = TRY(resolve(at, each));
            if (!target) continue;
            const Element& needed = data_.elements[*target];
            const feel::Type type = needed.item ? needed.item->type : feel::Type{};
            scope.note_members(type);
            std::string_view import_name;
            if (needed.import_name != element.import_name) {
                // Known here by this file's own name for the other model.
                import_name = needed.import_name;
            }
            if (import_name.empty()) {
                element.requirements.push_back({*target, scope.declare(needed.name, type), ""});
                continue;
            }
            const auto known = import_slots.find(import_name);
            const std::size_t slot =
                known != import_slots.end() ? known->second : scope.declare(import_name);
            import_slots.emplace(import_name, slot);
            scope.note_member(needed.name);
            element.requirements.push_back({*target, slot, std::string(import_name)});
        }
    }
    return {};
}

Result<void> Reader::service(std::size_t at, Element& element, const Node& node)
{
    const auto collect = [&](std::string_view name, std::vector<std::size_t>& out) -> Result<void> {
        for (const Node& each : node.children(name)) {
            if (const auto target = TRY(resolve(at, each))) out.push_back(*target);
        }
        return {};
    };
    TRY(collect("inputData", element.parameters));
    TRY(collect("inputDecision", element.parameters));
    TRY(collect("outputDecision", element.outputs));
    if (element.outputs.empty() && !options_.lenient)
        return refuse(*sources_[at], node, "dmn.missing", "the service has no output decision.");
    return {};
}

Result<void> Reader::compile_element(std::size_t at, Element& element, const Node& node)
{
    const Source& source = *sources_[at];
    BoxCompiler compiler(source.file_name, options_, data_, source.items);
    const auto variable = node.child("variable");
    const bool callable =
        element.kind == Element::Kind::knowledge || element.kind == Element::Kind::service;
    if (variable) element.item = TRY(compiler.typed_by(*variable));
    if (callable && element.item && element.item->type.form == feel::Type::Form::function) {
        // What a function answers is what its type says of the result.
        auto result = std::make_shared<Item>();
        if (element.item->type.element) result->type = *element.item->type.element;
        element.item = std::move(result);
    }
    switch (element.kind) {
        case Element::Kind::input:
            return {};
        case Element::Kind::service:
            return service(at, element, node);
        case Element::Kind::decision:
        case Element::Kind::knowledge:
            break;
    }
    feel::Scope scope = scope_of(source);
    TRY(requirements(at, element, node, scope));
    if (element.kind == Element::Kind::decision) {
        BoxPointer body = TRY(compiler.child(node, scope, element.name));
        if (body) element.body = make_typed(std::move(body), element.item, element.name);
        element.slot_count = scope.slot_count();
        return {};
    }
    const auto logic = node.child("encapsulatedLogic");
    if (logic) {
        element.function = TRY(compiler.function(*logic, scope, element.name));
    } else {
        element.function = std::make_shared<BoxFunction>();
        element.function->name = element.name;
        element.function->overloads.emplace_back();
        element.function->captured = scope.depth();
        element.function->slot_count = scope.slot_count();
        element.function->body = make_broken("The business knowledge model has no logic.");
    }
    return {};
}

/// Decisions must not need themselves; functions may, as recursion.
Result<void> Reader::check_cycles() const
{
    enum class State : char { fresh, open, done };
    std::vector<State> states(data_.elements.size(), State::fresh);
    std::vector<std::pair<std::size_t, std::size_t>> path;
    for (std::size_t start = 0; start < states.size(); ++start) {
        if (states[start] != State::fresh) continue;
        states[start] = State::open;
        path.emplace_back(start, 0);
        while (!path.empty()) {
            auto& [at, next] = path.back();
            const Element& element = data_.elements[at];
            if (element.kind != Element::Kind::decision || next == element.requirements.size()) {
                states[at] = State::done;
                path.pop_back();
                continue;
            }
            const std::size_t target = element.requirements[next++].element;
            if (states[target] == State::open)
                return base::invalid("dmn.cyclic_requirements", sources_.front()->file_name + ":" +
                                                                    std::to_string(element.line) +
                                                                    ": \"" + element.name +
                                                                    "\" needs itself.");
            if (states[target] == State::fresh) {
                states[target] = State::open;
                path.emplace_back(target, 0);
            }
        }
    }
    return {};
}

}  // namespace engine::dmn
