// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/worker_pool.h>

#include <base/thread_name.h>

namespace platform::http::internal {

WorkerPool::WorkerPool(int threads, std::size_t queue) : most_(queue)
{
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool()
{
    stop();
}

bool WorkerPool::submit(std::function<void()> task)
{
    {
        const std::lock_guard lock(mutex_);
        if (stopped_ || tasks_.size() >= most_) return false;
        tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
}

void WorkerPool::stop()
{
    std::deque<std::function<void()>> dropped;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        dropped.swap(tasks_);
    }
    wake_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

std::size_t WorkerPool::queued() const
{
    const std::lock_guard lock(mutex_);
    return tasks_.size();
}

void WorkerPool::work()
{
    base::name_this_thread("http-worker");
    while (true) {
        std::function<void()> task;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopped_ || !tasks_.empty(); });
            if (stopped_) return;
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        task();
    }
}

}  // namespace platform::http::internal
