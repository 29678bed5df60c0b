// SPDX-License-Identifier: Apache-2.0
#include <bench/claim.h>
#include <bench/decision.h>
#include <bench/end_of_day.h>
#include <bench/ledger.h>
#include <bench/load_word.h>
#include <bench/open_bank.h>
#include <bench/postgres.h>
#include <bench/process.h>
#include <bench/search.h>
#include <bench/transfer_bank.h>
#include <bench/vision.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

namespace {

int run(const std::string& name, const std::vector<std::string>& words)
{
    const bool json = !words.empty() && words.front() == "--json";
    const auto root =
        std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path().parent_path();
    if (name == "ledger") return bench::bench_ledger(json);
    if (name == "ledger-scale") return bench::bench_ledger_scale(json);
    if (name == "end-of-day") return bench::bench_end_of_day(root, json);
    if (name == "vision") return bench::bench_vision(root, json);
    if (name == "table") return bench::bench_table(root, std::stod(words.at(0)));
    if (name == "expressions") return bench::bench_expressions(root, std::stod(words.at(0)));
    if (name == "load") return bench::load_word(words);
    if (name == "seed") {
        return bench::seed_transfers(root, words.at(0), std::stoll(words.at(1)),
                                     std::stoll(words.at(2)));
    }
    if (name == "prepare") {
        return bench::prepare_transfers(root, words.at(0), words.at(1), words.at(2),
                                        std::stoll(words.at(3)), std::stoll(words.at(4)));
    }
    if (name == "prepare-claims") {
        return bench::prepare_claims(root, words.at(0), words.at(1), std::stoll(words.at(2)),
                                     std::stoll(words.at(3)));
    }
    if (name == "load-claims") {
        return bench::load_claims(words.at(0), static_cast<std::uint16_t>(std::stoi(words.at(1))),
                                  std::stoul(words.at(2)));
    }
    if (name == "fill-processes") {
        return bench::fill_processes(words.at(0), words.at(1), std::stoll(words.at(2)),
                                     words.at(3) == "finished");
    }
    if (name == "prepare-searches") return bench::prepare_searches(root, words.at(0));
    if (name == "load-searches") {
        return bench::load_searches(words.at(0), static_cast<std::uint16_t>(std::stoi(words.at(1))),
                                    std::stoul(words.at(2)));
    }
    if (name == "load-ledger-postgres") {
        return bench::load_ledger_on_postgres(words.at(0), std::stoll(words.at(1)),
                                              std::stoll(words.at(2)), std::stoul(words.at(3)));
    }
    if (name == "open-bank") {
        return bench::run_open_bank(root, words.at(0), words.at(1),
                                    static_cast<std::uint16_t>(std::stoi(words.at(2))),
                                    std::stoi(words.at(3)));
    }
    std::fprintf(stderr, "yungui: bench knows ledger, end-of-day and vision here, not “%s”\n",
                 name.c_str());
    return 2;
}

}  // namespace

/// yungui-bench NAME [--json]: the measurements that run inside the program's own code, and the
/// parts of those that bench/run.py puts together. `./yungui bench` calls it.
int main(int count, char** words)
{
    try {
        return run(count > 1 ? words[1] : "", {words + std::min(count, 2), words + count});
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "yungui-bench: %s\n", failure.what());
        return 1;
    }
}
