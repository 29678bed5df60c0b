// SPDX-License-Identifier: Apache-2.0
#include <bench/figures.h>

#include <platform/json/value.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <thread>

namespace bench {

namespace {

std::string processor_name()
{
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);) {
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    }
    return "unknown";
}

}  // namespace

void Figures::note(std::string name, double value)
{
    std::fprintf(stderr, "%-32s %.4g\n", name.c_str(), value);
    figures_.emplace_back(std::move(name), value);
}

void Figures::print(const std::string& bench, bool json) const
{
    if (!json) return;
    platform::json::Object values;
    for (const auto& [name, value] : figures_) values.set(name, value);
    const platform::json::Object machine{
        {"processor", processor_name()},
        {"cores", static_cast<std::int64_t>(std::thread::hardware_concurrency())}};
    std::puts(
        platform::json::serialise(
            platform::json::Object{{"bench", bench}, {"machine", machine}, {"figures", values}})
            .c_str());
}

}  // namespace bench
