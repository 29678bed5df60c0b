// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace bench {

/// Evaluates bench/decision/table.dmn for some seconds on one thread; prints one JSON object:
/// evaluations a second, and the sum of the points of a thousand cases, for comparing answers.
int bench_table(const std::filesystem::path& root, double seconds);

/// Evaluates bench/decision/expressions.json, compiled once, for some seconds; prints one JSON
/// object: evaluations a second, and each answer in words.
int bench_expressions(const std::filesystem::path& root, double seconds);

}  // namespace bench
