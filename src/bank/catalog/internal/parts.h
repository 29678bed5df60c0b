// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace bank::catalog::internal {

/// A part of a file that can be added, removed or changed by itself.
struct Part {
    std::string what;                           // As in Change.
    std::string name;                           // What people call it; may be empty.
    std::string element;                        // As in Change.
    std::map<std::string, std::string> values;  // By name: attributes, texts; one "" for a scalar.
};

/// By place.
using Parts = std::map<std::string, Part>;

/// Elements and flows of a process, or decisions and rules of tables.
Parts parts_of_bpmn(std::string_view xml);
Parts parts_of_dmn(std::string_view xml);
/// Entries of a form, a manifest, texts: members of lists are known by their name or code.
Parts parts_of_json(std::string_view text);
Parts parts_of_yaml(std::string_view text);
/// One phrase a line.
Parts parts_of_lines(std::string_view text);

}  // namespace bank::catalog::internal
