// SPDX-License-Identifier: Apache-2.0
#include <bench/ledger.h>

#include <bench/figures.h>
#include <bench/ledger_load.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace bench {

namespace {

constexpr std::size_t group = 128;
constexpr double seconds_of_load = 6;
constexpr std::int64_t entries_wanted = 10'000'000;

double memory_in_use_mb()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("RssAnon:")) return std::stod(line.substr(8)) / 1024;
    }
    return 0;
}

/// Entries until there are entries_wanted; groups as large as fit, for only their number matters.
void fill(LedgerStore& ledger)
{
    while (ledger.entries() < entries_wanted) {
        Load load{ledger, 4096};
        load.run(10);
        std::fprintf(stderr, "\r%lld of %lld entries", static_cast<long long>(ledger.entries()),
                     static_cast<long long>(entries_wanted));
    }
    std::fputc('\n', stderr);
}

}  // namespace

int bench_ledger_scale(bool json)
{
    Figures figures;
    for (const std::int64_t accounts : {100'000, 1'000'000, 10'000'000}) {
        const BenchFolder folder;
        const std::string suffix = "_" + std::to_string(accounts / 100'000) + "x";
        std::fprintf(stderr, "opening %lld accounts\n", static_cast<long long>(accounts));
        const double memory_before = memory_in_use_mb();
        LedgerStore ledger{folder.path(), accounts, Parts::ledger_alone};
        ledger.set_group(group);
        const auto [per_second, cpu_us] = transfers_per_second(ledger, group, seconds_of_load);
        figures.note("per_second_128" + suffix, per_second);
        figures.note("cpu_us_each_128" + suffix, cpu_us);
        if (accounts != 1'000'000) continue;
        ledger.set_group(1024);
        fill(ledger);
        // The names of the accounts are the measurement's own.
        figures.note("memory_mb",
                     memory_in_use_mb() - memory_before - static_cast<double>(accounts * 8) / 1e6);
        figures.note("entries", static_cast<double>(ledger.entries()));
        figures.note("bytes_per_entry", ledger.bytes_per_entry());
        figures.note("file_mb", ledger.file_mb());
        const auto [tail, start_s] = ledger.restart();
        figures.note("start_s", start_s);
        figures.note("replayed_per_second", static_cast<double>(tail) / start_s);
        const auto start = std::chrono::steady_clock::now();
        const auto checked = ledger.check();
        if (checked < 0) return 1;
        const double seconds = seconds_since(start);
        figures.note("check_s", seconds);
        figures.note("checked_per_second", static_cast<double>(checked) / seconds);
    }
    figures.print("ledger-scale", json);
    return 0;
}

}  // namespace bench
