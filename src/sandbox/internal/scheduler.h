// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace sandbox::internal {

/// Runs tasks at their time, on a few threads.
class Scheduler {
public:
    explicit Scheduler(int threads);
    ~Scheduler();  // Drops what has not begun.

    void after(std::chrono::milliseconds delay, std::function<void()> task);

private:
    using Time = std::chrono::steady_clock::time_point;
    void run();

    std::mutex mutex_;
    std::condition_variable bell_;
    std::multimap<Time, std::function<void()>> tasks_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace sandbox::internal
