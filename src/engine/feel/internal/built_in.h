// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/internal/node.h>

#include <span>

namespace engine::feel {

/// What a built-in function is made of. A name may stand in several rows: its overloads.
struct BuiltIn {
    std::string_view name;

    /// "string: string, start position: number, length?: number". A "?" marks what may be left out,
    /// "..." a last parameter that takes one or more (with "?" none too), handed over as one list.
    /// Where the type is not Any, null answers null.
    std::string_view parameters;
    std::string_view result;

    Value (*answer)(std::span<const Value> arguments, Evaluation& evaluation, Position position);
};

std::span<const BuiltIn> conversion_functions();
std::span<const BuiltIn> string_functions();
std::span<const BuiltIn> number_functions();
std::span<const BuiltIn> list_functions();
std::span<const BuiltIn> statistic_functions();
std::span<const BuiltIn> time_functions();
std::span<const BuiltIn> range_functions();
std::span<const BuiltIn> context_functions();

/// The integer in `value`, where it is one that `int` can hold.
std::optional<int> small_integer(const Value& value);

}  // namespace engine::feel
