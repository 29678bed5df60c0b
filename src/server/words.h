// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/command_line/command_line.h>

#include <filesystem>

namespace server {

constexpr const char* database_help = "sqlite (the default), or postgresql://… as libpq takes it";

/// The words of the program, each in a file of its own. `source_root` is the checkout, or where its
/// parts were installed.
void add_run_word(platform::command_line::Program& program,
                  const std::filesystem::path& source_root);
void add_check_word(platform::command_line::Program& program,
                    const std::filesystem::path& source_root);
/// `backup` and `restore`.
void add_copy_words(platform::command_line::Program& program,
                    const std::filesystem::path& source_root);
void add_end_of_day_word(platform::command_line::Program& program,
                         const std::filesystem::path& source_root);
/// `keys` and `erase`.
void add_secret_words(platform::command_line::Program& program,
                      const std::filesystem::path& source_root);
/// `feel`, `dmn` and `process`.
void add_engine_words(platform::command_line::Program& program);
/// `service`: over the API of a running bank.
void add_service_word(platform::command_line::Program& program);

}  // namespace server
