// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/dmn/internal/compiler.h>

#include <set>

namespace engine::dmn {

using Items = std::map<std::string, std::shared_ptr<const Item>, std::less<>>;

/// Reads a model and the models that it imports into one ModelData.
class Reader {
public:
    Reader(const LoadOptions& options, ModelData& data) : options_(options), data_(data) {}

    base::Result<void> read(std::string_view text, std::string_view file_name);

private:
    using Node = platform::xml::Node;

    /// One file: the main model (without `name`) or one that it imports.
    struct Source {
        platform::xml::Document document;
        std::string file_name;
        std::string import_name;  // Nested ones are joined by points.
        std::string namespace_uri;
        Items items;  // By the names that this file uses.
        std::map<std::string, std::string, std::less<>> imports;  // Namespace to import name.
        std::size_t first = 0;                                    // Of its elements.
    };

    base::Result<std::size_t> open(std::string_view text, std::string_view file_name,
                                   const std::string& import_name, int depth);
    base::Result<void> read_items(Source& source);
    base::Result<std::shared_ptr<const Item>> item(Source& source, const Node& node, int depth);
    base::Result<void> constrain(Source& source, const Node& node, std::string_view kind,
                                 Item& item);
    base::Result<void> list_elements(std::size_t source);
    base::Result<void> compile_element(std::size_t source, Element& element, const Node& node);
    base::Result<void> requirements(std::size_t source, Element& element, const Node& node,
                                    feel::Scope& scope);
    base::Result<void> service(std::size_t source, Element& element, const Node& node);
    base::Result<std::optional<std::size_t>> resolve(std::size_t source, const Node& node);
    base::Result<void> check_cycles() const;
    feel::Scope scope_of(const Source& source) const;
    base::Error refuse(const Source& source, const Node& node, std::string_view reason,
                       const std::string& what) const;

    const LoadOptions& options_;
    ModelData& data_;
    std::vector<std::unique_ptr<Source>> sources_;
    std::map<std::string, std::size_t, std::less<>> by_reference_;  // "namespace#id"
    std::set<std::string, std::less<>> open_names_;                 // Item definitions being read.
};

}  // namespace engine::dmn
