// SPDX-License-Identifier: Apache-2.0
#include <bench/ledger.h>

#include <bench/ledger_stores.h>

#include <platform/json/value.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>

namespace bench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double seconds_each = 6;
constexpr std::size_t waiting_clients = 64;

double seconds_since(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string processor()
{
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    }
    return "unknown";
}

/// Keeps `in_flight` transfers asked for at a time, until the time is over.
class Load {
public:
    Load(Store& store, std::size_t in_flight) : store_(store), in_flight_(in_flight) {}

    void run(double seconds)
    {
        latencies_ms_.clear();
        start_ = Clock::now();
        seconds_ = seconds;
        for (std::size_t i = 0; i < in_flight_; ++i) ask();
        std::unique_lock lock{mutex_};
        idle_.wait(lock, [this] { return running_ == 0; });
        took_ = seconds_since(start_);
    }

    std::size_t count() const { return latencies_ms_.size(); }
    double per_second() const { return static_cast<double>(latencies_ms_.size()) / took_; }
    double percentile_ms(double share)
    {
        std::sort(latencies_ms_.begin(), latencies_ms_.end());
        return latencies_ms_.at(
            static_cast<std::size_t>(share * static_cast<double>(latencies_ms_.size() - 1)));
    }

private:
    void ask()
    {
        {
            const std::lock_guard lock{mutex_};
            ++running_;
        }
        const auto asked = Clock::now();
        const std::lock_guard one_at_a_time{asking_};
        store_.transfer([this, asked](bool done) { answered(asked, done); });
    }

    void answered(Clock::time_point asked, bool done)
    {
        if (!done) std::fprintf(stderr, "a transfer was refused\n");
        latencies_ms_.push_back(seconds_since(asked) * 1000);
        if (seconds_since(start_) < seconds_) ask();
        const std::lock_guard lock{mutex_};
        if (--running_ == 0) idle_.notify_one();
    }

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

double cpu_seconds()
{
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

struct Rate {
    double per_second;
    double cpu_us_each;  // Of the whole process, the asking included.
};

Rate transfers_per_second(Store& store, std::size_t group)
{
    Load load{store, 8 * group};
    load.run(1);  // To a steady state.
    const double cpu_before = cpu_seconds();
    load.run(seconds_each);
    const double cpu = cpu_seconds() - cpu_before;
    return {load.per_second(), cpu * 1e6 / static_cast<double>(load.count())};
}

}  // namespace

int bench_ledger(bool json, std::int64_t accounts)
{
    std::vector<std::pair<std::string, double>> figures;
    const auto note = [&](std::string name, double value) {
        std::fprintf(stderr, "%-32s %.3g\n", name.c_str(), value);
        figures.emplace_back(std::move(name), value);
    };
    const BenchFolder folder;
    note("fsync_p50_ms", fsync_median_ms(folder.path()));
    double raw_128 = 0;
    double sqlite_128 = 0;
    {
        std::fprintf(stderr, "opening %lld accounts\n", static_cast<long long>(accounts));
        const auto start = Clock::now();
        LedgerStore ledger{folder.path(), accounts};
        note("accounts", static_cast<double>(accounts));
        note("preload_s", seconds_since(start));
        for (const std::size_t group : {128U, 16U}) {
            const std::string suffix = "_" + std::to_string(group);
            ledger.set_group(group);
            // Interleaved, because the machine's speed drifts.
            const double raw_before = raw_log_per_second(folder.path(), group, seconds_each / 2);
            const auto [sqlite, cpu_us] = transfers_per_second(ledger, group);
            const double raw_after = raw_log_per_second(folder.path(), group, seconds_each / 2);
            const double raw = (raw_before + raw_after) / 2;
            note("sqlite_per_second" + suffix, sqlite);
            note("rawlog_per_second" + suffix, raw);
            note("ratio_to_rawlog" + suffix, sqlite / raw);
            note("cpu_us_each" + suffix, cpu_us);
            if (group == 128) {
                raw_128 = raw;
                sqlite_128 = sqlite;
            }
        }
        ledger.set_group(256);
        Load clients{ledger, waiting_clients};
        clients.run(seconds_each);
        note("per_second_64_clients", clients.per_second());
        note("p50_ms_64", clients.percentile_ms(.5));
        note("p99_ms_64", clients.percentile_ms(.99));
        note("max_ms_64", clients.percentile_ms(1));
        const auto [entries, seconds] = ledger.restart();
        note("replayed_entries", static_cast<double>(entries));
        note("replayed_per_second", static_cast<double>(entries) / seconds);
        note("bytes_per_entry", ledger.bytes_per_entry());
        const auto check_start = Clock::now();
        const auto checked = ledger.check();
        if (checked < 0) return 1;
        note("checked_per_second", static_cast<double>(checked) / seconds_since(check_start));
    }
    {
        UsualTables usual{folder.path(), accounts, 128};
        const auto [per_second, cpu_us] = transfers_per_second(usual, 128);
        note("usual_tables_per_second_128", per_second);
        note("usual_tables_cpu_us_each_128", cpu_us);
        note("ratio_to_usual_tables_128", sqlite_128 / per_second);
    }
    if (!json) return raw_128 > 0 ? 0 : 1;
    platform::json::Object values;
    for (const auto& [name, value] : figures) values.set(name, value);
    const platform::json::Object machine{
        {"processor", processor()},
        {"cores", static_cast<std::int64_t>(std::thread::hardware_concurrency())}};
    std::puts(
        platform::json::serialise(
            platform::json::Object{{"bench", "ledger"}, {"machine", machine}, {"figures", values}})
            .c_str());
    return 0;
}

}  // namespace bench
