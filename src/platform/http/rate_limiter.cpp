// SPDX-License-Identifier: Apache-2.0
#include <platform/http/rate_limiter.h>

#include <base/ensure.h>

#include <algorithm>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace platform::http {
namespace {

constexpr std::size_t shard_count = 16;
constexpr std::int64_t micros_per_minute = 60'000'000;

}  // namespace

/// Buckets in order of use, the quietest at the back.
struct RateLimiter::Shard {
    struct Bucket {
        std::string key;
        std::int64_t filled_until_us;  // The instant at which the bucket is full again.
    };
    std::mutex mutex;
    std::list<Bucket> buckets;
    std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key;
};

RateLimiter::RateLimiter(const base::Clock& clock, RateLimit limit, std::size_t max_keys)
    : clock_(clock),
      limit_(limit),
      keys_per_shard_(std::max<std::size_t>(1, max_keys / shard_count)),
      shards_(std::make_unique<Shard[]>(shard_count))
{
    base::ensure(limit.burst > 0 && limit.per_minute > 0);
}

RateLimiter::~RateLimiter() = default;

std::int64_t RateLimiter::take(std::string_view key)
{
    Shard& shard = shards_[std::hash<std::string_view>{}(key) % shard_count];
    const std::int64_t now = clock_.now().micros;
    const std::int64_t interval = micros_per_minute / limit_.per_minute;
    const std::lock_guard lock(shard.mutex);

    const auto found = shard.by_key.find(key);
    if (found == shard.by_key.end()) {
        if (shard.buckets.size() >= keys_per_shard_) {
            shard.by_key.erase(shard.buckets.back().key);
            shard.buckets.pop_back();
        }
        shard.buckets.push_front({std::string(key), now});
        shard.by_key.emplace(shard.buckets.front().key, shard.buckets.begin());
    } else {
        shard.buckets.splice(shard.buckets.begin(), shard.buckets, found->second);
    }

    // The generic cell rate algorithm (ITU-T I.371): a full bucket is one whose time lies behind
    // us, a token moves it forward by one interval, and it may run ahead by `burst` intervals.
    auto& bucket = shard.buckets.front();
    const std::int64_t next = std::max(bucket.filled_until_us, now) + interval;
    const std::int64_t ahead = next - now - limit_.burst * interval;
    if (ahead > 0) return (ahead + 999) / 1000;
    bucket.filled_until_us = next;
    return 0;
}

}  // namespace platform::http
