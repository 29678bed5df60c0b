// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace platform::charset {

/// Where the first byte stands that cannot be read; none where all can.
using BadByte = std::optional<std::size_t>;

/// Holds bytes to UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF.
BadByte bad_utf8(std::string_view bytes);

/// GB18030-2005 as UTF-8. `bad` is set where a byte cannot be read; the text then ends before it.
std::string utf8_of_gb18030(std::string_view bytes, BadByte& bad);
/// The reverse, for files that are to open in programs that know nothing else. What has no place
/// there becomes '?'.
std::string gb18030_of_utf8(std::string_view text);

}  // namespace platform::charset
