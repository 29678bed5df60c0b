// SPDX-License-Identifier: Apache-2.0
#include <bench/ledger.h>

#include <bench/figures.h>
#include <bench/flushes.h>
#include <bench/ledger_load.h>
#include <bench/usual_tables.h>

#include <cstdio>
#include <string>

namespace bench {

namespace {

constexpr double seconds_each = 6;
constexpr double seconds_of_stalls = 60;
constexpr std::size_t waiting_clients = 64;

/// Interleaved with the raw log, because the machine's speed drifts. Returns transfers a second.
double beside_raw_log(Figures& figures, const std::filesystem::path& folder, Store& store,
                      std::size_t group, const std::string& prefix, const std::string& suffix)
{
    const double before = raw_log_per_second(folder, group, seconds_each / 2);
    const auto [per_second, cpu_us] = transfers_per_second(store, group, seconds_each);
    const double after = raw_log_per_second(folder, group, seconds_each / 2);
    const double raw = (before + after) / 2;
    figures.note(prefix + "per_second" + suffix, per_second);
    figures.note("rawlog_per_second" + suffix, raw);
    figures.note("ratio_to_rawlog" + suffix, per_second / raw);
    figures.note("cpu_us_each" + suffix, cpu_us);
    return per_second;
}

/// Returns transfers a second.
double usual_tables(Figures& figures, const std::filesystem::path& folder, std::int64_t accounts,
                    Parts parts, const std::string& suffix)
{
    UsualTables usual{folder, accounts, 128, parts};
    const auto [per_second, cpu_us] = transfers_per_second(usual, 128, seconds_each);
    figures.note("usual_tables_per_second_128" + suffix, per_second);
    figures.note("usual_tables_cpu_us_each_128" + suffix, cpu_us);
    return per_second;
}

}  // namespace

int bench_ledger(bool json, std::int64_t accounts)
{
    Figures figures;
    const BenchFolder folder;
    figures.note("fsync_p50_ms", fsync_median_ms(folder.path()));
    double sqlite_128 = 0;
    double alone_128 = 0;
    {
        std::fprintf(stderr, "opening %lld accounts\n", static_cast<long long>(accounts));
        LedgerStore ledger{folder.path(), accounts, Parts::product};
        figures.note("accounts", static_cast<double>(accounts));
        ledger.set_group(128);
        sqlite_128 = beside_raw_log(figures, folder.path(), ledger, 128, "sqlite_", "_128");
        ledger.set_hot(true);
        const Rate hot = transfers_per_second(ledger, 128, seconds_each);
        ledger.set_hot(false);
        const Rate cold = transfers_per_second(ledger, 128, seconds_each);
        figures.note("hot_per_second_128", hot.per_second);
        figures.note("ratio_hot_to_cold_128", 2 * hot.per_second / (cold.per_second + sqlite_128));
        ledger.set_parts(Parts::ledger_alone);
        alone_128 = beside_raw_log(figures, folder.path(), ledger, 128, "", "_128_ledger_alone");
        ledger.set_parts(Parts::product);
        ledger.set_group(16);
        beside_raw_log(figures, folder.path(), ledger, 16, "sqlite_", "_16");
        ledger.set_parts(Parts::ledger_alone);
        beside_raw_log(figures, folder.path(), ledger, 16, "", "_16_ledger_alone");
        ledger.set_parts(Parts::product);
        ledger.set_group(256);
        Load clients{ledger, waiting_clients};
        clients.run(1);
        longest_flush_ms();
        clients.run(seconds_of_stalls);
        figures.note("per_second_64", clients.per_second());
        figures.note("p50_ms_64", clients.percentile_ms(.5));
        figures.note("p99_ms_64", clients.percentile_ms(.99));
        figures.note("max_ms_60s", clients.percentile_ms(1));
        figures.note("longest_flush_ms_60s", longest_flush_ms());
        const auto [entries, seconds] = ledger.restart();
        figures.note("replayed_entries", static_cast<double>(entries));
        figures.note("replayed_per_second", static_cast<double>(entries) / seconds);
    }
    const double usual = usual_tables(figures, folder.path(), accounts, Parts::product, "");
    figures.note("ratio_to_usual_tables_128", sqlite_128 / usual);
    const double bare =
        usual_tables(figures, folder.path(), accounts, Parts::ledger_alone, "_bare");
    figures.note("ratio_to_bare_usual_tables_128", sqlite_128 / bare);
    figures.note("ratio_to_usual_tables_128_ledger_alone", alone_128 / bare);
    figures.print("ledger", json);
    return 0;
}

}  // namespace bench
