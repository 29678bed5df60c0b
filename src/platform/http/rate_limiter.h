// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace platform::http {

/// A token bucket for each caller: `burst` at once, then `per_minute` evenly.
struct RateLimit {
    std::int64_t burst;
    std::int64_t per_minute;
};

/// Counts callers by key (an address, a customer, a phone's hash) in bounded memory: above
/// `max_keys` the keys that have been quiet longest are forgotten. Thread-safe.
class RateLimiter {
public:
    RateLimiter(const base::Clock& clock, RateLimit limit, std::size_t max_keys = 100'000);
    ~RateLimiter();

    /// Takes one token. 0: admitted; else the milliseconds after which one will be there.
    std::int64_t take(std::string_view key);

private:
    struct Shard;
    const base::Clock& clock_;
    RateLimit limit_;
    std::size_t keys_per_shard_;
    std::unique_ptr<Shard[]> shards_;
};

}  // namespace platform::http
