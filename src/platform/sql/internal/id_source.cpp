// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/id_source.h>

#include <base/ensure.h>

#include <algorithm>

namespace platform::sql::internal {

namespace {

constexpr std::int64_t epoch_micros = 1'577'836'800'000'000;  // 2020-01-01T00:00:00Z.
constexpr std::uint64_t sequence_limit = 4096;
constexpr std::uint64_t mark_ahead_ms = 10'000;

}  // namespace

IdSource::IdSource(int book, const base::Clock& clock, std::uint64_t persisted_mark)
    : book_(static_cast<std::uint64_t>(book)), clock_(clock), mark_(0)
{
    base::ensure(book >= 0 && book < 1024);
    last_ms_ = std::max(clock_ms(), persisted_mark);
}

std::uint64_t IdSource::clock_ms() const
{
    return static_cast<std::uint64_t>(
        std::max<std::int64_t>(1, (clock_.now().micros - epoch_micros) / 1000));
}

std::uint64_t IdSource::next()
{
    const std::lock_guard lock{mutex_};
    const std::uint64_t now = clock_ms();
    if (now > last_ms_) {
        last_ms_ = now;
        sequence_ = 0;
    } else if (sequence_ == sequence_limit) {
        ++last_ms_;
        sequence_ = 0;
    }
    return (last_ms_ << 22) | (book_ << 12) | sequence_++;
}

std::uint64_t IdSource::mark_to_persist()
{
    const std::lock_guard lock{mutex_};
    if (last_ms_ + mark_ahead_ms / 2 < mark_) return 0;
    return mark_ = last_ms_ + mark_ahead_ms;
}

}  // namespace platform::sql::internal
