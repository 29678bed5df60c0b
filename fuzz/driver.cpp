// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer: random changes to the files of the given folders, for a
// time. What a target does not survive is told, so that it can be put among the files.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t max_input = 4096;

class Mutator {
public:
    explicit Mutator(std::uint64_t seed) : engine_(seed) {}

    Input changed(const std::vector<Input>& corpus)
    {
        Input input = corpus[below(corpus.size())];
        for (std::size_t changes = 1 + below(8); changes > 0; --changes) change(input, corpus);
        if (input.size() > max_input) input.resize(max_input);
        return input;
    }

private:
    std::size_t below(std::size_t bound) { return engine_() % bound; }

    void change(Input& input, const std::vector<Input>& corpus)
    {
        const std::size_t at = below(input.size() + 1);
        const auto where = input.begin() + static_cast<std::ptrdiff_t>(at);
        switch (below(5)) {
            case 0:
                if (at < input.size()) input[at] ^= static_cast<std::uint8_t>(1U << below(8));
                break;
            case 1:
                if (at < input.size()) input[at] = static_cast<std::uint8_t>(below(256));
                break;
            case 2:
                input.insert(where, static_cast<std::uint8_t>(below(256)));
                break;
            case 3: {
                const std::size_t count = std::min(below(16), input.size() - at);
                input.erase(where, where + static_cast<std::ptrdiff_t>(count));
                break;
            }
            default: {
                const Input& other = corpus[below(corpus.size())];
                const std::size_t from = below(other.size() + 1);
                const std::size_t count = std::min(below(64), other.size() - from);
                const auto first = other.begin() + static_cast<std::ptrdiff_t>(from);
                input.insert(where, first, first + static_cast<std::ptrdiff_t>(count));
            }
        }
    }

    std::mt19937_64 engine_;
};

const Input* tried = nullptr;

/// On standard error, as a literal of C.
void tell_what_was_tried()
{
    if (tried == nullptr) return;
    std::fputs("the input was \"", stderr);
    for (const std::uint8_t byte : *tried) {
        if (byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\')
            std::fputc(byte, stderr);
        else
            std::fprintf(stderr, "\\%03o", byte);
    }
    std::fputs("\"\n", stderr);
    tried = nullptr;
}

void try_out(const Input& input)
{
    tried = &input;
    LLVMFuzzerTestOneInput(input.data(), input.size());
    tried = nullptr;
}

std::vector<Input> read_folder(const std::filesystem::path& folder)
{
    std::vector<Input> inputs;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    std::ranges::sort(inputs);  // The order of a folder differs from machine to machine.
    return inputs;
}

}  // namespace

int main(int count, char** arguments)
{
    using clock = std::chrono::steady_clock;
    std::uint64_t seed = 1;
    std::chrono::seconds time{10};
    std::vector<Input> corpus{{}};
    for (const std::string_view argument :
         std::vector<std::string_view>(arguments + 1, arguments + count)) {
        if (argument.starts_with("-seed=")) {
            seed = std::stoull(std::string(argument.substr(6)));
        } else if (argument.starts_with("-max_total_time=")) {
            time = std::chrono::seconds(std::stoll(std::string(argument.substr(16))));
        } else if (!argument.starts_with("-")) {
            const auto read = read_folder(argument);
            corpus.insert(corpus.end(), read.begin(), read.end());
        }
    }
    std::signal(SIGABRT, [](int) { tell_what_was_tried(); });  // Then it aborts.
    if (__sanitizer_set_death_callback != nullptr) {
        __sanitizer_set_death_callback(tell_what_was_tried);
    }
    for (const Input& input : corpus) try_out(input);
    Mutator mutator(seed);
    std::uint64_t runs = 0;
    for (const auto end = clock::now() + time; clock::now() < end; ++runs) {
        try_out(mutator.changed(corpus));
    }
    std::printf("%llu inputs\n", static_cast<unsigned long long>(runs));
    return 0;
}
