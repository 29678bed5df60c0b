// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platform::http {

enum class Method { get, head, post, put, patch, delete_, options };

/// "GET", "DELETE" …
std::string_view to_string(Method method);

/// Names compare without regard to case, order is kept (RFC 9110 section 5.1).
using Headers = std::vector<std::pair<std::string, std::string>>;

/// The value of the first header of that name; empty where there is none.
std::string_view find_header(const Headers& headers, std::string_view name);

/// What a caller asked. A plain value: a handler may copy or keep it; tests may make one.
struct Request {
    Method method = Method::get;
    std::string target;  // As sent: "/v1/accounts/7?limit=5".
    std::string path;    // Decoded, valid UTF-8 without control characters, starts with '/'.
    std::vector<std::pair<std::string, std::string>> query;  // Decoded, in order.
    Headers headers;
    std::string body;
    std::string peer;     // The caller's address without the port: "127.0.0.1".
    std::string id;       // The caller's X-Request-Id where it is sane, else one of ours.
    bool secure = false;  // Came over TLS.
    std::vector<std::pair<std::string, std::string>> parameters;  // Of the route's pattern.
    std::string_view pattern;  // Of the route, for logs and metrics: "/v1/accounts/{account}".

    std::string_view header(std::string_view name) const { return find_header(headers, name); }
    /// A path parameter; empty where the pattern has none of that name.
    std::string_view parameter(std::string_view name) const;
    std::optional<std::string_view> query_value(std::string_view name) const;
    /// A cookie's value; empty where it is not sent, or sent more than once with different values.
    std::string_view cookie(std::string_view name) const;
};

/// What is answered. Content-Length, Date, Connection, X-Request-Id, the security headers and,
/// where the handler sets none, `Cache-Control: no-store` are added by the server. Control
/// characters in header values become blanks.
struct Response {
    int status = 200;
    Headers headers = {};
    std::string body = {};
    std::shared_ptr<const std::string> shared_body = nullptr;  // Instead of `body`, not copied.

    /// Replaces every header of that name.
    Response& set(std::string_view name, std::string value);
    /// Adds one more header (Set-Cookie).
    Response& add(std::string_view name, std::string value);
    std::string_view header(std::string_view name) const { return find_header(headers, name); }
    std::string_view content() const { return shared_body ? *shared_body : body; }
};

Response json_response(int status, std::string body);
Response text_response(int status, std::string body);

/// A cookie as the bank sets them: Path=/, HttpOnly, SameSite=Strict, Secure where `secure`.
struct Cookie {
    std::string name;
    std::string value;
    std::int64_t max_age_s = 0;  // 0: until the browser closes; negative: remove it.
    bool secure = true;
    bool http_only = true;
};
std::string to_string(const Cookie& cookie);

}  // namespace platform::http
