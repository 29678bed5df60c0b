// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/internal/test_bank.h>

#include <bank/ledger/check.h>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <csignal>
#include <random>

namespace bank::end_of_day {
namespace {

using namespace internal;
using platform::sql::Snapshot;

constexpr int accounts_in_all = 6'000;
constexpr int most_kills = 12;
const base::Instant start_at = base::parse_instant("2026-12-19T04:00:00Z").value();
const base::Instant end_at = base::parse_instant("2026-12-21T04:00:00Z").value();

/// What everything comes to, whoever looks.
struct Outcome {
    std::vector<std::int64_t> balances;
    std::vector<Kept> kept;
    std::vector<std::int64_t> trial;

    friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::vector<ledger::AccountId> prepare(const std::filesystem::path& folder)
{
    base::ManualClock clock{start_at};
    TestBank bank{folder, clock};
    return bank.accounts->fill(*bank.book, product_1(), accounts_in_all, account::CustomerId{100},
                               {54'321'09, cny});
}

/// Closes the two dates and does their work, in this process.
bool end_two_days(const std::filesystem::path& folder)
{
    base::ManualClock clock{end_at};
    TestBank bank{folder, clock};
    while (bank.day->date() < on("2026-12-21")) {
        if (!bank.ends->work()) return false;
        if (!bank.ends->close(bank.day->date(), {}, {})) return false;
    }
    return bank.ends->work().has_value();
}

Outcome outcome(const std::filesystem::path& folder, const std::vector<ledger::AccountId>& ids)
{
    base::ManualClock clock{end_at};
    TestBank bank{folder, clock};
    EXPECT_TRUE(ledger::check_ledger(*bank.book).clean());
    return bank.read([&](Snapshot& snapshot) {
        EXPECT_EQ(dates_done(snapshot), 2);
        EXPECT_TRUE(check(snapshot).empty());
        EXPECT_FALSE(audit::verify(snapshot).first_bad);
        Outcome made;
        for (const auto id : ids) {
            made.balances.push_back(
                bank.ledger->account(snapshot, id).value().balance().minor_units);
        }
        for (ledger::AccountId after{};;) {
            const Page page = next_page(snapshot, *bank.accounts, after);
            if (page.rows.empty()) break;
            for (Kept kept : page.kept) {
                kept.account = {};  // Other ids in another bank.
                made.kept.push_back(kept);
            }
            after = page.last();
        }
        for (const char* day : {"2026-12-19", "2026-12-20"}) {
            for (const auto& line : trial_balance(snapshot, on(day))) {
                made.trial.insert(made.trial.end(), {line.opening, line.debits, line.credits});
            }
            for (const auto& line : general_ledger(snapshot, on(day))) {
                made.trial.push_back(line.closing());
            }
        }
        return made;
    });
}

/// Two ends of day, the second of which posts interest to everyone, killed again and again at
/// random moments, come to what an undisturbed bank comes to.
TEST(EndOfDayKillTest, AKilledEndOfDayGoesOnWhereItWas)
{
    const auto calm = fresh_folder("calm");
    const auto calm_ids = prepare(calm);
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(end_two_days(calm));
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::steady_clock::now() - began)
                          .count();
    const auto expected = outcome(calm, calm_ids);
    EXPECT_GT(expected.balances.front(), 54'321'09);

    const auto rough = fresh_folder("rough");
    const auto ids = prepare(rough);
    const unsigned seed = std::random_device{}();
    std::mt19937 random{seed};
    int kills = 0;
    bool done = false;
    while (!done) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) ::_exit(end_two_days(rough) ? 0 : 1);
        if (kills < most_kills) {
            // Each start takes a while before it goes on, so the pieces are of all sizes.
            ::usleep(
                static_cast<useconds_t>(20'000 + random() % (static_cast<unsigned>(took) / 3)));
            ::kill(child, SIGKILL);
            ++kills;
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        done = WIFEXITED(status);
        if (done) {
            ASSERT_EQ(WEXITSTATUS(status), 0) << "seed " << seed;
        }
    }
    RecordProperty("kills", kills);
    EXPECT_GE(kills, 2) << "seed " << seed;
    EXPECT_TRUE(outcome(rough, ids) == expected) << "seed " << seed << ", kills " << kills;
    std::filesystem::remove_all(calm);
    std::filesystem::remove_all(rough);
}

}  // namespace
}  // namespace bank::end_of_day
