// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/json/value.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platform::config {

/// What a file may hold before it is refused.
struct Limits {
    std::size_t bytes = 1 << 20;
    std::size_t depth = 40;
    std::size_t nodes = 100'000;
};

/// One node of a configuration file, read-only, which knows where it stands.
class Node {
public:
    enum class Kind { null, scalar, list, map };
    using Member = std::pair<std::string, Node>;

    Kind kind() const { return kind_; }
    bool is_null() const { return kind_ == Kind::null; }

    /// The text of a scalar as written, else empty.
    const std::string& text() const { return text_; }

    /// Whether the scalar stood in quotes: then it is a text and neither number nor truth value.
    bool quoted() const { return quoted_; }

    const std::vector<Node>& items() const { return items_; }        // Of a list, else empty.
    const std::vector<Member>& members() const { return members_; }  // Of a map, in order.

    /// The member `name` of a map, or nullptr.
    const Node* find(std::string_view name) const;

    /// Counted from 1.
    int line() const { return line_; }
    int column() const { return column_; }
    const std::string& file() const { return *file_; }

    /// "products/class-2.yaml:7:3", for messages.
    std::string where() const;

    /// The node as JSON. A plain scalar that looks like null, true, false or an integer is one; all
    /// other scalars, decimals among them, are texts.
    json::Value to_json() const;

private:
    friend class Builder;

    Kind kind_ = Kind::null;
    bool quoted_ = false;
    int line_ = 0;
    int column_ = 0;
    std::string text_;
    std::vector<Node> items_;
    std::vector<Member> members_;
    std::shared_ptr<const std::string> file_;
};

/// Reads one YAML 1.2 document. `file_name` appears in details. Anchors, aliases, tags and a name
/// given twice in one map are refused, so that nothing expands and nothing is hidden.
///
/// Errors: config.too_large, config.too_deep, config.too_many_nodes, config.alias_refused,
/// config.duplicate_name, config.malformed. The detail begins with file:line:column.
base::Result<Node> parse_yaml(std::string_view text, std::string_view file_name,
                              const Limits& limits = {});

/// Reads a file; `shown_as` is what details call it. Errors: config.unreadable, config.too_large
/// and those of parse_yaml.
base::Result<Node> read_yaml(const std::filesystem::path& file, std::string_view shown_as,
                             const Limits& limits = {});

/// The bytes of a file of at most `most` bytes. Errors: config.unreadable, config.too_large.
base::Result<std::string> read_text(const std::filesystem::path& file, std::string_view shown_as,
                                    std::size_t most = Limits{}.bytes);

}  // namespace platform::config
