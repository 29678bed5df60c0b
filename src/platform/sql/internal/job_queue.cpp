// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/job_queue.h>

#include <algorithm>

namespace platform::sql::internal {

namespace {

constexpr std::size_t busy_group = 4;
constexpr std::chrono::microseconds gathering{1000};
constexpr std::chrono::microseconds nobody_comes{400};

}  // namespace

void JobQueue::add(std::unique_ptr<Job> job)
{
    std::string_view refusal;
    bool wakes = false;
    {
        const std::lock_guard lock{mutex_};
        if (closed_) {
            refusal = "sql.closed";
        } else if (queue_.size() >= max_queue_) {
            refusal = "sql.queue_full";
        } else {
            queue_.push_back(std::move(job));
            wakes = queue_.size() >= wanted_;
        }
    }
    if (refusal.empty()) {
        if (wakes) arrived_.notify_one();
    } else {
        job->finish(base::unavailable(refusal, "the bank is busy; try again in a moment"));
    }
}

/// Where units come in crowds, a commit waits a moment for more of them: what a commit costs apart
/// from its units (the sync, the last page of each table) is then shared by twice as many. Who is
/// alone never waits, and where nobody came for a while (all callers wait for their answers) it
/// goes on.
void JobQueue::gather(std::unique_lock<std::mutex>& lock)
{
    if (last_group_ < busy_group) return;
    wanted_ = std::min(2 * last_group_, max_group_);
    const auto end = std::chrono::steady_clock::now() + gathering;
    for (std::size_t before = 0; before < queue_.size();) {
        before = queue_.size();
        const auto enough = [this] { return closed_ || queue_.size() >= wanted_; };
        const auto until = std::min(end, std::chrono::steady_clock::now() + nobody_comes);
        if (arrived_.wait_until(lock, until, enough) || until == end) break;
    }
    wanted_ = 1;
}

Group JobQueue::take(std::chrono::milliseconds most)
{
    Group group;
    std::unique_lock lock{mutex_};
    arrived_.wait_for(lock, most, [this] { return closed_ || !queue_.empty(); });
    gather(lock);
    while (!queue_.empty() && group.size() < max_group_) {
        group.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    last_group_ = group.size();
    return group;
}

void JobQueue::close()
{
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    arrived_.notify_all();
}

bool JobQueue::closed() const
{
    const std::lock_guard lock{mutex_};
    return closed_;
}

bool JobQueue::closed_and_empty() const
{
    const std::lock_guard lock{mutex_};
    return closed_ && queue_.empty();
}

void JobQueue::finish(Group& group, std::vector<base::Result<void>>& outcomes)
{
    {
        const std::lock_guard lock{mutex_};
        ++statistics_.groups;
        for (const auto& outcome : outcomes) {
            if (outcome) {
                ++statistics_.units;
            } else if (outcome.error().kind == base::ErrorKind::unavailable) {
                ++statistics_.failed;
            } else {
                ++statistics_.refused;
            }
        }
    }
    for (std::size_t i = 0; i < group.size(); ++i) group[i]->finish(std::move(outcomes[i]));
    group.clear();
}

BookStatistics JobQueue::statistics() const
{
    const std::lock_guard lock{mutex_};
    BookStatistics copy = statistics_;
    copy.waiting = queue_.size();
    return copy;
}

}  // namespace platform::sql::internal
