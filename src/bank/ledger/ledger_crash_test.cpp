// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/check.h>
#include <bank/ledger/ledger.h>
#include <platform/sql/simulated_disk.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <memory>
#include <optional>
#include <random>

namespace bank::ledger {
namespace {

using platform::sql::Crashes;
using platform::sql::SimulatedDisk;
using platform::sql::Snapshot;
using platform::sql::Transaction;

constexpr int accounts_here = 12;
const base::Currency yuan_here{"CNY", 2};

bool soaking()
{
    return std::getenv("YUNGUI_SOAK") != nullptr;
}

/// A bank on a simulated disk, from its opening to its end, that transfers in groups.
class Bank {
public:
    explicit Bank(SimulatedDisk& disk, int checkpoint_frames = 60)
        : disk_(disk),
          book_(platform::sql::open_sqlite_book(
              "/simulated/book.db", clock_,
              {.number = 3, .max_group = 8, .readers = 1, .checkpoint_frames = checkpoint_frames}))
    {
        base::ensure(book_->migrate(migrations()).has_value());
        start();
    }

    void start()
    {
        ledger_.reset();
        ledger_ = std::make_unique<Ledger>(
            *book_, LedgerOptions{.entries_per_sweep = 5, .accounts_in_memory = 3});
    }

    base::Result<void> open_accounts()
    {
        return book_->write([this](Transaction& tx) -> base::Result<void> {
            for (int i = 0; i < accounts_here; ++i) {
                TRY(ledger_->open_account(tx, {account(i), yuan_here, {}}));
            }
            return {};
        });
    }

    static AccountId account(int i) { return AccountId{static_cast<std::uint64_t>(500 + i)}; }

    /// Number `number` of the run: a transfer, a hold, or the end of a hold.
    base::Result<Posted> work(Transaction& tx, int number)
    {
        std::mt19937 chance{static_cast<unsigned>(number / 3)};
        const int from = static_cast<int>(chance() % accounts_here);
        const int to =
            (from + 1 + static_cast<int>(chance() % (accounts_here - 1))) % accounts_here;
        const base::Money amount{1 + number, yuan_here};
        const Leg legs[] = {{account(from), Side::debit, amount, Counting::counted},
                            {account(to), Side::credit, amount}};
        const Entry entry{.client = client(number),
                          .kind = "test",
                          .effective = base::local_date(tx.now(), 0),
                          .legs = legs};
        if (number % 3 == 0) return ledger_->post(tx, entry);
        if (number % 3 == 1) return ledger_->reserve(tx, entry, base::after_seconds(tx.now(), 60));
        const auto hold =
            TRY(ledger_->answered(tx, client(number - 1), 0)
                    .value_or(base::Error{base::ErrorKind::conflict, "test.no_hold", {}}));
        return ledger_->capture(
            tx,
            {.client = client(number), .effective = base::local_date(tx.now(), 0), .hold = hold.id},
            base::Money{number / 2, yuan_here});
    }

    static ClientId client(int number) { return client_id({"crash", std::to_string(number)}); }

    /// Asks for numbers from `first`, `count` at once, and gives what was answered, each with the
    /// number of the disk's steps when it was.
    std::vector<std::pair<base::Result<Posted>, std::size_t>> ask(int first, int count)
    {
        std::vector<std::promise<std::pair<base::Result<Posted>, std::size_t>>> promises(
            static_cast<std::size_t>(count));
        for (int i = 0; i < count; ++i) {
            book_->submit([this, number = first + i](Transaction& tx) { return work(tx, number); },
                          [this, &promise = promises[static_cast<std::size_t>(i)]](
                              base::Result<Posted> posted) {
                              promise.set_value({std::move(posted), disk_.steps_made()});
                          });
        }
        std::vector<std::pair<base::Result<Posted>, std::size_t>> answers;
        for (auto& promise : promises) answers.push_back(promise.get_future().get());
        return answers;
    }

    bool has(int number)
    {
        return book_->read([&](Snapshot& snapshot) {
            const auto known = ledger_->answered(snapshot, client(number), 0);
            return known && known->has_value();
        });
    }

    std::string first_finding()
    {
        const auto report = check_ledger(*book_);
        return report.clean() ? std::string{} : report.findings.front();
    }

    base::Result<Account> look(int i)
    {
        return book_->read(
            [&](Snapshot& snapshot) { return ledger_->account(snapshot, account(i)); });
    }

private:
    base::ManualClock clock_{base::parse_instant("2026-11-22T08:00:00Z").value()};
    SimulatedDisk& disk_;
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<Ledger> ledger_;
};

TEST(Crashes, AtEveryWriteAndFlushKeepWhatWasAnsweredAndNothingByHalves)
{
    const int groups = soaking() ? 150 : 20;
    constexpr int a_group = 5;
    std::vector<std::pair<int, std::size_t>> answered;
    std::optional<std::size_t> opened;
    std::vector<SimulatedDisk::Step> steps;
    {
        SimulatedDisk disk;
        {
            Bank bank{disk};
            ASSERT_TRUE(bank.open_accounts());
            opened = disk.steps_made();
            for (int group = 0; group < groups; ++group) {
                const auto answers = bank.ask(group * a_group, a_group);
                for (int i = 0; i < a_group; ++i) {
                    const auto& [posted, when] = answers[static_cast<std::size_t>(i)];
                    ASSERT_TRUE(posted) << posted.error().reason;
                    answered.emplace_back(group * a_group + i, when);
                }
            }
        }
        steps = disk.steps();
    }
    Crashes crashes{steps};
    int tried = 0;
    for (std::size_t made = 0; made <= steps.size(); ++made) {
        const bool all_ways = soaking();
        for (unsigned way = 0; way < 3; ++way) {
            if (!all_ways && made % 3 != way) continue;
            const auto unflushed = static_cast<SimulatedDisk::Unflushed>(way);
            SCOPED_TRACE("the power went after step " + std::to_string(made) + " of " +
                         std::to_string(steps.size()) + ", way " + std::to_string(way));
            SimulatedDisk disk{crashes.after(made, unflushed, made)};
            Bank bank{disk};
            ASSERT_EQ(bank.first_finding(), "");
            for (const auto& [number, when] : answered) {
                if (when <= made) {
                    ASSERT_TRUE(bank.has(number)) << number << " was answered and is lost";
                }
            }
            if (made >= *opened) {
                ASSERT_TRUE(bank.look(0));
            }
            // It goes on: what was asked is asked again, and is there once.
            if (made % 16 == 0) {
                if (!bank.look(0)) {
                    ASSERT_TRUE(bank.open_accounts());
                }
                for (const auto& [posted, when] : bank.ask(0, 3)) {
                    ASSERT_TRUE(posted) << posted.error().reason;
                }
                ASSERT_EQ(bank.first_finding(), "");
            }
            ++tried;
        }
    }
    std::printf("%zu writes and flushes, %d crashes\n", steps.size(), tried);
    EXPECT_GT(steps.size(), 300U);
}

/// What the test above would see if the disk, or the book, did not flush.
TEST(Crashes, OfADiskThatLiesAboutFlushingAreSeen)
{
    std::vector<SimulatedDisk::Step> steps;
    {
        SimulatedDisk disk;
        {
            Bank bank{disk};
            ASSERT_TRUE(bank.open_accounts());
            ASSERT_TRUE(bank.ask(0, 1).front().first);
        }
        steps = disk.steps();
    }
    std::erase_if(steps, [](const auto& step) { return step.act == SimulatedDisk::Act::flush; });
    SimulatedDisk disk{Crashes{steps}.after(steps.size(), SimulatedDisk::Unflushed::lost, 1)};
    Bank bank{disk};
    EXPECT_FALSE(bank.has(0));
}

class Refusals : public testing::TestWithParam<SimulatedDisk::Fault> {};

TEST_P(Refusals, OfTheDiskAtAnyWriteOrFlushAreAnsweredUndoneAndGotOver)
{
    const int groups = soaking() ? 60 : 8;
    constexpr int a_group = 5;
    std::size_t from = 0;
    std::size_t to = 0;
    {
        SimulatedDisk disk;
        Bank bank{disk};
        ASSERT_TRUE(bank.open_accounts());
        from = disk.steps_made();
        for (int group = 0; group < groups; ++group) (void)bank.ask(group * a_group, a_group);
        to = disk.steps_made();
    }
    int refused = 0;
    // Every step is refused by one of the two faults, in the soak by both.
    const std::size_t stride = soaking() ? 1 : 2;
    for (std::size_t step = from + static_cast<std::size_t>(GetParam()) % stride; step < to;
         step += stride) {
        SCOPED_TRACE("step " + std::to_string(step) + " was refused");
        SimulatedDisk disk;
        {
            Bank bank{disk};
            ASSERT_TRUE(bank.open_accounts());
            disk.refuse(step, GetParam(), step % 5);
            for (int group = 0; group < groups; ++group) {
                const auto answers = bank.ask(group * a_group, a_group);
                bool failed = false;
                for (const auto& [posted, when] : answers) {
                    if (posted) continue;
                    failed = true;
                    // A hold that was not made cannot be captured.
                    ASSERT_TRUE(posted.error().reason == "sql.unavailable" ||
                                posted.error().reason == "test.no_hold")
                        << posted.error().reason;
                }
                refused += failed ? 1 : 0;
                // Asked again with the same ids until the disk is well: done once.
                for (int again = 0; failed && again < 10; ++again) {
                    failed = false;
                    for (const auto& [posted, when] : bank.ask(group * a_group, a_group)) {
                        failed = failed || !posted;
                    }
                }
                ASSERT_FALSE(failed);
            }
            ASSERT_EQ(bank.first_finding(), "");
            bank.start();  // What memory had is what the book says.
            ASSERT_EQ(bank.first_finding(), "");
            for (int number = 0; number < groups * a_group; ++number) ASSERT_TRUE(bank.has(number));
        }
    }
    EXPECT_GT(refused, static_cast<int>((to - from) / stride) / 2);
    std::printf("%zu to %zu refused, %d groups failed\n", from, to, refused);
}

INSTANTIATE_TEST_SUITE_P(Disk, Refusals,
                         testing::Values(SimulatedDisk::Fault::full,
                                         SimulatedDisk::Fault::io_error));

}  // namespace
}  // namespace bank::ledger
