// SPDX-License-Identifier: Apache-2.0
// JSON text in and out, through Boost.JSON.
#include <platform/json/value.h>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace platform::json {

namespace {

namespace bj = boost::json;

constexpr std::size_t max_depth = 64;
constexpr std::size_t usual_size = 240;

/// Builds our Value while Boost.JSON reads; refuses a name that stands twice in one object.
struct Builder {
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();

    Value root;
    std::vector<Value> open;
    std::vector<std::string> names;
    std::string text;
    bool duplicate = false;

    bool place(Value value)
    {
        if (open.empty()) {
            root = std::move(value);
        } else if (Array* array = open.back().array()) {
            array->push_back(std::move(value));
        } else {
            Object& object = *open.back().object();
            if (object.find(names.back()) != nullptr) return duplicate = true, false;
            object.set(names.back(), std::move(value));
            names.pop_back();
        }
        return true;
    }

    bool close()
    {
        Value done = std::move(open.back());
        open.pop_back();
        return place(std::move(done));
    }

    bool fail(bool ok, bj::error_code& ec)
    {
        if (!ok) ec = bj::error::syntax;
        return ok;
    }

    bool on_document_begin(bj::error_code&) { return true; }
    bool on_document_end(bj::error_code&) { return true; }
    bool on_array_begin(bj::error_code&) { return open.emplace_back(Array{}), true; }
    bool on_array_end(std::size_t, bj::error_code& ec) { return fail(close(), ec); }
    bool on_object_begin(bj::error_code&) { return open.emplace_back(Object{}), true; }
    bool on_object_end(std::size_t, bj::error_code& ec) { return fail(close(), ec); }
    bool on_key_part(bj::string_view part, std::size_t, bj::error_code&)
    {
        return text.append(part), true;
    }
    bool on_key(bj::string_view part, std::size_t, bj::error_code&)
    {
        names.push_back(text.append(part));
        return text.clear(), true;
    }
    bool on_string_part(bj::string_view part, std::size_t, bj::error_code&)
    {
        return text.append(part), true;
    }
    bool on_string(bj::string_view part, std::size_t, bj::error_code& ec)
    {
        text.append(part);
        return fail(place(std::exchange(text, {})), ec);
    }
    bool on_number_part(bj::string_view, bj::error_code&) { return true; }
    bool on_int64(std::int64_t i, bj::string_view, bj::error_code& ec)
    {
        return fail(place(i), ec);
    }
    bool on_uint64(std::uint64_t u, bj::string_view, bj::error_code& ec)
    {
        return fail(place(static_cast<double>(u)), ec);
    }
    bool on_double(double d, bj::string_view, bj::error_code& ec) { return fail(place(d), ec); }
    bool on_bool(bool b, bj::error_code& ec) { return fail(place(b), ec); }
    bool on_null(bj::error_code& ec) { return fail(place(nullptr), ec); }
    bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
    bool on_comment(bj::string_view, bj::error_code&) { return true; }
};

/// The length of the UTF-8 sequence at the front of `s`, 0 where it is not one (RFC 3629).
std::size_t utf8_length(std::string_view s)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
        return i < s.size() && byte(i) >= low && byte(i) <= high;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return follows(1, low, high) && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

/// Which bytes are written as they are: ASCII without escapes.
constexpr std::array<bool, 256> plain = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0x20; c <= 0x7e; ++c) table[c] = c != '"' && c != '\\';
    return table;
}();

/// How many of them stand at the start.
std::size_t plain_length(std::string_view s)
{
    std::size_t length = 0;
    while (length < s.size() && plain[static_cast<unsigned char>(s[length])]) ++length;
    return length;
}

void write_string(std::string& out, std::string_view s)
{
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    while (!s.empty()) {
        if (const std::size_t length = plain_length(s); length > 0) {
            out.append(s.substr(0, length));
            s.remove_prefix(length);
            continue;
        }
        const char c = s.front();
        const std::size_t length = utf8_length(s);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
        } else if (c == '"' || c == '\\') {
            (out += '\\') += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            ((out += "\\u00") += hex[static_cast<std::size_t>(c >> 4)]) +=
                hex[static_cast<std::size_t>(c & 15)];
        } else {
            out.append(s.substr(0, length));
        }
        s.remove_prefix(std::max<std::size_t>(length, 1));
    }
    out += '"';
}

/// The shortest text that reads back as the same double; JSON has no word for what is not finite,
/// so null.
void write_real(std::string& out, double d)
{
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, d).ptr;
    out += std::isfinite(d) ? std::string_view{text, static_cast<std::size_t>(end - text)} : "null";
}

void write(std::string& out, const Value& value, bool sorted);

void write_member(std::string& out, const Object::Member& member, bool sorted)
{
    if (out.back() != '{') out += ',';
    write_string(out, member.first);
    out += ':';
    write(out, member.second, sorted);
}

void write_object(std::string& out, const Object& object, bool sorted)
{
    out += '{';
    if (sorted) {
        std::vector<const Object::Member*> members;
        members.reserve(object.size());
        for (const auto& member : object) members.push_back(&member);
        std::sort(members.begin(), members.end(),
                  [](auto* a, auto* b) { return a->first < b->first; });
        for (const auto* member : members) write_member(out, *member, sorted);
    } else {
        for (const auto& member : object) write_member(out, member, sorted);
    }
    out += '}';
}

void write(std::string& out, const Value& value, bool sorted)
{
    if (const auto* s = value.string()) {
        write_string(out, *s);
    } else if (const auto* i = value.integer()) {
        out += std::to_string(*i);
    } else if (const auto* d = value.real()) {
        write_real(out, *d);
    } else if (const auto* truth = value.boolean()) {
        out += *truth ? "true" : "false";
    } else if (const auto* array = value.array()) {
        out += '[';
        for (const Value& element : *array) {
            if (&element != &array->front()) out += ',';
            write(out, element, sorted);
        }
        out += ']';
    } else if (const auto* object = value.object()) {
        write_object(out, *object, sorted);
    } else {
        out += "null";
    }
}

}  // namespace

base::Result<Value> parse(std::string_view text)
{
    bj::parse_options options;
    options.max_depth = max_depth;
    bj::basic_parser<Builder> parser{options};
    bj::error_code ec;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && read < text.size() &&
        text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
        ec = bj::error::extra_data;
    }
    if (parser.handler().duplicate) {
        return base::invalid("json.duplicate_name", "a name stands twice in one object");
    }
    if (ec == bj::error::too_deep) return base::invalid("json.too_deep", "nested deeper than 64");
    if (ec)
        return base::invalid("json.malformed",
                             "no JSON from byte " + std::to_string(read) + ": " + ec.message());
    return std::move(parser.handler().root);
}

std::string serialise(const Value& value)
{
    std::string out;
    out.reserve(usual_size);
    write(out, value, false);
    return out;
}

std::string canonical(const Value& value)
{
    std::string out;
    out.reserve(usual_size);
    write(out, value, true);
    return out;
}

}  // namespace platform::json
