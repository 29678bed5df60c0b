// SPDX-License-Identifier: Apache-2.0
#include <platform/http/problem.h>

#include <array>

namespace platform::http {
namespace {

void append_json_string(std::string& out, std::string_view text)
{
    static constexpr char digits[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            out += "\\u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        } else {
            out += c;
        }
    }
    out += '"';
}

void append_member(std::string& out, std::string_view name, std::string_view text)
{
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    out += ':';
    append_json_string(out, text);
}

}  // namespace

int status_of(base::ErrorKind kind)
{
    switch (kind) {
        case base::ErrorKind::invalid:
            return 400;
        case base::ErrorKind::forbidden:
            return 403;
        case base::ErrorKind::not_found:
            return 404;
        case base::ErrorKind::conflict:
            return 409;
        case base::ErrorKind::rejected:
            return 422;
        case base::ErrorKind::unavailable:
            return 503;
    }
    base::ensure(false);
    return 500;
}

std::string_view reason_phrase(int status)
{
    struct Phrase {
        int status;
        std::string_view words;
    };
    static constexpr std::array phrases{Phrase{100, "Continue"},
                                        Phrase{101, "Switching Protocols"},
                                        Phrase{200, "OK"},
                                        Phrase{201, "Created"},
                                        Phrase{202, "Accepted"},
                                        Phrase{204, "No Content"},
                                        Phrase{206, "Partial Content"},
                                        Phrase{301, "Moved Permanently"},
                                        Phrase{302, "Found"},
                                        Phrase{303, "See Other"},
                                        Phrase{304, "Not Modified"},
                                        Phrase{307, "Temporary Redirect"},
                                        Phrase{308, "Permanent Redirect"},
                                        Phrase{400, "Bad Request"},
                                        Phrase{401, "Unauthorized"},
                                        Phrase{403, "Forbidden"},
                                        Phrase{404, "Not Found"},
                                        Phrase{405, "Method Not Allowed"},
                                        Phrase{406, "Not Acceptable"},
                                        Phrase{408, "Request Timeout"},
                                        Phrase{409, "Conflict"},
                                        Phrase{410, "Gone"},
                                        Phrase{411, "Length Required"},
                                        Phrase{412, "Precondition Failed"},
                                        Phrase{413, "Content Too Large"},
                                        Phrase{414, "URI Too Long"},
                                        Phrase{415, "Unsupported Media Type"},
                                        Phrase{417, "Expectation Failed"},
                                        Phrase{421, "Misdirected Request"},
                                        Phrase{422, "Unprocessable Content"},
                                        Phrase{426, "Upgrade Required"},
                                        Phrase{428, "Precondition Required"},
                                        Phrase{429, "Too Many Requests"},
                                        Phrase{431, "Request Header Fields Too Large"},
                                        Phrase{500, "Internal Server Error"},
                                        Phrase{501, "Not Implemented"},
                                        Phrase{502, "Bad Gateway"},
                                        Phrase{503, "Service Unavailable"},
                                        Phrase{504, "Gateway Timeout"},
                                        Phrase{505, "HTTP Version Not Supported"}};
    for (const auto& phrase : phrases) {
        if (phrase.status == status) return phrase.words;
    }
    return "Other";
}

Response problem(const base::Error& error, std::string_view request_id,
                 const std::vector<FieldError>& errors)
{
    Response response =
        problem(status_of(error.kind), error.reason, error.detail, request_id, errors);
    if (response.status == 503) response.set("Retry-After", "1");
    return response;
}

Response problem(int status, std::string_view reason, std::string_view detail,
                 std::string_view request_id, const std::vector<FieldError>& errors)
{
    std::string body = "{";
    append_member(body, "type", "about:blank");
    append_member(body, "title", reason_phrase(status));
    body += ",\"status\":" + std::to_string(status);
    append_member(body, "detail", detail);
    append_member(body, "instance", request_id);
    append_member(body, "reason", reason);
    if (!errors.empty()) {
        body += ",\"errors\":[";
        for (const auto& error : errors) {
            if (body.back() != '[') body += ',';
            body += '{';
            append_member(body, "field", error.field);
            append_member(body, "reason", error.reason);
            if (!error.detail.empty()) append_member(body, "detail", error.detail);
            body += '}';
        }
        body += ']';
    }
    body += '}';
    return {status, {{"Content-Type", "application/problem+json"}}, std::move(body)};
}

}  // namespace platform::http
