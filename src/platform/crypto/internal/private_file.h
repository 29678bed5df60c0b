// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace platform::crypto {

/// Whether only its owner may read and write the file.
bool is_private_file(const std::filesystem::path& path);

/// Throws std::system_error where the file cannot be read.
std::string read_file(const std::filesystem::path& path);

/// Puts `content` in the place of `path` with mode 0600, so that after a crash the old or the new
/// content is there whole. Throws std::system_error.
void replace_private_file(const std::filesystem::path& path, std::string_view content);

}  // namespace platform::crypto
