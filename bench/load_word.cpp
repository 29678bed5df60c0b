// SPDX-License-Identifier: Apache-2.0
#include <bench/load_word.h>

#include <bench/load.h>

#include <platform/json/value.h>

#include <cstdio>

namespace bench {

namespace {

void print(const LoadOutcome& outcome)
{
    const auto percentile = [&](double share) {
        const auto& times = outcome.latencies_ms;
        if (times.empty()) return 0.0;
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    const double right = static_cast<double>(outcome.right);
    std::puts(platform::json::serialise(
                  platform::json::Object{
                      {"per_second", right / outcome.seconds},
                      {"p50_ms", percentile(.5)},
                      {"p99_ms", percentile(.99)},
                      {"max_ms", percentile(1)},
                      {"right", static_cast<std::int64_t>(outcome.right)},
                      {"wrong", static_cast<std::int64_t>(outcome.wrong)},
                      {"first_wrong", outcome.first_wrong},
                      {"generator_cpu_us_each",
                       outcome.cpu_seconds * 1e6 / (right + static_cast<double>(outcome.wrong))}})
                  .c_str());
}

}  // namespace

int load_word(const std::vector<std::string>& words)
{
    LoadOptions options{.port = static_cast<std::uint16_t>(std::stoi(words.at(0)))};
    options.tls = words.at(1) == "tls";
    if (words.at(2) == "fixed") {
        const std::string request = "GET " + words.at(3) +
                                    " HTTP/1.1\r\nHost: localhost\r\n"
                                    "Accept: application/json\r\n\r\n";
        print(run_fixed_load(request, std::stod(words.at(4)), options));
        return 0;
    }
    if (words.size() > 4) options.connections = std::stoul(words.at(4));
    const auto requests = read_requests(words.at(3));
    options.expected_status = words.size() > 5 ? std::stoi(words.at(5)) : 201;
    print(run_load(requests, options));
    return 0;
}

}  // namespace bench
