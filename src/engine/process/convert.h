// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/value.h>
#include <platform/json/value.h>

namespace engine::process {

/// JSON as FEEL sees it. Whole numbers and decimals become exact numbers; texts stay texts.
feel::Value to_feel(const platform::json::Value& value);
feel::Context to_context(const platform::json::Object& object);

/// FEEL as JSON keeps it: dates, times and durations as their ISO texts, whole numbers that fit as
/// integers, other numbers as the nearest double, ranges and functions as null.
platform::json::Value to_json(const feel::Value& value);

}  // namespace engine::process
