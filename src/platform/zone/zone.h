// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace platform::zone {

/// A zone of the system's tz database, numbered for this run of the program only.
using Id = std::uint16_t;

/// The zone of that name ("Asia/Shanghai"); nothing where the database has none. Thread-safe.
std::optional<Id> find(std::string_view name);

std::string_view name(Id id);

/// Seconds east of UTC that hold at a point in time, or at a local time (seconds since
/// 1970-01-01T00:00 of the local clock; of two readings the earlier instant, in a gap the offset
/// before it). Beyond the years 1800 to 2400 the rules repeat every 400 years.
std::int32_t offset_at(Id id, std::int64_t utc_seconds);
std::int32_t offset_at_local(Id id, std::int64_t local_seconds);

}  // namespace platform::zone
