// SPDX-License-Identifier: Apache-2.0
#include <platform/http/message.h>

#include <algorithm>

namespace platform::http {
namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool same_name(std::string_view a, std::string_view b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

template <class Pairs>
std::optional<std::string_view> find_pair(const Pairs& pairs, std::string_view name)
{
    for (const auto& [key, value] : pairs) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string_view to_string(Method method)
{
    static constexpr std::string_view names[] = {"GET",   "HEAD",   "POST",   "PUT",
                                                 "PATCH", "DELETE", "OPTIONS"};
    return names[static_cast<int>(method)];
}

std::string_view find_header(const Headers& headers, std::string_view name)
{
    for (const auto& [key, value] : headers) {
        if (same_name(key, name)) return value;
    }
    return {};
}

std::string_view Request::parameter(std::string_view name) const
{
    return find_pair(parameters, name).value_or(std::string_view{});
}

std::optional<std::string_view> Request::query_value(std::string_view name) const
{
    return find_pair(query, name);
}

std::string_view Request::cookie(std::string_view name) const
{
    std::optional<std::string_view> found;
    for (const auto& [key, value] : headers) {
        if (!same_name(key, "cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto end = rest.find(';');
            const auto pair = trimmed(rest.substr(0, end));
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
            const auto equals = pair.find('=');
            if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
            const auto text = pair.substr(equals + 1);
            // A sibling site may plant a second cookie of the name; neither is then believed.
            if (found && *found != text) return {};
            found = text;
        }
    }
    return found.value_or(std::string_view{});
}

Response& Response::set(std::string_view name, std::string value)
{
    std::erase_if(headers, [&](const auto& header) { return same_name(header.first, name); });
    return add(name, std::move(value));
}

Response& Response::add(std::string_view name, std::string value)
{
    headers.emplace_back(std::string(name), std::move(value));
    return *this;
}

Response json_response(int status, std::string body)
{
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

Response text_response(int status, std::string body)
{
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

std::string to_string(const Cookie& cookie)
{
    std::string out = cookie.name + '=' + cookie.value + "; Path=/; SameSite=Strict";
    if (cookie.max_age_s != 0)
        out += "; Max-Age=" + std::to_string(std::max<std::int64_t>(0, cookie.max_age_s));
    if (cookie.secure) out += "; Secure";
    if (cookie.http_only) out += "; HttpOnly";
    return out;
}

}  // namespace platform::http
