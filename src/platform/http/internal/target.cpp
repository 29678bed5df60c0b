// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/target.h>

namespace platform::http::internal {
namespace {

constexpr std::size_t most_query_fields = 100;

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool decode(std::string_view text, bool plus_is_blank, std::string& out)
{
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_blank) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size()) return false;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return false;
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return is_plain_utf8(out);
}

bool read_path(std::string_view text, std::string& path)
{
    // A separator that is hidden in an escape would be seen by some and not by others.
    for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
        const auto escape = text.substr(i + 1, 2);
        if (escape == "2f" || escape == "2F" || escape == "5c" || escape == "5C") return false;
    }
    if (!decode(text, false, path) || path.find('\\') != std::string::npos) return false;
    std::string_view rest = path;
    while (!rest.empty()) {
        const auto end = rest.find('/', 1);
        const auto segment = rest.substr(1, end == std::string_view::npos ? end : end - 1);
        if (segment == "." || segment == "..") return false;
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
    }
    return true;
}

bool read_query(std::string_view text, Request& request)
{
    while (!text.empty()) {
        const auto end = text.find('&');
        const auto field = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (field.empty()) continue;
        if (request.query.size() == most_query_fields) return false;
        const auto equals = field.find('=');
        auto& [name, value] = request.query.emplace_back();
        if (!decode(field.substr(0, equals), true, name)) return false;
        if (equals != std::string_view::npos && !decode(field.substr(equals + 1), true, value)) {
            return false;
        }
    }
    return true;
}

}  // namespace

bool is_plain_utf8(std::string_view text)
{
    std::size_t i = 0;
    while (i < text.size()) {
        const auto first = static_cast<unsigned char>(text[i]);
        if (first < 0x20 || first == 0x7F) return false;
        if (first < 0x80) {
            ++i;
            continue;
        }
        const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || i + static_cast<std::size_t>(more) >= text.size())
            return false;
        std::uint32_t point = first & (0x3FU >> more);
        for (int k = 1; k <= more; ++k) {
            const auto next = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
            if ((next & 0xC0) != 0x80) return false;
            point = point << 6 | (next & 0x3FU);
        }
        const bool overlong = (more == 2 && point < 0x800) || (more == 3 && point < 0x10000);
        const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        if (overlong || surrogate || point > 0x10FFFF || (point >= 0x80 && point < 0xA0))
            return false;
        i += static_cast<std::size_t>(more) + 1;
    }
    return true;
}

bool read_target(std::string_view target, Request& request)
{
    request.target = target;
    if (target == "*") {
        request.path = "*";
        return request.method == Method::options;
    }
    if (target.empty()) return false;
    if (target.front() != '/') {
        // The absolute form, which servers must accept (RFC 9112 section 3.2.2).
        const auto scheme = target.starts_with("http://")    ? std::size_t{7}
                            : target.starts_with("https://") ? std::size_t{8}
                                                             : std::size_t{0};
        if (scheme == 0) return false;
        const auto slash = target.find('/', scheme);
        const auto authority =
            target.substr(scheme, slash == std::string_view::npos ? slash : slash - scheme);
        if (authority.empty() || authority.find_first_of("@?#") != std::string_view::npos)
            return false;
        for (auto& [name, value] : request.headers) {
            if (find_header({{name, "x"}}, "host") == "x") value = authority;
        }
        target = slash == std::string_view::npos ? "/" : target.substr(slash);
    }
    if (target.find('#') != std::string_view::npos) return false;
    const auto question = target.find('?');
    return read_path(target.substr(0, question), request.path) &&
           (question == std::string_view::npos || read_query(target.substr(question + 1), request));
}

}  // namespace platform::http::internal
