// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/xml/xml.h>

#include <cstddef>
#include <string_view>
#include <vector>

namespace platform::xml {

/// The offsets at which lines begin; the first is 0.
std::vector<std::size_t> line_starts(std::string_view text);
int line_at(const std::vector<std::size_t>& starts, std::size_t offset);

/// Walks the markup once, before a tree is built: what the limits and the ban on document types and
/// entities refuse, and tags that do not nest. Errors: those of Document::parse.
base::Result<void> scan(std::string_view text, std::string_view file_name, const Limits& limits,
                        const std::vector<std::size_t>& starts);

}  // namespace platform::xml
