// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace platform::xml {

/// What a document may hold before it is refused.
struct Limits {
    std::size_t bytes = 4 << 20;
    std::size_t depth = 100;
    std::size_t nodes = 200'000;  // Elements, attributes not counted.
};

class Document;

/// An element of a document; cheap to copy. Its views live as long as the Document.
class Node {
public:
    std::string_view name() const;        // As written: "dmn:decision".
    std::string_view local_name() const;  // "decision".

    /// The namespace that the element's prefix (or its absence) is bound to, else empty.
    std::string_view namespace_uri() const;

    /// What `prefix` ("" is the default namespace) is bound to at this element, else empty.
    std::string_view namespace_of_prefix(std::string_view prefix) const;

    /// The value of the attribute written `name` ("id", "xsi:type").
    std::optional<std::string_view> attribute(std::string_view name) const;

    /// The names of all its attributes as written, in order; declarations of namespaces too.
    std::vector<std::string_view> attribute_names() const;

    /// The character data directly inside this element, joined, as written.
    std::string text() const;

    /// Child elements in document order; those with that local name; the first of them.
    std::vector<Node> children() const;
    std::vector<Node> children(std::string_view local_name) const;
    std::optional<Node> child(std::string_view local_name) const;

    std::optional<Node> parent() const;

    /// Where the element starts, counted from 1.
    int line() const;

private:
    friend class Document;
    struct Held;
    Node(const Held* document, void* element) : document_(document), element_(element) {}

    const Held* document_;
    void* element_;
};

/// A parsed document, read-only. Movable.
class Document {
public:
    /// Reads UTF-8 XML 1.0. `file_name` appears in details ("bank.dmn:12: …").
    ///
    /// A document type declaration is refused, and with it every entity beyond the five of XML, so
    /// that nothing expands and nothing outside is fetched.
    ///
    /// Errors: xml.too_large, xml.too_deep, xml.too_many_nodes, xml.doctype_refused,
    /// xml.entity_refused, xml.malformed.
    static base::Result<Document> parse(std::string_view text, std::string_view file_name,
                                        const Limits& limits = {});

    Document(Document&&) noexcept;
    Document& operator=(Document&&) noexcept;
    ~Document();

    Node root() const;

private:
    explicit Document(std::unique_ptr<Node::Held> held);

    std::unique_ptr<Node::Held> held_;
};

}  // namespace platform::xml
