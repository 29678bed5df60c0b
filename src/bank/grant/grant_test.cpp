// SPDX-License-Identifier: Apache-2.0
#include <bank/grant/grants.h>

#include <bank/ledger/check.h>
#include <bank/ledger/units.h>
#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace bank::grant {
namespace {

using platform::sql::Transaction;

const base::Currency cny = ledger::currency("CNY").value();

class GrantTest : public testing::Test {
protected:
    GrantTest()
    {
        std::filesystem::create_directories(folder_);
        book_ = platform::sql::open_test_book(folder_ / "book.db", clock_, {.number = 3});
        EXPECT_TRUE(book_->migrate(ledger::migrations()));
        ledger_ = std::make_unique<ledger::Ledger>(*book_);
    }
    ~GrantTest() override
    {
        EXPECT_TRUE(ledger::check_ledger(*book_).clean());
        ledger_.reset();
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    /// "paid", or the reason why not.
    std::string ask(std::string_view occasion, std::string_view key, std::int64_t amount,
                    std::string_view fund = "school-2026")
    {
        const auto done = book_->write([&](Transaction& tx) -> base::Result<ledger::Posted> {
            const auto to = TRY(ledger_->own_account(tx, "payable/school/one", cny));
            return pay(tx, *ledger_, {fund, {1'000, cny}},
                       {.occasion = occasion,
                        .key = key,
                        .to = to,
                        .amount = {amount, cny},
                        .kind = "allowance"},
                       day_);
        });
        return done ? "paid" : std::string{done.error().reason};
    }
    std::int64_t there()
    {
        const auto sum = book_->write([&](Transaction& tx) {
            return left(tx, *ledger_, {"school-2026", {1'000, cny}}, day_);
        });
        return sum.value().minor_units;
    }

    const std::filesystem::path folder_ =
        std::filesystem::path{testing::TempDir()} /
        ("grant-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
    base::ManualClock clock_{base::parse_instant("2026-11-23T02:00:00Z").value()};
    const base::Date day_ = base::parse_date("2026-11-23").value();
    std::unique_ptr<platform::sql::Book> book_;
    std::unique_ptr<ledger::Ledger> ledger_;
};

TEST_F(GrantTest, AFundPaysOnceForEachOccasion)
{
    EXPECT_EQ(there(), 1'000);
    EXPECT_EQ(ask("anna/autumn", "case 1", 300), "paid");
    EXPECT_EQ(ask("anna/autumn", "case 1", 300), "paid");  // The same, repeated.
    EXPECT_EQ(there(), 700);
    EXPECT_EQ(ask("anna/autumn", "case 2", 300), "grant.given_already");
    EXPECT_EQ(ask("anna/spring", "case 2", 300), "paid");
    EXPECT_EQ(there(), 400);
}

TEST_F(GrantTest, AFundPaysNoMoreThanItsBudget)
{
    EXPECT_EQ(ask("a", "1", 700), "paid");
    EXPECT_EQ(ask("b", "2", 301), "grant.budget_used_up");
    EXPECT_EQ(ask("b", "2", 300), "paid");
    EXPECT_EQ(ask("c", "3", 1), "grant.budget_used_up");
    EXPECT_EQ(there(), 0);
}

TEST_F(GrantTest, AFundHasACode)
{
    EXPECT_EQ(ask("a", "1", 1, "School!"), "grant.fund_malformed");
    EXPECT_EQ(ask("a", "1", 1, ""), "grant.fund_malformed");
}

}  // namespace
}  // namespace bank::grant
