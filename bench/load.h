// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// A file of requests: each its length in four bytes, little-endian, and its bytes.
void append_request(std::string& file, std::string_view request);
std::vector<std::string> read_requests(const std::filesystem::path& file);

struct LoadOptions {
    std::uint16_t port;
    bool tls = false;
    std::size_t connections = 64;
    int expected_status = 200;
    int other_status = 0;  // Right too, and counted apart; 0: none.
};

struct LoadOutcome {
    double seconds = 0;
    double cpu_seconds = 0;  // Of the generator itself.
    std::uint64_t right = 0;
    std::uint64_t other = 0;  // Of the right ones, those with the other status.
    std::uint64_t wrong = 0;
    std::string first_wrong = {};           // The whole answer.
    std::vector<double> latencies_ms = {};  // Of those that were right, sorted.
};

/// Sends `requests` over kept connections to this machine, on each connection the next as soon as
/// the answer to the one before is whole; on one thread, so that most of the machine is the
/// server's.
LoadOutcome run_load(const std::vector<std::string>& requests, const LoadOptions& options);

/// The same with requests that `next` gives one by one; null ends it. The text is used at once.
LoadOutcome run_load(const std::function<const std::string*()>& next, const LoadOptions& options);

/// The same request again and again for so long.
LoadOutcome run_fixed_load(const std::string& request, double seconds, const LoadOptions& options);

}  // namespace bench
