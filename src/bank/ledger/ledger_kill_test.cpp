// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/check.h>
#include <bank/ledger/ledger.h>
#include <bank/ledger/units.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>

namespace bank::ledger {
namespace {

using platform::sql::Snapshot;
using platform::sql::Transaction;

constexpr int accounts = 20;
const base::Currency yuan{"CNY", 2};

AccountId account_number(int i)
{
    return AccountId{static_cast<std::uint64_t>(1000 + i)};
}

ClientId client_of(std::uint64_t number)
{
    return client_id({"kill", std::to_string(number)});
}

/// Posts numbered transfers as fast as it can and writes each number to `answers` once its commit
/// was answered. Runs in a child until it is killed.
[[noreturn]] void post_until_killed(const std::filesystem::path& file, std::uint64_t first,
                                    int answers)
{
    static const base::SystemClock clock;
    const auto book = platform::sql::open_test_book(file, clock, {.number = 3});
    Ledger ledger{*book, {.entries_per_sweep = 50, .accounts_in_memory = 10}};
    std::mt19937_64 random{first};
    for (std::uint64_t number = first;; ++number) {
        const auto from = static_cast<int>(random() % accounts);
        const auto to = static_cast<int>(
            (static_cast<unsigned>(from) + 1 + random() % (accounts - 1)) % accounts);
        const auto amount = static_cast<std::int64_t>(1 + random() % 100);
        book->submit(
            [&ledger, from, to, amount, number](Transaction& transaction) {
                const Leg legs[] = {{account_number(from), Side::debit, {amount, yuan}},
                                    {account_number(to), Side::credit, {amount, yuan}}};
                return ledger.post(transaction,
                                   {.client = client_of(number),
                                    .kind = "test",
                                    .effective = base::local_date(transaction.now(), 0),
                                    .legs = legs});
            },
            [answers, number](const base::Result<Posted>& posted) {
                if (!posted) return;
                const auto written = write(answers, &number, sizeof number);
                if (written != sizeof number) _exit(1);
            });
        if (number % 64 == 63) {
            // Not further ahead than a few groups.
            (void)book->write([](Transaction&) -> base::Result<void> { return {}; });
        }
    }
}

TEST(Ledger, KeepsWhatItAnsweredAndNothingByHalvesWhenItIsKilled)
{
    const char* const wanted = std::getenv("YUNGUI_KILL_ROUNDS");
    const bool soak = std::getenv("YUNGUI_SOAK") != nullptr;
    const int rounds = wanted != nullptr ? std::atoi(wanted) : soak ? 1000 : 20;
    const auto folder =
        std::filesystem::temp_directory_path() / ("ledger-kill-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    const auto file = folder / "book.db";
    const base::SystemClock clock;
    {
        const auto book = platform::sql::open_test_book(file, clock, {.number = 3});
        ASSERT_TRUE(book->migrate(migrations()));
        Ledger ledger{*book};
        ASSERT_TRUE(book->write([&](Transaction& tx) -> base::Result<void> {
            for (int i = 0; i < accounts; ++i) {
                TRY(ledger.open_account(tx, {account_number(i), yuan, {}}));
            }
            return {};
        }));
    }
    std::mt19937 random{20261121};
    std::set<std::uint64_t> answered;
    for (int round = 0; round < rounds; ++round) {
        int ends[2];
        ASSERT_EQ(pipe(ends), 0);
        const std::uint64_t first = static_cast<std::uint64_t>(round) * 1'000'000;
        const pid_t child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            close(ends[0]);
            post_until_killed(file, first, ends[1]);
        }
        close(ends[1]);
        // Killed after so many answers, wherever it then is.
        const auto enough = 1 + random() % 600;
        std::uint64_t number = 0;
        for (std::size_t i = 0; i < enough && read(ends[0], &number, sizeof number) > 0; ++i) {
            answered.insert(number);
        }
        usleep(static_cast<useconds_t>(random() % 3000));
        kill(child, SIGKILL);
        while (read(ends[0], &number, sizeof number) > 0) answered.insert(number);
        close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";

        const auto book = platform::sql::open_test_book(file, clock, {.number = 3});
        const auto report = check_ledger(*book);
        ASSERT_TRUE(report.clean()) << "round " << round << ": " << report.findings.front();
        Ledger ledger{*book, {.entries_per_sweep = 50, .accounts_in_memory = 10}};
        book->read([&](Snapshot& snapshot) {
            std::int64_t sum = 0;
            for (int i = 0; i < accounts; ++i) {
                sum += ledger.account(snapshot, account_number(i)).value().balance().minor_units;
            }
            EXPECT_EQ(sum, 0);
        });
    }
    const auto book = platform::sql::open_test_book(file, clock, {.number = 3});
    Ledger ledger{*book};
    book->read([&](Snapshot& snapshot) {
        for (const std::uint64_t number : answered) {
            const auto kept = ledger.answered(snapshot, client_of(number), 0);
            ASSERT_TRUE(kept && *kept) << "answered, but lost: " << number;
        }
    });
    EXPECT_GT(answered.size(), static_cast<std::size_t>(rounds));
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace bank::ledger
