// SPDX-License-Identifier: Apache-2.0
#include <bank/partner/internal/dispatcher.h>

#include <base/thread_name.h>

#include <chrono>

namespace bank::partner::internal {
namespace {

constexpr auto look_again = std::chrono::milliseconds(200);

}  // namespace

void Dispatcher::start(std::function<std::vector<Due>()> look,
                       std::function<void(const Due&)> handle)
{
    look_ = std::move(look);
    handle_ = std::move(handle);
    for (int i = 0; i < count_; ++i) threads_.emplace_back([this] { run(); });
}

void Dispatcher::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    bell_.notify_all();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void Dispatcher::wake()
{
    {
        const std::lock_guard lock(mutex_);
        rung_ = true;
    }
    bell_.notify_one();
}

/// Looks, and claims a call that no thread is at. True where one was found.
bool Dispatcher::take(Due& due)
{
    std::vector<Due> found;
    try {
        found = look_();
    } catch (const std::exception&) {
        // The book fails; it says so itself.
    }
    const std::lock_guard lock(mutex_);
    for (auto& item : found) {
        if (running_.contains(item.id)) continue;
        const auto busy = running_partners_.count(item.partner);
        if (busy + 1 >= static_cast<std::size_t>(count_) && !item.too_late) continue;
        running_.insert(item.id);
        running_partners_.insert(item.partner);
        due = std::move(item);
        return true;
    }
    return false;
}

void Dispatcher::run()
{
    base::name_this_thread("partner");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (looking_) {
            bell_.wait_for(lock, look_again);
            continue;
        }
        looking_ = true;
        rung_ = false;
        lock.unlock();
        Due due;
        const bool found = take(due);
        lock.lock();
        looking_ = false;
        if (!found) {
            bell_.wait_for(lock, look_again, [this] { return rung_ || stopping_; });
            continue;
        }
        lock.unlock();
        bell_.notify_one();  // There may be more for another thread.
        try {
            handle_(due);
        } catch (const std::exception&) {
            // The call stays due and is made again.
        }
        lock.lock();
        running_.erase(due.id);
        running_partners_.erase(running_partners_.find(due.partner));
        rung_ = true;
    }
}

}  // namespace bank::partner::internal
