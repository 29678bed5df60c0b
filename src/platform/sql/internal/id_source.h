// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>

#include <cstdint>
#include <mutex>

namespace platform::sql::internal {

/// Issues the ids of one book. Never repeats one, whatever the clock does: time only moves forward,
/// and a mark ahead of all issued ids is persisted by the writer, from which the next start goes
/// on.
class IdSource {
public:
    /// `persisted_mark` is what mark_to_persist() last gave, or 0 for a new book.
    IdSource(int book, const base::Clock& clock, std::uint64_t persisted_mark);

    std::uint64_t next();

    /// A mark (milliseconds since 2020) that must be made durable with the next commit, or 0 where
    /// the last one still does.
    std::uint64_t mark_to_persist();

private:
    std::uint64_t clock_ms() const;

    const std::uint64_t book_;
    const base::Clock& clock_;
    std::mutex mutex_;
    std::uint64_t last_ms_;
    std::uint64_t sequence_ = 0;
    std::uint64_t mark_;
};

}  // namespace platform::sql::internal
