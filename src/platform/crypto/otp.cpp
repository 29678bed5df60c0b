// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/otp.h>

#include <base/ensure.h>
#include <platform/crypto/encoding.h>

namespace platform::crypto {

namespace {

std::string percent_encoded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        if (plain) {
            out += c;
        } else {
            const auto byte = static_cast<std::uint8_t>(c);
            out += '%';
            out += to_hex({&byte, 1});
        }
    }
    return out;
}

}  // namespace

std::string hotp(ByteView secret, std::uint64_t counter, int digits, HashAlgorithm algorithm)
{
    base::ensure(digits >= 6 && digits <= 8);
    Bytes message;
    append_u64(message, counter);
    const Bytes code = Hmac(secret, algorithm).code(message);

    // Dynamic truncation, RFC 4226 section 5.3.
    const std::size_t offset = code.back() & 0x0fU;
    std::uint32_t number = code[offset] & 0x7fU;
    for (std::size_t i = 1; i < 4; ++i) number = (number << 8) | code[offset + i];

    std::string text(static_cast<std::size_t>(digits), '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number /= 10) {
        *digit = static_cast<char>('0' + number % 10);
    }
    return text;
}

std::uint64_t totp_step(base::Instant now)
{
    return static_cast<std::uint64_t>(now.micros / base::micros_per_second / totp_step_seconds);
}

std::optional<std::uint64_t> matching_totp_step(ByteView secret, std::string_view code,
                                                base::Instant now)
{
    std::optional<std::uint64_t> match;
    for (const std::uint64_t step : {totp_step(now) - 1, totp_step(now), totp_step(now) + 1}) {
        if (equal_constant_time(as_bytes(hotp(secret, step)), as_bytes(code))) match = step;
    }
    return match;
}

std::string totp_address(ByteView secret, std::string_view issuer, std::string_view account)
{
    return "otpauth://totp/" + percent_encoded(issuer) + ":" + percent_encoded(account) +
           "?secret=" + to_base32(secret) + "&issuer=" + percent_encoded(issuer);
}

}  // namespace platform::crypto
