// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/crypto/bytes.h>

namespace platform::crypto {

/// Where unpredictable bytes come from: the operating system in service, a seed in tests.
/// Thread-safe.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::uint8_t> out) = 0;

    Bytes bytes(std::size_t count);
    SecretKey key();

    /// 0 to bound - 1, each equally likely. `bound` is at least 1.
    std::uint32_t below(std::uint32_t bound);
};

class SystemRandom final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override;
};

}  // namespace platform::crypto
