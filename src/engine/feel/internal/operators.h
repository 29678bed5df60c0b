// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/evaluation.h>

#include <string_view>

namespace engine::feel {

/// FEEL's arithmetic on values of any kind (DMN 1.5, tables 55 to 58): null where it is not
/// defined.
Value add(const Value& a, const Value& b);
Value subtract(const Value& a, const Value& b);
Value multiply(const Value& a, const Value& b);
Value divide(const Value& a, const Value& b);
Value power(const Value& a, const Value& b);
Value negate(const Value& a);

/// What stands behind the dot: an entry of a context, a property of a date or range, and for a list
/// the list of what its items have.
Value member(const Value& value, std::string_view name, Evaluation& evaluation, Position position);

/// Whether `item` passes `test`: is equal to it, lies in it, or is or passes one of its items.
std::optional<bool> passes(const Value& item, const Value& test);

}  // namespace engine::feel
