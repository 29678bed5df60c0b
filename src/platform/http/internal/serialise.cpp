// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/serialise.h>

#include <platform/http/problem.h>

#include <charconv>
#include <ctime>

namespace platform::http::internal {
namespace {

void append_number(std::string& out, std::size_t number)
{
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    out.append(text, end);
}

void append_line(std::string& out, std::string_view name, std::string_view value)
{
    out.append(name).append(": ");
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7F ? ' ' : c;
    }
    out += "\r\n";
}

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7), made once a second and thread.
std::string_view date_now()
{
    thread_local std::time_t last = 0;
    thread_local char text[32];
    const std::time_t now = std::time(nullptr);
    if (now != last) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        last = now;
    }
    return text;
}

}  // namespace

std::string common_header(const SecurityHeaders& security, bool over_tls)
{
    std::string out;
    append_line(out, "Content-Security-Policy", security.content_security_policy);
    append_line(out, "Permissions-Policy", security.permissions_policy);
    append_line(out, "Referrer-Policy", security.referrer_policy);
    append_line(out, "X-Content-Type-Options", "nosniff");
    append_line(out, "X-Frame-Options", "DENY");
    append_line(out, "Cross-Origin-Opener-Policy", "same-origin");
    append_line(out, "Cross-Origin-Resource-Policy", "same-origin");
    if (over_tls && security.hsts_s > 0) {
        append_line(out, "Strict-Transport-Security",
                    "max-age=" + std::to_string(security.hsts_s) + "; includeSubDomains");
    }
    return out;
}

void write_head(std::string& out, const Response& response, std::string_view common,
                std::string_view request_id, Persistence persistence)
{
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(response.status));
    out += ' ';
    out.append(reason_phrase(response.status)).append("\r\n");
    for (const auto& [name, value] : response.headers) append_line(out, name, value);
    if (response.header("cache-control").empty()) out += "Cache-Control: no-store\r\n";
    out.append(common).append("Date: ").append(date_now()).append("\r\n");
    if (!request_id.empty()) append_line(out, "X-Request-Id", request_id);
    if (response.status >= 200 && response.status != 204 && response.status != 304) {
        out += "Content-Length: ";
        append_number(out, response.content().size());
        out += "\r\n";
    }
    if (persistence == Persistence::close) out += "Connection: close\r\n";
    out += "\r\n";
}

}  // namespace platform::http::internal
