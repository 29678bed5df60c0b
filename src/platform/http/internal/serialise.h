// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/message.h>
#include <platform/http/security.h>

#include <string>
#include <string_view>

namespace platform::http::internal {

/// The lines that go with every answer, made once.
std::string common_header(const SecurityHeaders& security, bool over_tls);

enum class Persistence { keep_alive, close };

/// Writes the head of an answer into `out`: status line, its headers, `common`, Date, length. An
/// answer to HEAD carries the length that GET would have.
void write_head(std::string& out, const Response& response, std::string_view common,
                std::string_view request_id, Persistence persistence);

}  // namespace platform::http::internal
