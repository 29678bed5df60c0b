// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/service.h>

#include <string>
#include <vector>

namespace bank::catalog {

enum class ChangeKind : std::uint8_t { added, removed, changed };
std::string_view to_string(ChangeKind kind);

/// One difference between two versions of a service.
struct Change {
    ChangeKind kind = ChangeKind::changed;
    std::string file;     // "process.bpmn", "form.json", "review.dmn" …
    std::string what;     // "element", "flow", "rule", "decision", "field", "phrase", "entry".
    std::string place;    // Its id, or the way to it: "sections/details/fields/phone".
    std::string element;  // Of a process: the id of the element, for drawing; else empty.
    std::string before;   // At most 300 bytes each; empty where it was, or is, not there.
    std::string after;
    base::Text text;  // The whole in words, zh and en.
};

/// What became of each part, file by file; what only moved (layout, order of members, blanks) is no
/// difference.
std::vector<Change> changes(const Service& before, const Service& after);

}  // namespace bank::catalog
