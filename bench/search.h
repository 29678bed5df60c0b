// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

namespace bench {

/// Searches the demo bank's bill items in process, one after the other, as people write: by name
/// and place, in pinyin, in its first letters, in English, with one character wrong. Prints the
/// figures as JSON and writes the same searches to `file` as HTTP requests. Fails where a search by
/// the full name does not find its item first, or one by sound finds nothing.
int prepare_searches(const std::filesystem::path& source_root, const std::filesystem::path& file);

/// Sends the requests of `file` over so many connections; prints the figures as JSON.
int load_searches(const std::filesystem::path& file, std::uint16_t port, std::size_t connections);

}  // namespace bench
