// SPDX-License-Identifier: Apache-2.0
#include <platform/cbor/value.h>

#include <cbor.h>

#include <algorithm>
#include <limits>
#include <optional>

namespace platform::cbor {

using base::Result;

namespace {

enum class Kind {
    none,
    integer,
    negative,
    bytes,
    text,
    array,
    map,
    open_bytes,
    open_text,
    open_array,
    open_map,
    tag,
    boolean,
    null,
    undefined,
    real,
    stop,
};

/// What one head said, as the streaming decoder reports it.
struct Token {
    Kind kind = Kind::none;
    std::uint64_t number = 0;  // Value, or count of an array or map.
    ByteView content{};
    double real = 0;
    std::size_t size = 0;  // Bytes read.
};

template <Kind kind, class Number>
void on_number(void* context, Number number)
{
    *static_cast<Token*>(context) = {.kind = kind, .number = number};
}

template <Kind kind>
void on_content(void* context, cbor_data data, size_t size)
{
    *static_cast<Token*>(context) = {.kind = kind, .content = {data, size}};
}

template <Kind kind>
void on_sign(void* context)
{
    *static_cast<Token*>(context) = {.kind = kind};
}

template <class Number>
void on_real(void* context, Number number)
{
    *static_cast<Token*>(context) = {.kind = Kind::real, .real = static_cast<double>(number)};
}

const cbor_callbacks callbacks = [] {
    cbor_callbacks to{};
    to.uint8 = on_number<Kind::integer, std::uint8_t>;
    to.uint16 = on_number<Kind::integer, std::uint16_t>;
    to.uint32 = on_number<Kind::integer, std::uint32_t>;
    to.uint64 = on_number<Kind::integer, std::uint64_t>;
    to.negint8 = on_number<Kind::negative, std::uint8_t>;
    to.negint16 = on_number<Kind::negative, std::uint16_t>;
    to.negint32 = on_number<Kind::negative, std::uint32_t>;
    to.negint64 = on_number<Kind::negative, std::uint64_t>;
    to.byte_string_start = on_sign<Kind::open_bytes>;
    to.byte_string = on_content<Kind::bytes>;
    to.string_start = on_sign<Kind::open_text>;
    to.string = on_content<Kind::text>;
    to.indef_array_start = on_sign<Kind::open_array>;
    to.array_start = on_number<Kind::array, size_t>;
    to.indef_map_start = on_sign<Kind::open_map>;
    to.map_start = on_number<Kind::map, size_t>;
    to.tag = on_number<Kind::tag, std::uint64_t>;
    to.float2 = on_real<float>;
    to.float4 = on_real<float>;
    to.float8 = on_real<double>;
    to.undefined = on_sign<Kind::undefined>;
    to.null = on_sign<Kind::null>;
    to.boolean = on_number<Kind::boolean, bool>;
    to.indef_break = on_sign<Kind::stop>;
    return to;
}();

base::Error malformed(std::string detail)
{
    return base::invalid("cbor.malformed", std::move(detail));
}

/// Bytes that the shortest head for this argument takes (RFC 8949 section 3).
std::size_t shortest_head(std::uint64_t argument)
{
    if (argument < 24) return 1;
    if (argument <= 0xff) return 2;
    if (argument <= 0xffff) return 3;
    return argument <= 0xffffffff ? 5 : 9;
}

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(ByteView text)
{
    for (std::size_t i = 0; i < text.size();) {
        const std::uint8_t lead = text[i];
        const std::size_t count = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead >= 0x80 && (lead < 0xc2 || lead > 0xf4)) return false;
        if (i + count > text.size()) return false;
        for (std::size_t k = 1; k < count; ++k) {
            if ((text[i + k] & 0xc0U) != 0x80) return false;
        }
        if (count > 2) {
            const std::uint8_t second = text[i + 1];
            if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
                (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f)) {
                return false;
            }
        }
        i += count;
    }
    return true;
}

class Decoder {
public:
    Decoder(ByteView bytes, const Limits& limits) : bytes_(bytes), limits_(limits) {}

    Result<Value> item(int depth)
    {
        const Token token = TRY(next());
        if (token.kind == Kind::stop) return malformed("a break without a beginning");
        return value(token, depth);
    }

    std::size_t position() const { return at_; }

private:
    Result<Token> next()
    {
        if (++items_ > limits_.items) {
            return base::invalid("cbor.too_large", "more data items than are allowed");
        }
        Token token;
        const ByteView rest = bytes_.subspan(at_);
        if (rest.empty()) return malformed("the data end too early");
        const auto result = cbor_stream_decode(rest.data(), rest.size(), &callbacks, &token);
        if (result.status != CBOR_DECODER_FINISHED || token.kind == Kind::none) {
            return malformed("no data item at offset " + std::to_string(at_));
        }
        token.size = result.read;
        at_ += result.read;
        if (limits_.canonical) TRY(check_canonical(token));
        return token;
    }

    static Result<void> check_canonical(const Token& token)
    {
        std::size_t shortest = token.size;
        switch (token.kind) {
            case Kind::integer:
            case Kind::negative:
            case Kind::array:
            case Kind::map:
                shortest = shortest_head(token.number);
                break;
            case Kind::bytes:
            case Kind::text:
                shortest = shortest_head(token.content.size()) + token.content.size();
                break;
            case Kind::open_bytes:
            case Kind::open_text:
            case Kind::open_array:
            case Kind::open_map:
                shortest = 0;
                break;
            default:
                break;
        }
        if (token.size != shortest) {
            return base::invalid("cbor.not_canonical", "a longer form than needed");
        }
        return {};
    }

    Result<Value> value(const Token& token, int depth)
    {
        switch (token.kind) {
            case Kind::integer:
            case Kind::negative:
                return integer(token);
            case Kind::bytes:
                return Value(Bytes(token.content.begin(), token.content.end()));
            case Kind::text:
                return text(token.content);
            case Kind::open_bytes:
                return pieces(Kind::bytes);
            case Kind::open_text:
                return pieces(Kind::text);
            case Kind::array:
                return array(token.number, depth);
            case Kind::open_array:
                return array(std::nullopt, depth);
            case Kind::map:
                return map(token.number, depth);
            case Kind::open_map:
                return map(std::nullopt, depth);
            case Kind::boolean:
                return Value(token.number != 0);
            case Kind::null:
                return Value();
            case Kind::undefined:
                return Value(Undefined{});
            case Kind::real:
                return Value(token.real);
            default:
                return malformed("tags are not understood");
        }
    }

    static Result<Value> integer(const Token& token)
    {
        constexpr auto max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (token.number > max) return malformed("an integer beyond 64 bits");
        const auto number = static_cast<std::int64_t>(token.number);
        return Value(token.kind == Kind::negative ? -1 - number : number);
    }

    static Result<Value> text(ByteView content)
    {
        if (!is_utf8(content)) return malformed("a text that is not UTF-8");
        return Value(std::string(content.begin(), content.end()));
    }

    /// The pieces of a string of indefinite length, each of the same kind.
    Result<Value> pieces(Kind kind)
    {
        Bytes all;
        for (;;) {
            const Token token = TRY(next());
            if (token.kind == Kind::stop) break;
            if (token.kind != kind) return malformed("a piece of another kind in a string");
            if (kind == Kind::text && !is_utf8(token.content)) {
                return malformed("a text that is not UTF-8");
            }
            all.insert(all.end(), token.content.begin(), token.content.end());
        }
        if (kind == Kind::text) return text(all);
        return Value(std::move(all));
    }

    Result<void> enter(int depth) const
    {
        if (depth >= limits_.depth) {
            return base::invalid("cbor.too_deep", "arrays and maps too deep inside each other");
        }
        return {};
    }

    /// The next item of a container; none at its end.
    Result<std::optional<Value>> element(std::optional<std::uint64_t> count, std::uint64_t index,
                                         int depth)
    {
        if (count && index >= *count) return std::optional<Value>();
        const Token token = TRY(next());
        if (token.kind == Kind::stop) {
            if (count) return malformed("a break inside a definite length");
            return std::optional<Value>();
        }
        return std::optional<Value>(TRY(value(token, depth + 1)));
    }

    Result<Value> array(std::optional<std::uint64_t> count, int depth)
    {
        TRY(enter(depth));
        Array elements;
        for (;;) {
            auto found = TRY(element(count, elements.size(), depth));
            if (!found) return Value(std::move(elements));
            elements.push_back(*std::move(found));
        }
    }

    Result<Value> map(std::optional<std::uint64_t> count, int depth)
    {
        TRY(enter(depth));
        Map members;
        ByteView last_key;
        for (;;) {
            const std::size_t start = at_;
            auto key = TRY(element(count, members.size(), depth));
            if (!key) return Value(std::move(members));
            const ByteView key_bytes = bytes_.subspan(start, at_ - start);
            if (limits_.canonical && !members.empty() &&
                !std::ranges::lexicographical_compare(last_key, key_bytes)) {
                return base::invalid("cbor.not_canonical", "keys out of order");
            }
            last_key = key_bytes;
            for (const auto& member : members) {
                if (member.first == *key) return malformed("a key that comes twice");
            }
            Value member_value = TRY(item(depth + 1));
            members.emplace_back(*std::move(key), std::move(member_value));
        }
    }

    ByteView bytes_;
    const Limits& limits_;
    std::size_t at_ = 0;
    std::size_t items_ = 0;
};

}  // namespace

Result<Prefix> decode_prefix(ByteView bytes, const Limits& limits)
{
    Decoder decoder(bytes, limits);
    Value value = TRY(decoder.item(0));
    return Prefix{std::move(value), decoder.position()};
}

Result<Value> decode(ByteView bytes, const Limits& limits)
{
    Prefix prefix = TRY(decode_prefix(bytes, limits));
    if (prefix.size != bytes.size()) {
        return base::invalid("cbor.trailing_bytes", "more bytes than one data item");
    }
    return std::move(prefix.value);
}

}  // namespace platform::cbor
