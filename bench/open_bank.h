// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

namespace bench {

/// Runs the whole bank in this process, with `visitors` signed in by phone, and puts into its
/// evidence what reading a card and judging a face would have put there: for the measurement of
/// openings without the vision steps. bench/opening.py speaks with it over standard input and
/// output:
///
///   out  visitor TOKEN CSRF            once for each
///   out  listening
///   in   evidence CASE CARD            CARD: the card's fields as JSON
///   out  evidence CASE FRONT BACK LIVENESS
///
/// Ends when the input does.
int run_open_bank(const std::filesystem::path& source_root, const std::filesystem::path& data,
                  const std::filesystem::path& bank_folder, std::uint16_t port, int visitors);

}  // namespace bench
