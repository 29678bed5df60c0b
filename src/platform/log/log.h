// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/json/value.h>

#include <filesystem>
#include <string_view>

namespace platform::log {

enum class Level { debug, info, warning, error };

/// Where the log goes: standard error, or a file that is rotated at 64 MiB (five are kept). Call
/// once, before the threads.
void open(Level level, const std::filesystem::path& file = {});

/// Writes one line of JSON: time, level, event ("http.request"), and the fields. Never put personal
/// data, secrets or bodies in a field; ids and reasons are fine. Thread-safe; never throws.
void write(Level level, std::string_view event, const json::Object& fields = {}) noexcept;

inline void info(std::string_view event, const json::Object& fields = {}) noexcept
{
    write(Level::info, event, fields);
}
inline void warning(std::string_view event, const json::Object& fields = {}) noexcept
{
    write(Level::warning, event, fields);
}
inline void error(std::string_view event, const json::Object& fields = {}) noexcept
{
    write(Level::error, event, fields);
}

/// Writes out what is buffered.
void flush() noexcept;

}  // namespace platform::log
