// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/outbox/outbox.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

namespace bank::outbox::internal {

/// The thread of one consumer with its place in the events.
class Reader {
public:
    Reader(platform::sql::Book& book, Consumer consumer, bool from_start);
    ~Reader();

    void start(std::function<void(const DeadLetter&)> tell);
    void stop();
    void wake();

    /// One round: takes what is due, acts, writes down how far it came. False where nothing is
    /// left.
    bool round();
    const std::string& name() const { return consumer_.name; }
    bool wants(std::string_view type) const;

private:
    struct Due {
        Event event;
        bool again = false;  // From the retries, not from the place on.
        int attempts = 0;    // So far.
    };
    struct Failed {
        Due due;
        base::Instant again_at;
        bool dead = false;
        std::string reason;
    };

    void register_place();
    std::vector<Due> take(EventId& place, base::Instant now);
    std::future<base::Result<void>> begin(const Event& event);
    bool others_are_busy();
    Failed judge(Due due, const base::Error& error);
    void write_down(EventId place, const std::vector<Due>& done, const std::vector<Failed>& failed);
    void run();

    platform::sql::Book& book_;
    const Consumer consumer_;
    const bool from_start_;
    std::function<void(const DeadLetter&)> tell_;
    std::mutex mutex_;
    std::condition_variable bell_;
    bool rung_ = false;
    std::atomic<std::uint64_t> units_ = 0;  // Our units of work that the writer has done.
    struct Load {
        std::chrono::steady_clock::time_point at = {};
        std::uint64_t all = 0;
        std::uint64_t ours = 0;
        bool busy = false;
    };
    Load load_;  // When last looked at; the thread's own.
    bool stopping_ = false;
    bool more_pages_ =
        false;  // Than the last round read; this and the next three are the thread's own.
    EventId taken_up_to_;  // By the last round.
    EventId written_place_;
    std::chrono::steady_clock::time_point written_at_;
    std::thread thread_;
};

}  // namespace bank::outbox::internal
