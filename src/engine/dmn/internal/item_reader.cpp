// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/reader.h>

namespace engine::dmn {
namespace {

using base::Result;
using platform::xml::Node;

constexpr int deepest_item = 20;

std::shared_ptr<Item> as_collection(std::shared_ptr<const Item> element)
{
    auto out = std::make_shared<Item>();
    out->type = feel::Type::list_of(element->type);
    out->element = std::move(element);
    return out;
}

}  // namespace

Result<void> Reader::read_items(Source& source)
{
    for (const Node& node : source.document.root().children("itemDefinition")) {
        const std::string name = feel::normal_name(node.attribute("name").value_or(""));
        if (!source.items.contains(name)) source.items[name] = TRY(item(source, node, 0));
    }
    return {};
}

Result<void> Reader::constrain(Source& source, const Node& node, std::string_view kind, Item& out)
{
    const auto given = node.child(kind);
    const auto text = given ? given->child("text") : std::nullopt;
    if (!text || text->text().find_first_not_of(" \t\r\n") == std::string::npos) return {};
    auto tests = feel::compile_unary_tests(text->text(), {});
    if (tests) {
        out.allowed.push_back(std::move(tests).value());
        return {};
    }
    const base::Error error = refuse(source, *text, "dmn.expression", tests.error().detail);
    if (!options_.lenient) return error;
    data_.findings.push_back({source.file_name, text->line(), error.reason, error.detail});
    return {};
}

/// An itemDefinition or itemComponent; those that it names are read first.
Result<std::shared_ptr<const Item>> Reader::item(Source& source, const Node& node, int depth)
{
    if (depth > deepest_item)
        return refuse(source, node, "dmn.unknown_type", "item definitions nest too deeply.");
    auto out = std::make_shared<Item>();
    const auto components = node.children("itemComponent");
    if (const auto function = node.child("functionItem")) {
        out->type = feel::Type::of(feel::Kind::function);
        const auto type_named = [&](std::string_view name) -> feel::Type {
            const auto known = source.items.find(feel::normal_name(name));
            if (known != source.items.end()) return known->second->type;
            return feel::built_in_type(name).value_or(feel::Type{});
        };
        for (const Node& each : function->children("parameters"))
            out->type.parameters.push_back(type_named(each.attribute("typeRef").value_or("Any")));
        out->type.element = std::make_shared<const feel::Type>(
            type_named(function->attribute("outputTypeRef").value_or("Any")));
    } else if (!components.empty()) {
        out->type = feel::Type::of(feel::Kind::context);
        for (const Node& each : components) {
            const std::string name = feel::normal_name(each.attribute("name").value_or(""));
            auto inner = TRY(item(source, each, depth + 1));
            out->type.fields.push_back({name, inner->type});
            out->components.push_back({name, std::move(inner)});
        }
    } else if (const auto reference = node.child("typeRef")) {
        std::string name = reference->text();
        name.erase(0, name.find_first_not_of(" \t\r\n"));
        name.erase(name.find_last_not_of(" \t\r\n") + 1);
        if (name.starts_with("feel:")) name.erase(0, 5);
        const std::string normal = feel::normal_name(name);
        auto known = source.items.find(normal);
        if (known == source.items.end() && !open_names_.contains(normal)) {
            for (const Node& each : source.document.root().children("itemDefinition")) {
                if (feel::normal_name(each.attribute("name").value_or("")) != normal) continue;
                open_names_.insert(normal);
                source.items[normal] = TRY(item(source, each, depth + 1));
                open_names_.erase(normal);
                known = source.items.find(normal);
                break;
            }
        }
        if (known != source.items.end()) {
            *out = *known->second;
        } else if (const auto type = feel::built_in_type(name)) {
            out->type = *type;
        } else if (!open_names_.contains(normal)) {
            const base::Error error = refuse(source, *reference, "dmn.unknown_type",
                                             "there is no type \"" + name + "\".");
            if (!options_.lenient) return error;
            data_.findings.push_back(
                {source.file_name, reference->line(), error.reason, error.detail});
        }
    }
    const bool collection = node.attribute("isCollection").value_or("") == "true";
    TRY(constrain(source, node, "allowedValues", *out));
    if (collection) out = as_collection(std::move(out));
    TRY(constrain(source, node, "typeConstraint", *out));
    return std::shared_ptr<const Item>(std::move(out));
}

}  // namespace engine::dmn
