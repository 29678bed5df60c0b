// SPDX-License-Identifier: Apache-2.0
#include <bench/vision.h>
#include <bench/vision_sets.h>

#include <platform/json/value.h>
#include <platform/vision/models.h>

#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <thread>

namespace bench {

namespace {

/// Runs a command and returns the last line that it prints.
std::string last_line_of(const std::string& command)
{
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{popen(command.c_str(), "r"), &pclose};
    if (!pipe) throw std::runtime_error("cannot run " + command);
    std::string line, last;
    for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
        if (c == '\n' || c == '\r') {
            if (!line.empty()) last = line;
            line.clear();
        } else {
            line += static_cast<char>(c);
        }
    }
    return last;
}

double resident_mb()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::atof(line.c_str() + 6) / 1024;
    return 0;
}

std::string processor()
{
    std::ifstream info("/proc/cpuinfo");
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
    return "unknown";
}

}  // namespace

std::filesystem::path generated(const VisionBench& bench, const char* set, int count)
{
    if (const char* ready = std::getenv("YUNGUI_BENCH_SETS"); ready != nullptr)
        return std::filesystem::path{ready} / set;
    const std::string command = "/usr/bin/python3 '" +
                                (bench.root / "tools/synthetic/generate.py").string() + "' " + set +
                                " --count " + std::to_string(count);
    std::fprintf(stderr, "bench: sample %s (made the first time)\n", set);
    const std::filesystem::path folder = last_line_of(command);
    if (!std::filesystem::is_directory(folder))
        throw std::runtime_error("the sample set could not be made: " + command);
    return folder;
}

std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.is_directory()) out.push_back(entry.path());
    std::ranges::sort(out);
    return out;
}

std::string slurp(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

double thread_seconds()
{
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void progress(const char* what, std::size_t done, std::size_t all)
{
    std::fprintf(stderr, "\r%s %zu/%zu%s", what, done, all, done == all ? "\n" : "");
}

double upper_bound_95(int hits, int tries)
{
    if (tries == 0 || hits >= tries) return 1;
    const auto at_most = [&](double rate) {  // The chance of `hits` or fewer.
        double sum = 0;
        for (int k = 0; k <= hits; ++k)
            sum +=
                std::exp(std::lgamma(tries + 1) - std::lgamma(k + 1) - std::lgamma(tries - k + 1) +
                         k * std::log(rate) + (tries - k) * std::log1p(-rate));
        return sum;
    };
    double low = 1e-9, high = 1 - 1e-9;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (at_most(middle) > .05 ? low : high) = middle;
    }
    return high;
}

int bench_vision(const std::filesystem::path& source_root, bool json)
{
    const std::filesystem::path models = platform::vision::models_folder(source_root);
    if (!platform::vision::models_present(models)) {
        std::fprintf(stderr, "bench: the models are not here; run tools/setup/models.py\n");
        return 1;
    }
    try {
        const double before = resident_mb();
        platform::vision::TextReader text{models};
        platform::vision::FaceReader faces{models};
        const platform::vision::Image blank{64, 64, std::vector<std::uint8_t>(64UL * 64 * 3)};
        (void)text.read(blank);
        (void)faces.find(blank);
        VisionBench bench{source_root, text, faces};
        bench.figures.emplace_back("models_resident_mb", resident_mb() - before);
        measure_cards(bench);
        measure_faces(bench);
        measure_liveness(bench);
        if (!json) {
            for (const auto& [name, value] : bench.figures)
                std::printf("%-36s %10.4f\n", name.c_str(), value);
            return 0;
        }
        platform::json::Object figures;
        for (const auto& [name, value] : bench.figures) figures.set(name, value);
        const platform::json::Object machine{
            {"processor", processor()},
            {"cores", static_cast<std::int64_t>(std::thread::hardware_concurrency())}};
        const platform::json::Object all{
            {"bench", "vision"}, {"machine", machine}, {"figures", figures}};
        std::printf("%s\n", platform::json::serialise(all).c_str());
        return 0;
    } catch (const std::runtime_error& error) {
        std::fprintf(stderr, "bench: %s\n", error.what());
        return 1;
    }
}

}  // namespace bench
