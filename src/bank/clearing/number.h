// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <string>
#include <string_view>

namespace bank::clearing {

/// The digits of a number as people write it, blanks and hyphens passed over; empty where anything
/// else stands in it.
std::string digits_of(std::string_view number);

/// Those of an account at another bank. Errors: clearing.number_malformed (not 8 to 34 digits).
base::Result<std::string> read_number(std::string_view number);

}  // namespace bank::clearing
