// SPDX-License-Identifier: Apache-2.0
#include <bank/account/accounts.h>
#include <bank/ledger/check.h>
#include <bank/ledger/units.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace bank::account {
namespace {

using platform::sql::Transaction;

const base::Currency renminbi = ledger::currency("CNY").value();
constexpr Idleness rules{.unused_after_days = 183, .idle_after_days = 1095};

Product small_one()
{
    return {.code = "class-2",
            .account_class = Class::two,
            .unit = renminbi,
            .per_person = 5,
            .remote = true,
            .limits = {{Direction::out, Period::day, 10'000'00},
                       {Direction::in, Period::day, 10'000'00, true}}};
}
Product full_one()
{
    return {.code = "class-1", .account_class = Class::one, .unit = renminbi, .per_person = 1};
}

class SleepingTest : public testing::Test {
protected:
    SleepingTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(audit::migrations()));
        EXPECT_TRUE(book_->migrate(ledger::migrations()));
        EXPECT_TRUE(book_->migrate(migrations()));
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
        accounts_ = std::make_unique<Accounts>(*ledger_, Institution{"990101"});
    }
    ~SleepingTest() override
    {
        const auto report = ledger::check_ledger(*book_);
        EXPECT_TRUE(report.clean()) << report.findings.front();
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    AccountId opened(const Product& product, std::string key)
    {
        return book_
            ->write([&](Transaction& tx) {
                return accounts_->open(tx, product,
                                       {.key = key,
                                        .holder = CustomerId{5},
                                        .branch = "P",
                                        .face_to_face = product.account_class == Class::one});
            })
            .value()
            .id;
    }
    std::string move(AccountId account, std::string_view kind, bool out, std::string_view key)
    {
        const auto done = book_->write([&](Transaction& tx) -> base::Result<ledger::Posted> {
            const auto own = TRY(ledger_->own_account(tx, "cash/test", renminbi));
            const base::Money sum{100, renminbi};
            const ledger::Leg legs[] = {{out ? account : own, ledger::Side::debit, sum},
                                        {out ? own : account, ledger::Side::credit, sum}};
            return ledger_->post(tx, {.client = ledger::client_id({"move", key}),
                                      .kind = kind,
                                      .effective = accounts_->business_date(tx.now()),
                                      .legs = legs});
        });
        return done ? "done" : std::string{done.error().reason};
    }
    bool sleeps(AccountId account)
    {
        const auto done = book_->write(
            [&](Transaction& tx) { return accounts_->put_to_sleep(tx, account, rules); });
        EXPECT_TRUE(done) << done.error().detail;
        return done.value();
    }
    std::string revived(AccountId account)
    {
        const auto done =
            book_->write([&](Transaction& tx) { return accounts_->revive(tx, account); });
        return done ? "done" : std::string{done.error().reason};
    }
    std::string raised(AccountId account)
    {
        const auto done = book_->write(
            [&](Transaction& tx) { return accounts_->upgrade(tx, full_one(), account); });
        return done ? "done" : std::string{done.error().reason};
    }
    void later(int days) { clock_.set(base::after_seconds(clock_.now(), days * 86'400LL)); }

    const std::filesystem::path folder_ =
        std::filesystem::path{testing::TempDir()} /
        ("sleeping-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
    std::unique_ptr<Accounts> accounts_;
};

TEST_F(SleepingTest, WhatWasNeverUsedSleepsAfterSixMonthsAndWhatWasUsedAfterThreeYears)
{
    const auto unused = opened(small_one(), "a");
    const auto used = opened(small_one(), "b");
    ASSERT_EQ(move(used, "transfer", false, "1"), "done");
    later(182);
    EXPECT_FALSE(sleeps(unused));
    later(1);
    EXPECT_TRUE(sleeps(unused));
    EXPECT_FALSE(sleeps(unused));  // It sleeps already.
    EXPECT_FALSE(sleeps(used));
    later(1095 - 183);
    EXPECT_TRUE(sleeps(used));
}

TEST_F(SleepingTest, WhatTheBankBooksByItselfIsNoMovement)
{
    const auto account = opened(small_one(), "a");
    ASSERT_EQ(move(account, "transfer", false, "1"), "done");
    for (int quarter = 0; quarter < 12; ++quarter) {
        later(92);
        ASSERT_EQ(move(account, "interest", false, "i" + std::to_string(quarter)), "done");
    }
    EXPECT_TRUE(sleeps(account));
}

TEST_F(SleepingTest, NothingLeavesASleepingAccountUntilItIsRevived)
{
    const auto account = opened(small_one(), "a");
    EXPECT_EQ(revived(account), "account.not_dormant");
    ASSERT_EQ(move(account, "transfer", false, "1"), "done");
    later(1095);
    ASSERT_TRUE(sleeps(account));
    EXPECT_EQ(move(account, "transfer", true, "2"), "ledger.debits_blocked");
    EXPECT_EQ(move(account, "transfer", false, "3"), "done");  // Money still comes in.
    EXPECT_EQ(raised(account), "account.not_open");
    EXPECT_EQ(revived(account), "done");
    EXPECT_EQ(revived(account), "account.not_dormant");
    EXPECT_EQ(move(account, "transfer", true, "4"), "done");
    later(1000);
    EXPECT_FALSE(sleeps(account));
}

TEST_F(SleepingTest, RevivedItIsNotPutToSleepAgainTheNextDay)
{
    const auto account = opened(small_one(), "a");
    later(400);
    ASSERT_TRUE(sleeps(account));
    ASSERT_EQ(revived(account), "done");
    later(182);
    EXPECT_FALSE(sleeps(account));
    later(1);
    EXPECT_TRUE(sleeps(account));
}

TEST_F(SleepingTest, AnAccountRisesToClassOneOnceAPersonAndItsLimitsGo)
{
    const auto account = opened(small_one(), "a");
    const auto other = opened(small_one(), "b");
    EXPECT_EQ(raised(account), "done");
    EXPECT_EQ(raised(account), "account.class_not_higher");
    EXPECT_EQ(raised(other), "account.too_many_of_class");
    book_->read([&](platform::sql::Snapshot& snapshot) {
        const auto now = accounts_->account(snapshot, account).value();
        EXPECT_EQ(now.account_class, Class::one);
        EXPECT_EQ(now.product, "class-1");
        EXPECT_TRUE(now.face_to_face);
        EXPECT_TRUE(accounts_->limits(snapshot, account, {}).value().empty());
        EXPECT_TRUE(accounts_->takes_from_others(snapshot, account).value());
        EXPECT_FALSE(accounts_->limits(snapshot, other, {}).value().empty());
    });
}

}  // namespace
}  // namespace bank::account
