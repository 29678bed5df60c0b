// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace server {

/// Calls `tick` about once a second on a thread of its own until stopped. What `tick` throws is
/// logged and tried again.
class Ticker {
public:
    explicit Ticker(std::function<void()> tick);
    ~Ticker();

private:
    std::function<void()> tick_;
    std::mutex mutex_;
    std::condition_variable stop_wanted_;
    bool stopping_ = false;
    std::thread thread_;
};

/// A few threads that run short pieces of work, in order of arrival.
class Background {
public:
    explicit Background(int threads);
    ~Background();  // Does what is queued first.

    void run(std::function<void()> work);

private:
    void loop();

    std::mutex mutex_;
    std::condition_variable work_arrived_;
    std::deque<std::function<void()>> queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace server
