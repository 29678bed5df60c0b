// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/outbox/outbox.h>
#include <platform/sql/book.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <future>

namespace bank::end_of_day::internal {

/// Hands units of work to a book's writer in their order: several at a time, so that they share
/// commits, and one at a time with pauses while others wait for the writer.
class Pace {
public:
    Pace(platform::sql::Book& book, const std::atomic<bool>& stopping)
        : book_(book), stopping_(stopping)
    {
    }
    ~Pace();  // Waits for what is under way.

    /// Errors: that of an earlier unit of work (those after it are refused by their cursor),
    /// end_of_day.stopped (the program ends).
    base::Result<void> submit(outbox::UnitOfWork work);

    /// Waits for all. Errors: as submit, without the last.
    base::Result<void> drain();

private:
    bool others_are_busy();
    base::Result<void> wait_for_first();

    platform::sql::Book& book_;
    const std::atomic<bool>& stopping_;
    std::deque<std::future<base::Result<void>>> under_way_;
    std::chrono::steady_clock::time_point looked_at_{};
    std::uint64_t all_units_ = 0;
    std::uint64_t our_units_ = 0;
    std::uint64_t our_units_then_ = 0;
    bool busy_ = false;
};

}  // namespace bank::end_of_day::internal
