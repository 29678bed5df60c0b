// SPDX-License-Identifier: Apache-2.0
#include <bench/postgres.h>

#include <bench/ledger_load.h>
#include <platform/json/value.h>

#include <cstdio>
#include <stdexcept>

namespace bench {

namespace sql = platform::sql;

int load_ledger_on_postgres(const std::string& url, std::int64_t accounts, std::int64_t seconds,
                            std::size_t in_flight)
{
    LedgerStore store{[&url](const base::Clock& clock, std::size_t group) {
                          return sql::open_postgres_book(
                              {.url = url, .name = "bench", .node = "bench"}, clock,
                              {.number = 1, .max_group = group});
                      },
                      accounts, Parts::product};
    Load load{store, in_flight};
    load.run(2);  // To a steady state.
    const auto commits_before = store.commits();
    const double cpu_before = cpu_seconds();
    load.run(static_cast<double>(seconds));
    const double cpu_us = (cpu_seconds() - cpu_before) * 1e6;
    const auto commits = static_cast<double>(store.commits() - commits_before);
    const auto count = static_cast<double>(load.count());
    if (store.check() < 0) throw std::runtime_error("the ledger is not in order afterwards");
    const platform::json::Object figures{
        {"per_second", load.per_second()},   {"p50_ms", load.percentile_ms(.5)},
        {"p99_ms", load.percentile_ms(.99)}, {"max_ms", load.percentile_ms(1)},
        {"group", count / commits},          {"cpu_us_each", cpu_us / count}};
    std::puts(platform::json::serialise(figures).c_str());
    return 0;
}

}  // namespace bench
