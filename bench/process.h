// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

namespace bench {

/// Runs `count` instances of the service "measured" of the bank `root`/banks/demo, at its first
/// institution, in a data folder that this bank has been started in before, through the counter as
/// its routes do: each to its staff task, and, where they are to be `finished`, to its end.
int fill_processes(const std::filesystem::path& root, const std::filesystem::path& data,
                   std::int64_t count, bool finished);

}  // namespace bench
