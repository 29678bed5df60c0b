// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace engine::process {

/// How many instances went through an element and how long they took there: from its task's
/// beginning, or else from the line of their history before, to the last line about it. Where ways
/// run side by side the line before may be another way's.
struct Passage {
    std::string element;
    std::int64_t instances = 0;
    std::int64_t median_seconds = 0;
    std::int64_t longest_seconds = 0;
};

/// What the newest instances of a definition ("account-opening@3") went through, by element: those
/// among the newest 5,000 of the book, at most 1,000. Elements that nobody came to are not among
/// them.
std::vector<Passage> passages(platform::sql::Snapshot& snapshot, std::string_view definition);

}  // namespace engine::process
