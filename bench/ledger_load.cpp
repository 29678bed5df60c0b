// SPDX-License-Identifier: Apache-2.0
#include <bench/ledger_load.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace bench {

double seconds_since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void Load::run(double seconds)
{
    latencies_ms_.clear();
    start_ = Clock::now();
    seconds_ = seconds;
    for (std::size_t i = 0; i < in_flight_; ++i) ask();
    std::unique_lock lock{mutex_};
    idle_.wait(lock, [this] { return running_ == 0; });
    took_ = seconds_since(start_);
}

double Load::percentile_ms(double share)
{
    std::sort(latencies_ms_.begin(), latencies_ms_.end());
    return latencies_ms_.at(
        static_cast<std::size_t>(share * static_cast<double>(latencies_ms_.size() - 1)));
}

void Load::ask()
{
    {
        const std::lock_guard lock{mutex_};
        ++running_;
    }
    const auto asked = Clock::now();
    const std::lock_guard one_at_a_time{asking_};
    store_.transfer([this, asked](bool done) { answered(asked, done); });
}

void Load::answered(Clock::time_point asked, bool done)
{
    if (!done) std::fprintf(stderr, "a transfer was refused\n");
    latencies_ms_.push_back(seconds_since(asked) * 1000);
    if (seconds_since(start_) < seconds_) ask();
    const std::lock_guard lock{mutex_};
    if (--running_ == 0) idle_.notify_one();
}

double cpu_seconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

Rate transfers_per_second(Store& store, std::size_t group, double seconds)
{
    Load load{store, 8 * group};
    load.run(1);  // To a steady state.
    const double cpu_before = cpu_seconds();
    load.run(seconds);
    const double cpu = cpu_seconds() - cpu_before;
    return {load.per_second(), cpu * 1e6 / static_cast<double>(load.count())};
}

}  // namespace bench
