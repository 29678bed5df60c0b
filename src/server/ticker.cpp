// SPDX-License-Identifier: Apache-2.0
#include <server/ticker.h>

#include <base/thread_name.h>
#include <platform/log/log.h>

#include <chrono>
#include <exception>

namespace server {

namespace {

void guarded(const std::function<void()>& work, std::string_view event) noexcept
{
    try {
        work();
    } catch (const std::exception& failure) {
        platform::log::error(event, {{"what", failure.what()}});
    }
}

}  // namespace

Ticker::Ticker(std::function<void()> tick) : tick_(std::move(tick))
{
    thread_ = std::thread{[this] {
        std::unique_lock lock{mutex_};
        while (
            !stop_wanted_.wait_for(lock, std::chrono::seconds{1}, [this] { return stopping_; })) {
            lock.unlock();
            guarded(tick_, "server.tick_failed");
            lock.lock();
        }
    }};
}

Ticker::~Ticker()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    stop_wanted_.notify_all();
    thread_.join();
}

Background::Background(int threads)
{
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
}

Background::~Background()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    work_arrived_.notify_all();
    for (auto& thread : threads_) thread.join();
}

void Background::run(std::function<void()> work)
{
    {
        const std::lock_guard lock{mutex_};
        queue_.push_back(std::move(work));
    }
    work_arrived_.notify_one();
}

void Background::loop()
{
    base::name_this_thread("background");
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock{mutex_};
            work_arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        guarded(work, "server.background_failed");
    }
}

}  // namespace server
