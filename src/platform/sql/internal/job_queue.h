// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace platform::sql::internal {

using Group = std::vector<std::unique_ptr<Job>>;

/// The units of work that wait for a book's writer, and what became of them.
class JobQueue {
public:
    explicit JobQueue(const BookOptions& options)
        : max_group_(options.max_group), max_queue_(options.max_queue)
    {
    }

    /// Any thread. Finishes the job with sql.closed or sql.queue_full where it cannot be queued.
    void add(std::unique_ptr<Job> job);

    /// The next units, as many as fit in a group; none after `most`, or where it is closed and all
    /// were taken. On the writer's thread.
    Group take(std::chrono::milliseconds most);

    /// No more are added.
    void close();
    bool closed() const;
    bool closed_and_empty() const;

    /// Counts a group and answers its units.
    void finish(Group& group, std::vector<base::Result<void>>& outcomes);

    BookStatistics statistics() const;

private:
    void gather(std::unique_lock<std::mutex>& lock);

    const std::size_t max_group_;
    const std::size_t max_queue_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::unique_ptr<Job>> queue_;
    std::size_t wanted_ = 1;  // How many units wake the writer.
    std::size_t last_group_ = 0;
    BookStatistics statistics_{};
    bool closed_ = false;
};

}  // namespace platform::sql::internal
