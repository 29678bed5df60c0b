// SPDX-License-Identifier: Apache-2.0
#include <platform/xml/xml.h>

#include <platform/xml/internal/scan.h>

#include <pugixml.hpp>

namespace platform::xml {

struct Node::Held {
    pugi::xml_document tree;
    std::vector<std::size_t> starts;
};

namespace {

pugi::xml_node element(void* raw)
{
    return pugi::xml_node(static_cast<pugi::xml_node_struct*>(raw));
}

std::string_view prefix_of(std::string_view name)
{
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
}

std::string_view local_part(std::string_view name)
{
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace

std::string_view Node::name() const
{
    return element(element_).name();
}

std::string_view Node::local_name() const
{
    return local_part(name());
}

std::string_view Node::namespace_uri() const
{
    return namespace_of_prefix(prefix_of(name()));
}

std::string_view Node::namespace_of_prefix(std::string_view prefix) const
{
    const std::string declared = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
    for (pugi::xml_node at = element(element_); at; at = at.parent()) {
        if (const pugi::xml_attribute found = at.attribute(declared.c_str())) return found.value();
    }
    return {};
}

std::optional<std::string_view> Node::attribute(std::string_view name) const
{
    for (const pugi::xml_attribute& each : element(element_).attributes()) {
        if (each.name() == name) return each.value();
    }
    return std::nullopt;
}

std::vector<std::string_view> Node::attribute_names() const
{
    std::vector<std::string_view> names;
    for (const pugi::xml_attribute& each : element(element_).attributes()) {
        names.emplace_back(each.name());
    }
    return names;
}

std::string Node::text() const
{
    std::string out;
    for (const pugi::xml_node& each : element(element_).children()) {
        if (each.type() == pugi::node_pcdata || each.type() == pugi::node_cdata)
            out += each.value();
    }
    return out;
}

std::vector<Node> Node::children() const
{
    std::vector<Node> out;
    for (const pugi::xml_node& each : element(element_).children()) {
        if (each.type() == pugi::node_element) out.push_back({document_, each.internal_object()});
    }
    return out;
}

std::vector<Node> Node::children(std::string_view local_name) const
{
    std::vector<Node> out;
    for (const pugi::xml_node& each : element(element_).children()) {
        if (each.type() == pugi::node_element && local_part(each.name()) == local_name)
            out.push_back({document_, each.internal_object()});
    }
    return out;
}

std::optional<Node> Node::child(std::string_view local_name) const
{
    for (const pugi::xml_node& each : element(element_).children()) {
        if (each.type() == pugi::node_element && local_part(each.name()) == local_name)
            return Node(document_, each.internal_object());
    }
    return std::nullopt;
}

std::optional<Node> Node::parent() const
{
    const pugi::xml_node above = element(element_).parent();
    if (above.type() != pugi::node_element) return std::nullopt;
    return Node(document_, above.internal_object());
}

int Node::line() const
{
    const auto offset = element(element_).offset_debug();
    return line_at(document_->starts, offset < 0 ? 0 : static_cast<std::size_t>(offset));
}

Document::Document(std::unique_ptr<Node::Held> held) : held_(std::move(held)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

base::Result<Document> Document::parse(std::string_view text, std::string_view file_name,
                                       const Limits& limits)
{
    auto held = std::make_unique<Node::Held>();
    if (text.size() <= limits.bytes) held->starts = line_starts(text);
    TRY(scan(text, file_name, limits, held->starts));
    const auto options = pugi::parse_default | pugi::parse_ws_pcdata;
    const auto outcome =
        held->tree.load_buffer(text.data(), text.size(), options, pugi::encoding_utf8);
    if (!outcome) {
        const int line = line_at(held->starts, static_cast<std::size_t>(outcome.offset));
        return base::invalid("xml.malformed", std::string(file_name) + ":" + std::to_string(line) +
                                                  ": " + outcome.description() + ".");
    }
    return Document(std::move(held));
}

Node Document::root() const
{
    return {held_.get(), held_->tree.document_element().internal_object()};
}

}  // namespace platform::xml
