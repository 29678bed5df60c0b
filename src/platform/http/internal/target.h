// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/message.h>

#include <string>
#include <string_view>

namespace platform::http::internal {

/// Whether `text` is well-formed UTF-8 (RFC 3629) without control characters.
bool is_plain_utf8(std::string_view text);

/// Reads a request target in origin or absolute form into target, path and query (and, for the
/// absolute form, replaces the Host header). False where it is malformed: a bad percent escape, an
/// encoded slash or backslash, control characters, bytes that are not UTF-8, a "." or ".." segment,
/// more than 100 query fields.
bool read_target(std::string_view target, Request& request);

}  // namespace platform::http::internal
