// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/parts.h>

#include <platform/config/node.h>
#include <platform/json/value.h>
#include <platform/xml/xml.h>

#include <array>
#include <optional>

namespace bank::catalog::internal {

namespace json = platform::json;
namespace xml = platform::xml;

namespace {

/// Without blanks at its ends, and with one in place of several.
std::string squeezed(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!blank) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string attribute(const xml::Node& node, std::string_view name)
{
    return std::string{node.attribute(name).value_or("")};
}

void add_value(std::map<std::string, std::string>& values, const std::string& name,
               std::string_view value)
{
    const std::string text = squeezed(value);
    if (text.empty()) return;
    std::string& whole = values[name];
    whole += (whole.empty() ? "" : "; ") + text;
}

/// Attributes and texts of an element, and of what in it has no id of its own.
void collect(const xml::Node& node, const std::string& path,
             std::map<std::string, std::string>& values)
{
    for (const auto name : node.attribute_names()) {
        if (name == "id" || name.starts_with("xmlns")) continue;
        add_value(values, path + std::string{name}, node.attribute(name).value_or(""));
    }
    std::string here = path;
    if (here.ends_with('/')) here.pop_back();
    add_value(values, here.empty() ? "text" : here, node.text());
    for (const auto& child : node.children()) {
        if (child.attribute("id")) continue;
        const auto name = child.local_name();
        if (name == "incoming" || name == "outgoing" || name == "flowNodeRef") continue;
        collect(child, path + std::string{name} + "/", values);
    }
}

bool is_layout(const xml::Node& node)
{
    return node.local_name() == "BPMNDiagram" || node.local_name() == "DMNDI";
}

void walk_bpmn(const xml::Node& node, Parts& parts)
{
    for (const auto& child : node.children()) {
        if (is_layout(child)) continue;
        if (const auto id = attribute(child, "id"); !id.empty()) {
            Part part;
            part.what = child.local_name() == "sequenceFlow" ? "flow" : "element";
            part.name = attribute(child, "name");
            part.element = id;
            part.values["kind"] = std::string{child.local_name()};
            collect(child, "", part.values);
            parts.emplace(id, std::move(part));
        }
        walk_bpmn(child, parts);
    }
}

std::string texts_of(const xml::Node& rule, std::string_view entries)
{
    std::string texts;
    for (const auto& entry : rule.children(entries)) {
        const auto text = entry.child("text");
        texts += (texts.empty() ? "" : ", ") + (text ? squeezed(text->text()) : std::string{"-"});
    }
    return texts;
}

/// A rule is what it says: its number changes with every rule before it.
void add_rules(const xml::Node& table, const std::string& place, Parts& parts)
{
    int number = 0;
    for (const auto& rule : table.children("rule")) {
        ++number;
        const std::string says =
            texts_of(rule, "inputEntry") + " → " + texts_of(rule, "outputEntry");
        std::string id = attribute(rule, "id");
        if (id.empty()) id = says;
        Part part;
        part.what = "rule";
        part.name = std::to_string(number);
        part.values[""] = says;
        parts.emplace(place + "/" + id, std::move(part));
    }
}

void walk_dmn(const xml::Node& node, const std::string& place, Parts& parts)
{
    for (const auto& child : node.children()) {
        if (is_layout(child) || child.local_name() == "rule") continue;
        std::string here = place;
        const std::string name = attribute(child, "name");
        const std::string id = name.empty() ? attribute(child, "id") : name;
        if (!id.empty()) {
            here += (here.empty() ? "" : "/") + id;
            Part part;
            part.what = "decision";
            part.name = name;
            part.values["kind"] = std::string{child.local_name()};
            collect(child, "", part.values);
            parts.emplace(here, std::move(part));
        }
        if (child.local_name() == "decisionTable") add_rules(child, here, parts);
        walk_dmn(child, here, parts);
    }
}

Parts parts_of_xml(std::string_view text, bool process)
{
    Parts parts;
    const auto document = xml::Document::parse(text, "");
    if (!document) return parts;
    if (process) {
        walk_bpmn(document.value().root(), parts);
    } else {
        walk_dmn(document.value().root(), "", parts);
    }
    return parts;
}

/// By what a member of a list is known, so that its number does not count.
std::optional<std::string> key_of(const json::Value& item)
{
    constexpr std::array<std::string_view, 5> keys{"code", "name", "section", "group", "id"};
    for (const auto key : keys) {
        if (const auto* text = item[key].string()) return *text;
    }
    return std::nullopt;
}

void walk_json(const json::Value& value, const std::string& place, bool field, Parts& parts);

void walk_list(const json::Array& list, const std::string& place, Parts& parts)
{
    std::size_t number = 0;
    for (const auto& item : list) {
        const auto key = item.object() != nullptr ? key_of(item) : std::nullopt;
        std::string here = place + "/" + key.value_or(std::to_string(++number));
        if (parts.contains(here)) here += "#" + std::to_string(++number);
        walk_json(item, here, place.ends_with("/fields"), parts);
    }
}

/// A field of a form is one part with all it has; elsewhere each scalar is one.
void walk_json(const json::Value& value, const std::string& place, bool field, Parts& parts)
{
    if (field) {
        Part part{.what = "field", .name = {}, .element = {}, .values = {}};
        if (const auto* object = value.object()) {
            for (const auto& [name, member] : *object) {
                part.values[name] = member.string() != nullptr ? *member.string()
                                                               : platform::json::canonical(member);
            }
        }
        parts.emplace(place, std::move(part));
        return;
    }
    if (const auto* object = value.object()) {
        for (const auto& [name, member] : *object)
            walk_json(member, place.empty() ? name : place + "/" + name, false, parts);
    } else if (const auto* list = value.array()) {
        walk_list(*list, place, parts);
    } else {
        Part part{.what = "entry", .name = {}, .element = {}, .values = {}};
        part.values[""] =
            value.string() != nullptr ? *value.string() : platform::json::serialise(value);
        parts.emplace(place, std::move(part));
    }
}

}  // namespace

Parts parts_of_bpmn(std::string_view text)
{
    return parts_of_xml(text, true);
}

Parts parts_of_dmn(std::string_view text)
{
    return parts_of_xml(text, false);
}

Parts parts_of_json(std::string_view text)
{
    Parts parts;
    if (const auto value = json::parse(text)) walk_json(value.value(), "", false, parts);
    return parts;
}

Parts parts_of_yaml(std::string_view text)
{
    Parts parts;
    const auto root = platform::config::parse_yaml(text, "");
    if (root) walk_json(root.value().to_json(), "", false, parts);
    return parts;
}

Parts parts_of_lines(std::string_view text)
{
    Parts parts;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = squeezed(text.substr(at, end - at));
        if (!line.empty() && line[0] != '#') {
            parts.emplace(
                line, Part{.what = "phrase", .name = {}, .element = {}, .values = {{"", line}}});
        }
        at = end + 1;
    }
    return parts;
}

}  // namespace bank::catalog::internal
