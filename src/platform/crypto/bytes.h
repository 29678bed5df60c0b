// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace platform::crypto {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string as_text(ByteView bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// Appends `value` in big-endian order.
void append_u32(Bytes& to, std::uint32_t value);
void append_u64(Bytes& to, std::uint64_t value);

/// Appends the length (32 bits) and then the bytes, so that neighbouring fields of a hashed or
/// signed message can never be read as each other.
void append_framed(Bytes& to, ByteView field);

/// Whether both are the same, in a time that depends on the lengths only.
bool equal_constant_time(ByteView a, ByteView b);

/// 32 secret bytes, wiped when they go.
class SecretKey {
public:
    static constexpr std::size_t size = 32;

    SecretKey() = default;
    explicit SecretKey(std::span<const std::uint8_t, size> bytes);
    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();

    ByteView view() const { return bytes_; }
    std::span<std::uint8_t, size> writable() { return bytes_; }

private:
    std::array<std::uint8_t, size> bytes_{};
};

}  // namespace platform::crypto
