// SPDX-License-Identifier: Apache-2.0
#include <sandbox/internal/scheduler.h>

namespace sandbox::internal {

Scheduler::Scheduler(int threads)
{
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

Scheduler::~Scheduler()
{
    std::multimap<Time, std::function<void()>> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        dropped.swap(tasks_);
    }
    bell_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void Scheduler::after(std::chrono::milliseconds delay, std::function<void()> task)
{
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        tasks_.emplace(std::chrono::steady_clock::now() + delay, std::move(task));
    }
    bell_.notify_one();
}

void Scheduler::run()
{
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (tasks_.empty()) {
            bell_.wait(lock);
            continue;
        }
        const auto first = tasks_.begin();
        if (first->first > std::chrono::steady_clock::now()) {
            const auto until = first->first;
            bell_.wait_until(lock, until);
            continue;
        }
        const auto task = std::move(first->second);
        tasks_.erase(first);
        lock.unlock();
        task();
        lock.lock();
    }
}

}  // namespace sandbox::internal
