// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace bench {

/// Opens so many accounts in an empty PostgreSQL database (a book of its own) and makes transfers
/// with the product's parts between random ones for so many seconds, `in_flight` asked for at a
/// time. Prints one JSON object: per_second, p50_ms, p99_ms, max_ms, group (units a commit),
/// cpu_us_each (of this process). The exit status.
int load_ledger_on_postgres(const std::string& url, std::int64_t accounts, std::int64_t seconds,
                            std::size_t in_flight);

}  // namespace bench
