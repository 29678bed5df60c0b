// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bench {

/// The ledger of one book in process, with what the product writes beside each payment, side by
/// side with a raw log and with the usual tables. See README.md.
int bench_ledger(bool json, std::int64_t accounts = 1'000'000);

/// How cost grows from 100,000 to 10,000,000 accounts, and what 10,000,000 entries take: memory,
/// disk, a start, a check.
int bench_ledger_scale(bool json);

}  // namespace bench
