// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <string>
#include <string_view>

namespace bank::customer {

/// The one text of a phone number, by which it is looked up: a mainland mobile number as its 11
/// digits ("13800001234"), any other as E.164 ("+85251234567"). Blanks, hyphens, brackets, +86 and
/// 0086 are understood. Errors: customer.phone_malformed.
base::Result<std::string> normal_phone(std::string_view text);

}  // namespace bank::customer
