// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/partner/internal/calls.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace bank::partner::internal {

/// Threads that take due calls, each call by one thread at a time. One slow partner holds at most
/// all threads but one.
class Dispatcher {
public:
    explicit Dispatcher(int threads) : count_(threads < 2 ? 2 : threads) {}
    ~Dispatcher() { stop(); }

    /// `look` finds what is due, called by one thread at a time; `handle` makes one call. What they
    /// throw ends that try only.
    void start(std::function<std::vector<Due>()> look, std::function<void(const Due&)> handle);
    void stop();
    void wake();

private:
    void run();
    bool take(Due& due);

    const int count_;
    std::function<std::vector<Due>()> look_;
    std::function<void(const Due&)> handle_;
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
    bool looking_ = false;
    bool stopping_ = false;
    std::set<CallId> running_;
    std::multiset<std::string> running_partners_;
    std::vector<std::thread> threads_;
};

}  // namespace bank::partner::internal
