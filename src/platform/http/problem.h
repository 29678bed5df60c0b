// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/http/message.h>

#include <string>
#include <string_view>
#include <vector>

namespace platform::http {

/// What is wrong with one field of a request.
struct FieldError {
    std::string field;  // JSON Pointer (RFC 6901) into the body, or the parameter's name.
    std::string_view reason;
    std::string detail = {};
};

/// 400 invalid, 403 forbidden, 404 not_found, 409 conflict, 422 rejected, 503 unavailable.
int status_of(base::ErrorKind kind);

/// "Not Found".
std::string_view reason_phrase(int status);

/// An error as RFC 9457 problem details: type, title, status, detail, instance (the request id),
/// reason, and `errors` where there are some. 503 carries Retry-After: 1.
Response problem(const base::Error& error, std::string_view request_id,
                 const std::vector<FieldError>& errors = {});

/// The same for a status that no ErrorKind has (401, 413, 429 …).
Response problem(int status, std::string_view reason, std::string_view detail,
                 std::string_view request_id, const std::vector<FieldError>& errors = {});

}  // namespace platform::http
