// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

namespace bench {

/// `yungui bench end-of-day`: three ends of day over `accounts` accounts, on disk, with the demo
/// bank's products and chart: an ordinary one, the one that posts a quarter's interest to every
/// account, and an ordinary one beside payments. Audit trail and outbox are on. Returns the exit
/// status.
int bench_end_of_day(const std::filesystem::path& root, bool json,
                     std::int64_t accounts = 1'000'000);

}  // namespace bench
