// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/random.h>

#include <base/ensure.h>
#include <platform/crypto/internal/openssl.h>

#include <openssl/rand.h>

namespace platform::crypto {

Bytes Random::bytes(std::size_t count)
{
    Bytes out(count);
    fill(out);
    return out;
}

SecretKey Random::key()
{
    SecretKey key;
    fill(key.writable());
    return key;
}

std::uint32_t Random::below(std::uint32_t bound)
{
    base::ensure(bound > 0);
    // Numbers below 2^32 mod bound would favour small results; they are thrown again.
    const std::uint32_t unfair = (0U - bound) % bound;
    for (;;) {
        std::array<std::uint8_t, 4> raw;
        fill(raw);
        std::uint32_t number = 0;
        for (const std::uint8_t byte : raw) number = (number << 8) | byte;
        if (number >= unfair) return number % bound;
    }
}

void SystemRandom::fill(std::span<std::uint8_t> out)
{
    must(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1, "RAND_bytes");
}

}  // namespace platform::crypto
