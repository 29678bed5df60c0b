// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/value.h>

#include <cstdint>

namespace engine::feel {

/// How many values one meets who walks through `value` (a long text counts as several). Shared
/// parts count each time: a few nested lists can stand for more than there is time to compare.
/// Never above `greatest_weight`, because heavier lists, contexts and ranges become null.
std::uint32_t weight(const Value& value);

inline constexpr std::uint32_t greatest_weight = 4'000'000;

}  // namespace engine::feel
