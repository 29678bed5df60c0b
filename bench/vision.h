// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace bench {

/// `yungui bench vision`: reads the held-out sample cards, compares the faces of the face sets, and
/// plays genuine and forged liveness sessions. Makes and fetches what it needs (minutes, the first
/// time); progress goes to standard error, the figures to standard output, as a table or as JSON.
/// All times are of one core. Returns the exit status.
int bench_vision(const std::filesystem::path& source_root, bool json);

}  // namespace bench
