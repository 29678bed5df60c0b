// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/encoding.h>

namespace platform::crypto {

using base::Result;

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base32_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

base::Error malformed(std::string_view alphabet)
{
    return base::invalid("encoding.malformed", "the text is not " + std::string(alphabet));
}

/// The bits of `bytes` in groups of `width`, the last group filled up with zeros.
std::string encode(ByteView bytes, std::string_view digits, int width)
{
    std::string text;
    text.reserve(bytes.size() * 8 / static_cast<std::size_t>(width) + 1);
    unsigned held = 0;
    int bits = 0;
    const unsigned mask = (1U << width) - 1;
    for (const std::uint8_t byte : bytes) {
        held = (held << 8) | byte;
        for (bits += 8; bits >= width; bits -= width) {
            text += digits[(held >> (bits - width)) & mask];
        }
    }
    if (bits > 0) text += digits[(held << (width - bits)) & mask];
    return text;
}

Result<Bytes> decode64(std::string_view text, std::string_view digits, std::string_view name)
{
    std::array<std::int8_t, 256> value_of;
    value_of.fill(-1);
    for (std::size_t i = 0; i < digits.size(); ++i) {
        value_of[static_cast<std::uint8_t>(digits[i])] = static_cast<std::int8_t>(i);
    }
    Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned held = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = value_of[static_cast<std::uint8_t>(c)];
        if (value < 0) return malformed(name);
        held = (held << 6) | static_cast<unsigned>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>(held >> bits));
        }
    }
    if (bits == 6 || (held & ((1U << bits) - 1)) != 0) return malformed(name);
    return bytes;
}

}  // namespace

std::string to_hex(ByteView bytes)
{
    return encode(bytes, hex_digits, 4);
}

Result<Bytes> from_hex(std::string_view text)
{
    if (text.size() % 2 != 0) return malformed("hexadecimal");
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    int high = -1;
    for (const char c : text) {
        const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        const auto digit = hex_digits.find(lower);
        if (digit == std::string_view::npos) return malformed("hexadecimal");
        if (high < 0) {
            high = static_cast<int>(digit);
        } else {
            bytes.push_back(static_cast<std::uint8_t>(high * 16 + static_cast<int>(digit)));
            high = -1;
        }
    }
    return bytes;
}

std::string to_base64url(ByteView bytes)
{
    return encode(bytes, base64url_digits, 6);
}

Result<Bytes> from_base64url(std::string_view text)
{
    return decode64(text, base64url_digits, "base64url");
}

std::string to_base64(ByteView bytes)
{
    std::string text = encode(bytes, base64_digits, 6);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

Result<Bytes> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return malformed("base64");
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    return decode64(text, base64_digits, "base64");
}

std::string to_base32(ByteView bytes)
{
    return encode(bytes, base32_digits, 5);
}

base::Result<Bytes> from_base32(std::string_view text)
{
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    Bytes bytes;
    std::uint32_t window = 0;
    int bits = 0;
    for (const char c : text) {
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        const auto digit = alphabet.find(upper);
        if (digit == std::string_view::npos) {
            return base::invalid("encoding.malformed", "this is not base32");
        }
        window = (window << 5) | static_cast<std::uint32_t>(digit);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<std::uint8_t>(window >> bits));
        window &= (1U << bits) - 1;
    }
    if (bits >= 5 || window != 0) return base::invalid("encoding.malformed", "this is not base32");
    return bytes;
}

}  // namespace platform::crypto
