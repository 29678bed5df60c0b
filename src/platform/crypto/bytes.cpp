// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/bytes.h>

#include <openssl/crypto.h>

#include <algorithm>

namespace platform::crypto {

void append_u32(Bytes& to, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        to.push_back(static_cast<std::uint8_t>(value >> shift));
    }
}

void append_u64(Bytes& to, std::uint64_t value)
{
    append_u32(to, static_cast<std::uint32_t>(value >> 32));
    append_u32(to, static_cast<std::uint32_t>(value));
}

void append_framed(Bytes& to, ByteView field)
{
    append_u32(to, static_cast<std::uint32_t>(field.size()));
    to.insert(to.end(), field.begin(), field.end());
}

bool equal_constant_time(ByteView a, ByteView b)
{
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

SecretKey::SecretKey(std::span<const std::uint8_t, size> bytes)
{
    std::ranges::copy(bytes, bytes_.begin());
}

SecretKey::~SecretKey()
{
    OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

}  // namespace platform::crypto
