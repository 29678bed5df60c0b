// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace bench {

/// `yungui bench ledger`: transfers a second through the ledger, in process, durable before they
/// are answered, in groups of 128 and 16, beside the limit of the same run (the same bytes appended
/// to a file with fdatasync) and the usual tables updated in place; the wait of 64 clients that
/// each ask when they were answered; how fast a start reads the tail. Random pairs of `accounts`
/// accounts. About a minute and a half. Returns the exit status.
int bench_ledger(bool json, std::int64_t accounts = 1'000'000);

}  // namespace bench
