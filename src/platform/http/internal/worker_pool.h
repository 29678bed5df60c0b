// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace platform::http::internal {

/// A fixed number of threads and a bounded queue of tasks before them.
class WorkerPool {
public:
    WorkerPool(int threads, std::size_t queue);
    ~WorkerPool();  // stop().

    /// False where the queue is full or the pool has stopped: the task is not run.
    bool submit(std::function<void()> task);
    /// Drops what is queued, waits for what runs. Idempotent.
    void stop();
    std::size_t queued() const;

private:
    void work();

    const std::size_t most_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> tasks_;
    bool stopped_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace platform::http::internal
