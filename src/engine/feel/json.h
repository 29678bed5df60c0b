// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/value.h>
#include <platform/json/value.h>

namespace engine::feel {

/// JSON as FEEL sees it: null, booleans, numbers, strings, lists, contexts. Dates stay strings;
/// whoever knows a field's type makes a date of it (type.h, `from_text`).
Value from_json(const platform::json::Value& value);

/// FEEL as JSON. An integer that fits becomes one; any other number becomes a string of its exact
/// digits ("12.5"), as money does in the API, so that nothing is lost in binary fractions. Dates,
/// times, durations and ranges become their texts, a function null.
platform::json::Value to_json(const Value& value);

}  // namespace engine::feel
