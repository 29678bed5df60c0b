// SPDX-License-Identifier: Apache-2.0
#include <bench/search.h>

#include <bench/load.h>

#include <bank/bill/items.h>
#include <bank/catalog/catalog.h>
#include <platform/json/value.h>
#include <platform/pinyin/pinyin.h>

#include <time.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>
#include <stdexcept>

namespace bench {

namespace {

using bank::bill::Item;
using platform::json::Object;

constexpr std::size_t searches_a_way = 1'000;
constexpr std::size_t shown = 20;  // As the page asks.

enum class Way { by_name, by_pinyin, by_initials, in_english, kind_alone, one_wrong };
constexpr Way ways[] = {Way::by_name,    Way::by_pinyin,  Way::by_initials,
                        Way::in_english, Way::kind_alone, Way::one_wrong};

std::string sounds(const std::string& text, bool whole)
{
    std::string joined;
    for (const auto& one : platform::pinyin::syllables(text))
        joined += whole ? one : one.substr(0, 1);
    return joined;
}

std::string words_for(const Item& item, Way way, std::mt19937_64& random)
{
    const std::string kind{base::in_language(item.kind->name, "zh")};
    const std::string place{base::in_language(item.district->name, "zh")};
    switch (way) {
        case Way::by_name:
            return place + kind;
        case Way::by_pinyin:
            return sounds(place, true) + " " + sounds(kind, true);
        case Way::by_initials:
            return sounds(place, false) + sounds(kind, false);
        case Way::in_english:
            return std::string{base::in_language(item.kind->name, "en")} + " " +
                   std::string{base::in_language(item.district->name, "en")};
        case Way::kind_alone:
            return kind;
        case Way::one_wrong: {
            std::string words = sounds(place, true) + " " + sounds(kind, true);
            words[random() % words.find(' ')] = 'v';  // No syllable has it.
            return words;
        }
    }
    return {};
}

std::string percent_encoded(const std::string& text)
{
    std::string encoded;
    for (const char c : text) {
        char three[4];
        std::snprintf(three, sizeof three, "%%%02X", static_cast<unsigned char>(c));
        encoded += three;
    }
    return encoded;
}

/// Of this thread: what a search costs whoever else is on the machine.
double cpu_ms()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double part_of(const std::vector<double>& sorted, double share)
{
    if (sorted.empty()) return 0;
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace

int prepare_searches(const std::filesystem::path& source_root, const std::filesystem::path& file)
{
    bank::catalog::Findings findings;
    const auto bank = bank::catalog::load_bank(source_root / "banks/demo", findings);
    if (bank == nullptr || bank->bills == nullptr)
        throw std::runtime_error("banks/demo is not in order");
    const bank::bill::Items items{bank->bills};
    const auto all = items.search("", "", "", items.size()).items;
    std::mt19937_64 random{20261122};
    std::string requests;
    std::vector<double> right;
    std::vector<double> wrong;
    std::vector<double> cpu;
    std::size_t asked = 0;
    std::size_t missed = 0;
    // The ways take turns, so that no part of a run has the quick ones alone.
    for (std::size_t i = 0; i < searches_a_way; ++i) {
        for (const Way way : ways) {
            const Item& item = all[random() % all.size()];
            const std::string words = words_for(item, way, random);
            const double cpu_before = cpu_ms();
            const auto began = std::chrono::steady_clock::now();
            const auto found = items.search(words, "", "", shown);
            const std::chrono::duration<double, std::milli> took =
                std::chrono::steady_clock::now() - began;
            cpu.push_back(cpu_ms() - cpu_before);
            (way == Way::one_wrong ? wrong : right).push_back(took.count());
            const bool there = std::ranges::any_of(found.items, [&](const Item& one) {
                return one.code == item.code || (way == Way::kind_alone && one.kind == item.kind);
            });
            ++asked;
            // Other places and kinds may share letters or a sound: what is written in full may not
            // be missed, the rest is counted.
            if (!there && (way == Way::by_name || way == Way::kind_alone))
                throw std::runtime_error("“" + words + "” does not find " + item.code);
            if (!there) ++missed;
            append_request(requests, "GET /v1/bill-items?limit=20&q=" + percent_encoded(words) +
                                         " HTTP/1.1\r\nHost: localhost\r\n"
                                         "Accept: application/json\r\n\r\n");
        }
    }
    std::ofstream{file, std::ios::binary} << requests;
    std::ranges::sort(right);
    std::ranges::sort(wrong);
    std::ranges::sort(cpu);
    std::puts(
        platform::json::serialise(Object{{"items", static_cast<std::int64_t>(items.size())},
                                         {"searches", static_cast<std::int64_t>(asked)},
                                         {"not_among_first_20", static_cast<std::int64_t>(missed)},
                                         {"in_process_p50_ms", part_of(right, .5)},
                                         {"in_process_p99_ms", part_of(right, .99)},
                                         {"in_process_cpu_p99_ms", part_of(cpu, .99)},
                                         {"in_process_one_wrong_p50_ms", part_of(wrong, .5)},
                                         {"in_process_one_wrong_p99_ms", part_of(wrong, .99)}})
            .c_str());
    return 0;
}

int load_searches(const std::filesystem::path& file, std::uint16_t port, std::size_t connections)
{
    const auto outcome = run_load(read_requests(file), {.port = port, .connections = connections});
    const auto& times = outcome.latencies_ms;
    std::puts(platform::json::serialise(
                  Object{{"right", static_cast<std::int64_t>(outcome.right)},
                         {"wrong", static_cast<std::int64_t>(outcome.wrong)},
                         {"first_wrong", outcome.first_wrong},
                         {"per_second", static_cast<double>(outcome.right) / outcome.seconds},
                         {"p50_ms", part_of(times, .5)},
                         {"p99_ms", part_of(times, .99)},
                         {"max_ms", part_of(times, 1)}})
                  .c_str());
    return 0;
}

}  // namespace bench
