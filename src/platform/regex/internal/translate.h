// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <string>
#include <string_view>

namespace platform::regex {

/// XPath's syntax in that of PCRE2. What only PCRE2 knows (look-around, atomic groups, \b …) is
/// refused, what means something else there is spelt out. Errors: regex.malformed.
base::Result<std::string> translate(std::string_view pattern, bool ignore_blanks);

}  // namespace platform::regex
