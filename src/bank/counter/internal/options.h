// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/json/value.h>

#include <string_view>

namespace bank::counter {

/// The name under which the pictures given in a case are offered: for checking, not for showing.
constexpr std::string_view pictures = "pictures";

/// Puts the options of `field` into the section that the page gets.
void fill_options(platform::json::Value& section, std::string_view field,
                  const platform::json::Array& options);

}  // namespace bank::counter
