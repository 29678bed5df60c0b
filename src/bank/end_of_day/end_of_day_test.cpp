// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/internal/test_bank.h>

#include <bank/ledger/check.h>

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>

namespace bank::end_of_day {
namespace {

using namespace internal;
using platform::sql::Snapshot;
using platform::sql::Transaction;

class EndOfDayTest : public ::testing::Test {
protected:
    explicit EndOfDayTest(const char* now = "2026-11-22T04:00:00Z")
        : clock_(base::parse_instant(now).value())
    {
        bank_.emplace(folder_, clock_);
    }
    ~EndOfDayTest() override
    {
        bank_.reset();
        std::filesystem::remove_all(folder_);
    }

    void pass_a_day()
    {
        clock_.advance_seconds(86'400);
        const auto done = bank_->close_and_work();
        ASSERT_TRUE(done) << done.error().reason << ' ' << done.error().detail;
    }

    end_of_day::Run run(base::Date day)
    {
        return bank_->read([&](Snapshot& snapshot) { return run_of(snapshot, day).value(); });
    }

    std::int64_t own(std::string_view code)
    {
        const auto id = bank_->write([&](Transaction& transaction) {
            return bank_->ledger->own_account(transaction, code, cny);
        });
        return bank_->balance(id.value());
    }

    const std::filesystem::path folder_ =
        fresh_folder(::testing::UnitTest::GetInstance()->current_test_info()->name());
    base::ManualClock clock_;
    std::optional<TestBank> bank_;
};

class LeapQuarterTest : public EndOfDayTest {
protected:
    LeapQuarterTest() : EndOfDayTest("2023-12-21T04:00:00Z") {}
};

/// 21 December to 20 March has 91 days with 29 February. The reference is the product sum
/// (积数): each day's closing balance added up, times the rate, over 360.
TEST_F(LeapQuarterTest, InterestOfAQuarterIsTheProductSumTimesTheRate)
{
    __extension__ using Wide = __int128;
    std::mt19937_64 random{20240229};
    std::vector<ledger::AccountId> ids;
    std::vector<std::int64_t> balances;
    std::vector<Wide> sums(8, 0);
    for (std::uint64_t i = 0; i < 8; ++i) {
        ids.push_back(bank_->open(product_1(), 10 + i, "account-" + std::to_string(i)));
        balances.push_back(0);
    }
    int step = 0;
    while (bank_->day->date() < on("2024-03-21")) {
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (random() % 4 != 0) continue;
            auto amount = static_cast<std::int64_t>(random() % 10'000'000) - 3'000'000;
            amount = std::max(amount, -balances[i]);
            if (amount == 0) continue;
            ASSERT_TRUE(bank_->move(ids[i], amount, "move-" + std::to_string(++step)));
            balances[i] += amount;
        }
        for (std::size_t i = 0; i < ids.size(); ++i) sums[i] += balances[i];
        pass_a_day();
    }
    std::int64_t paid = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const Wide over = Wide{360} * 1'000'000;
        const auto interest = static_cast<std::int64_t>((sums[i] * 500 * 2 + over) / (2 * over));
        EXPECT_GT(interest, 0);
        EXPECT_EQ(bank_->balance(ids[i]), balances[i] + interest);
        paid += interest;
    }
    const end_of_day::Run posted = run(on("2024-03-20"));
    const auto& step_done = posted.steps[static_cast<std::size_t>(Step::interest_posting)];
    EXPECT_EQ(step_done.count, 8);
    EXPECT_EQ(step_done.amount, paid);
    // Whatever was provided for was paid: the expense is what customers got.
    EXPECT_EQ(own("interest/payable/class-1"), 0);
    EXPECT_EQ(own("interest/expense/class-1"), -paid);
    // Posted on the 21st, told in an event.
    const auto movements = bank_->read([&](Snapshot& snapshot) {
        return bank_->ledger->history(snapshot, ids[0], {}, 1).value();
    });
    EXPECT_EQ(movements.front().kind, "interest");
    EXPECT_EQ(movements.front().effective, on("2024-03-21"));
    int told = 0;
    for (const auto& event : bank_->read(
             [&](Snapshot& snapshot) { return bank_->outbox->events(snapshot, {}, 10'000); })) {
        told += event.type == "interest.posted" ? 1 : 0;
    }
    EXPECT_EQ(told, 1);
    EXPECT_TRUE(bank_->read([](Snapshot& snapshot) { return check(snapshot); }).empty());
    EXPECT_TRUE(ledger::check_ledger(*bank_->book).clean());
}

TEST_F(EndOfDayTest, ADateIsClosedOnceAndWorkedOnOnce)
{
    const auto id = bank_->open(product_1(), 1, "a");
    ASSERT_TRUE(bank_->move(id, 100'000'00, "in"));
    pass_a_day();
    const auto accrued = [&] {
        return bank_->read([&](Snapshot& snapshot) {
            return next_page(snapshot, *bank_->accounts, {}).kept.front();
        });
    };
    const Kept once = accrued();
    EXPECT_EQ(once.accrued.whole, 13);
    EXPECT_EQ(once.balance_days, 100'000'00);
    ASSERT_TRUE(bank_->ends->work());  // Nothing is left.
    EXPECT_EQ(accrued(), once);
    EXPECT_EQ(bank_->ends->close(on("2026-11-22"), {}, {}).error().reason, "business_day.not_open");
    EXPECT_EQ(run(on("2026-11-22")).attempts, 1);
    EXPECT_EQ(bank_->ends->retry(on("2026-11-22"), {}).error().reason, "end_of_day.not_failed");
    EXPECT_EQ(bank_->ends->retry(on("2026-11-23"), {}).error().reason, "end_of_day.unknown");
}

TEST_F(EndOfDayTest, ADateIsNotClosedFarAheadOfTheClock)
{
    ASSERT_TRUE(bank_->close_and_work());  // By the staff, in the afternoon: tomorrow is open.
    EXPECT_EQ(bank_->day->date(), on("2026-11-23"));
    EXPECT_EQ(bank_->close_and_work().error().reason, "end_of_day.too_early");
    EXPECT_TRUE(bank_->close_and_work(2));
}

TEST_F(EndOfDayTest, TheClosingTellsOldEntriesFromNewOnes)
{
    const auto id = bank_->open(product_1(), 1, "a");
    ASSERT_TRUE(bank_->move(id, 500'00, "before"));
    ASSERT_TRUE(bank_->ends->close(on("2026-11-22"), {}, {}));
    ASSERT_TRUE(bank_->move(id, 250'00, "after"));
    const auto other = bank_->open(product_1(), 2, "later");
    ASSERT_TRUE(bank_->move(other, 1'00, "later"));
    ASSERT_TRUE(bank_->move(id, -700'00, "later still"));
    ASSERT_TRUE(bank_->ends->work());
    const auto lines =
        bank_->read([](Snapshot& snapshot) { return trial_balance(snapshot, on("2026-11-22")); });
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].code, "cash");
    EXPECT_EQ(lines[0].closing(), 500'00);
    EXPECT_EQ(lines[1].code, "class-1");
    EXPECT_EQ(lines[1].closing(), -500'00);
    EXPECT_EQ(lines[1].credits, 500'00);
    // The next day has what came after, and begins where this one ended.
    ASSERT_TRUE(bank_->close_and_work(2));
    const auto next =
        bank_->read([](Snapshot& snapshot) { return trial_balance(snapshot, on("2026-11-23")); });
    ASSERT_EQ(next.size(), 2u);  // Interest so small that nothing is owed in whole fen yet.
    EXPECT_EQ(next[0].opening, 500'00);
    EXPECT_EQ(next[0].credits, 700'00);
    EXPECT_EQ(next[0].debits, 251'00);
    const auto ledger_lines =
        bank_->read([](Snapshot& snapshot) { return general_ledger(snapshot, on("2026-11-23")); });
    std::map<std::string, std::int64_t> closing;
    for (const auto& line : ledger_lines) closing[line.line] = line.closing();
    EXPECT_EQ(closing["1"], 51'00);  // Cash, in the rest.
    EXPECT_EQ(closing["2011"], -51'00);
    EXPECT_EQ(closing["2"], closing["2011"] + closing["2231"]);
    EXPECT_EQ(closing["1"] + closing["2"] + closing["6"], 0);
}

TEST_F(EndOfDayTest, AClockThatJumpsGivesOneEndOfDayForEachDate)
{
    const auto id = bank_->open(product_1(), 1, "a");
    ASSERT_TRUE(bank_->move(id, 36'000'000'00, "in"));
    clock_.advance_seconds(6 * 86'400);
    bank_->ends->start();
    for (int i = 0; i < 600; ++i) {
        const auto done = bank_->read([](Snapshot& snapshot) { return dates_done(snapshot); });
        if (done == 6) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    clock_.advance_seconds(-30 * 86'400);  // Back: nothing happens, nothing is undone.
    bank_->ends->wake();
    bank_->ends->stop();
    EXPECT_EQ(bank_->day->date(), on("2026-11-28"));
    const auto all = bank_->read([](Snapshot& snapshot) { return runs(snapshot, {}, 100); });
    ASSERT_EQ(all.size(), 6u);
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].day.days, on("2026-11-27").days - static_cast<int>(i));
        EXPECT_EQ(all[i].state, State::done);
    }
    const auto kept = bank_->read(
        [&](Snapshot& snapshot) { return next_page(snapshot, *bank_->accounts, {}).kept.front(); });
    EXPECT_EQ(kept.accrued, (interest::Accrued{6 * 50'00, 0}));
}

TEST_F(EndOfDayTest, AFailureIsWrittenDownAndTriedAgain)
{
    const auto id = bank_->open(product_1(), 1, "a");
    ASSERT_TRUE(bank_->move(id, 500'00, "in"));
    const auto tamper = [&](const char* sql) {
        ASSERT_TRUE(bank_->write([&](Transaction& transaction) -> base::Result<void> {
            transaction.execute(sql);
            return {};
        }));
    };
    ASSERT_TRUE(bank_->ends->close(on("2026-11-22"), {}, {}));
    tamper(
        "insert into trial_balance(day, kind, code, unit, minor_digits, accounts, debits, credits,"
        " day_debits, day_credits) select day, 0, 'nobody', 'CNY', 2, 1, 7, 0, 0, 0"
        " from end_of_day_run");
    const auto failed = bank_->ends->work();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().reason, "end_of_day.does_not_balance");
    end_of_day::Run told = run(on("2026-11-22"));
    EXPECT_EQ(told.state, State::failed);
    EXPECT_NE(told.detail.find("differ by 7 minor units of CNY"), std::string::npos);
    EXPECT_EQ(told.steps[static_cast<std::size_t>(Step::trial_balance)].state, State::failed);
    ASSERT_TRUE(bank_->move(id, 100'00, "goes on"));
    tamper("delete from trial_balance where code = 'nobody'");
    ASSERT_TRUE(bank_->ends->retry(on("2026-11-22"), {audit::ActorKind::staff, 5}));
    ASSERT_TRUE(bank_->ends->work());
    told = run(on("2026-11-22"));
    EXPECT_EQ(told.state, State::done);
    EXPECT_EQ(told.attempts, 2);
    EXPECT_EQ(told.reason, "");
}

TEST_F(EndOfDayTest, WhatAnAccountMayNotTakeWaitsAndIsNamed)
{
    const account::Product purse{.code = "class-3",
                                 .account_class = account::Class::three,
                                 .unit = cny,
                                 .per_person = 9,
                                 .balance_limit = 2'000'00};
    clock_.set(base::parse_instant("2026-12-20T04:00:00Z").value());
    while (bank_->day->date() < on("2026-12-20")) ASSERT_TRUE(bank_->close_and_work());
    const auto full = bank_->open(purse, 1, "full");
    const auto roomy = bank_->open(purse, 2, "roomy");
    ASSERT_TRUE(bank_->move(full, 2'000'00, "a"));
    ASSERT_TRUE(bank_->move(roomy, 1'900'00, "b"));
    pass_a_day();
    EXPECT_EQ(bank_->balance(full), 2'000'00);
    EXPECT_EQ(bank_->balance(roomy), 1'900'00);  // 0.26 fen rounds to nothing.
    while (bank_->day->date() < on("2027-03-21")) pass_a_day();
    EXPECT_EQ(bank_->balance(full), 2'000'00);
    EXPECT_EQ(bank_->balance(roomy), 1'900'24);  // 90 days at 0.263… fen.
    const auto named =
        bank_->read([](Snapshot& snapshot) { return exceptions(snapshot, on("2027-03-20"), 10); });
    ASSERT_EQ(named.size(), 1u);
    EXPECT_EQ(named[0].account, full);
    EXPECT_EQ(named[0].reason, "ledger.balance_limit");
    EXPECT_EQ(named[0].amount, 25);
    // It is still owed.
    EXPECT_EQ(own("interest/payable/class-3"), 25);
}

TEST_F(EndOfDayTest, FeesTakeWhatIsThereAndSpareTheDefaultAccount)
{
    clock_.set(base::parse_instant("2026-12-18T04:00:00Z").value());
    while (bank_->day->date() < on("2026-12-18")) ASSERT_TRUE(bank_->close_and_work());
    const auto first = bank_->open(product_1(), 1, "default");
    const auto small = bank_->open(product_1(), 1, "small");
    const auto tiny = bank_->open(product_1(), 1, "tiny");
    const auto empty = bank_->open(product_1(), 1, "empty");
    const auto rich = bank_->open(product_1(), 1, "rich");
    ASSERT_TRUE(bank_->move(first, 10'00, "1"));
    ASSERT_TRUE(bank_->move(small, 299'99, "2"));
    ASSERT_TRUE(bank_->move(tiny, 1'20, "3"));
    ASSERT_TRUE(bank_->move(rich, 300'00, "4"));
    while (bank_->day->date() < on("2026-12-21")) pass_a_day();
    EXPECT_EQ(bank_->balance(first), 10'00);
    EXPECT_EQ(bank_->balance(small), 296'99);
    EXPECT_EQ(bank_->balance(tiny), 0);
    EXPECT_EQ(bank_->balance(empty), 0);
    EXPECT_EQ(bank_->balance(rich), 300'00);
    EXPECT_EQ(own("fee/income/class-1"), 4'20);
    const auto fees = run(on("2026-12-20")).steps[static_cast<std::size_t>(Step::fees)];
    EXPECT_EQ(fees.count, 2);
    EXPECT_EQ(fees.amount, 4'20);
    const auto named =
        bank_->read([](Snapshot& snapshot) { return exceptions(snapshot, on("2026-12-20"), 10); });
    ASSERT_EQ(named.size(), 1u);
    EXPECT_EQ(named[0].account, empty);
    EXPECT_EQ(named[0].reason, "end_of_day.no_balance");
}

TEST_F(EndOfDayTest, ExpiredHoldsAreLetGo)
{
    const auto id = bank_->open(product_1(), 1, "a");
    ASSERT_TRUE(bank_->move(id, 500'00, "in"));
    ASSERT_TRUE(bank_->write([&](Transaction& transaction) {
        const auto cash = bank_->ledger->own_account(transaction, "cash", cny).value();
        const ledger::Leg legs[] = {{id, ledger::Side::debit, {100'00, cny}},
                                    {cash, ledger::Side::credit, {100'00, cny}}};
        return bank_->ledger->reserve(transaction,
                                      {.client = ledger::client_id({"hold"}),
                                       .kind = "hold",
                                       .effective = bank_->day->date(),
                                       .legs = legs},
                                      base::after_seconds(transaction.now(), 60));
    }));
    pass_a_day();
    EXPECT_EQ(run(on("2026-11-22")).steps[static_cast<std::size_t>(Step::holds)].count, 1);
    const auto stands = bank_->read(
        [&](Snapshot& snapshot) { return bank_->ledger->account(snapshot, id).value(); });
    EXPECT_EQ(stands.available().minor_units, 500'00);
}

/// Payments between accounts of many threads while dates are closed and worked on: every trial
/// balance is what the journal up to its last entry says, added up naively.
TEST_F(EndOfDayTest, NothingStopsAndTheTrialBalanceIsThatOfTheJournal)
{
    const auto ids = bank_->accounts->fill(*bank_->book, product_1(), 3'000,
                                           account::CustomerId{100}, {1'000'00, cny});
    std::atomic<bool> over = false;
    std::atomic<int> moved = 0;
    std::vector<std::thread> payers;
    for (int t = 0; t < 3; ++t) {
        payers.emplace_back([&, t] {
            std::mt19937 random{static_cast<unsigned>(t)};
            for (int i = 0; !over; ++i) {
                const auto posted =
                    bank_->move(ids[random() % ids.size()], random() % 2 == 0 ? 7 : -7,
                                "load-" + std::to_string(t) + "-" + std::to_string(i));
                ASSERT_TRUE(posted) << posted.error().reason;
                ++moved;
            }
        });
    }
    for (int i = 0; i < 3; ++i) {
        clock_.advance_seconds(86'400);
        const auto done = bank_->close_and_work();
        EXPECT_TRUE(done) << (done ? "" : done.error().detail);
    }
    over = true;
    for (auto& payer : payers) payer.join();
    EXPECT_GT(moved, 100);
    std::map<ledger::AccountId, std::string> names;
    bank_->read([&](Snapshot& snapshot) {
        for (const auto& one : bank_->ledger->own_accounts(snapshot)) names[one.id] = one.code;
        for (const auto& run : runs(snapshot, {}, 10)) {
            std::map<std::string, std::int64_t> sums;
            const ledger::EntryId first{(std::uint64_t{1} << ledger::entry_number_bits) + 1};
            for (ledger::EntryId entry = first; entry <= run.entry; ++entry.value) {
                const auto row = bank_->ledger->entry(snapshot, entry).value();
                EXPECT_LE(row.effective, run.day);
                for (const auto& leg : row.legs) {
                    const auto name = names.find(leg.account);
                    sums[name == names.end() ? "class-1" : name->second] +=
                        leg.side == ledger::Side::debit ? leg.posted : -leg.posted;
                }
            }
            for (const auto& line : trial_balance(snapshot, run.day)) {
                EXPECT_EQ(line.closing(), sums[line.code]) << line.code;
                sums.erase(line.code);
            }
            EXPECT_TRUE(sums.empty());
        }
        EXPECT_TRUE(check(snapshot).empty());
    });
    EXPECT_TRUE(ledger::check_ledger(*bank_->book).clean());
}

TEST_F(EndOfDayTest, TheCheckNamesATrialBalanceThatWasChanged)
{
    const auto id = bank_->open(product_1(), 1, "a");
    ASSERT_TRUE(bank_->move(id, 500'00, "in"));
    pass_a_day();
    pass_a_day();
    ASSERT_TRUE(bank_->write([&](Transaction& transaction) -> base::Result<void> {
        transaction.execute(
            "update trial_balance set debits = debits + 1 where day = ?"
            " and code = 'cash'",
            on("2026-11-22"));
        return {};
    }));
    const auto findings = bank_->read([](Snapshot& snapshot) { return check(snapshot); });
    ASSERT_EQ(findings.size(), 3u);
    EXPECT_EQ(findings[1], "the trial balance of 2026-11-22 in CNY differs by 1");
}

TEST(ScheduleTest, DueDaysAreFoundAlsoInShortMonths)
{
    const auto due = [](const Schedule& schedule, const char* first, const char* end) {
        return falls_due(schedule, on(first), on(end));
    };
    const Schedule quarterly{Frequency::quarterly, 20};
    EXPECT_TRUE(due(quarterly, "2026-12-20", "2026-12-21"));
    EXPECT_FALSE(due(quarterly, "2026-12-21", "2026-12-22"));
    EXPECT_FALSE(due(quarterly, "2026-11-20", "2026-11-21"));
    EXPECT_TRUE(due(quarterly, "2026-12-18", "2026-12-21"));  // Over a weekend.
    const Schedule last{Frequency::monthly, 31};
    EXPECT_TRUE(due(last, "2024-02-29", "2024-03-01"));
    EXPECT_FALSE(due(last, "2024-02-28", "2024-02-29"));
    EXPECT_TRUE(due(last, "2026-02-28", "2026-03-01"));
    const Schedule yearly{Frequency::yearly, 5, 7};
    EXPECT_TRUE(due(yearly, "2026-07-05", "2026-07-06"));
    EXPECT_FALSE(due(yearly, "2026-08-05", "2026-08-06"));
    EXPECT_FALSE(due({Frequency::never, 5}, "2026-01-01", "2026-12-31"));
}

TEST(ChartTest, TheLongestPatternWins)
{
    const Chart chart{{.code = "a", .name = {}, .own = {"clearing/*"}, .rest = true},
                      {.code = "b", .name = {}, .own = {"clearing/other*"}},
                      {.code = "c", .name = {}, .products = {"p"}, .own = {"clearing/otherbank"}}};
    EXPECT_EQ(line_of_own(chart, "clearing/otherbank").code, "c");
    EXPECT_EQ(line_of_own(chart, "clearing/otherbank2").code, "b");
    EXPECT_EQ(line_of_own(chart, "clearing/x").code, "a");
    EXPECT_EQ(line_of_own(chart, "cash").code, "a");
    EXPECT_EQ(line_of_product(chart, "p").code, "c");
}

}  // namespace
}  // namespace bank::end_of_day
