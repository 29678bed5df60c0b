// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bench/ledger_stores.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace bench {

/// Keeps `in_flight` transfers asked for at a time, until the time is over.
class Load {
public:
    Load(Store& store, std::size_t in_flight) : store_(store), in_flight_(in_flight) {}

    void run(double seconds);

    /// Of the last run.
    std::size_t count() const { return latencies_ms_.size(); }
    double per_second() const { return static_cast<double>(latencies_ms_.size()) / took_; }
    double percentile_ms(double share);

private:
    using Clock = std::chrono::steady_clock;

    void ask();
    void answered(Clock::time_point asked, bool done);

    Store& store_;
    const std::size_t in_flight_;
    Clock::time_point start_;
    double seconds_ = 0;
    double took_ = 0;
    std::vector<double> latencies_ms_;  // Written on the book's writer thread only.
    std::mutex asking_;
    std::mutex mutex_;
    std::condition_variable idle_;
    std::size_t running_ = 0;
};

struct Rate {
    double per_second;
    double cpu_us_each;  // Of the whole process, the asking included.
};

/// As many as fill groups of `group`, after a second in which the state becomes steady.
Rate transfers_per_second(Store& store, std::size_t group, double seconds);

/// Of the whole process.
double cpu_seconds();
double seconds_since(std::chrono::steady_clock::time_point start);

}  // namespace bench
