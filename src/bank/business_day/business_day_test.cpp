// SPDX-License-Identifier: Apache-2.0
#include <bank/business_day/business_day.h>

#include <platform/sql/test_book.h>

#include <gtest/gtest.h>

#include <unistd.h>
#include <filesystem>

namespace bank::business_day {
namespace {

namespace sql = platform::sql;

class BusinessDayTest : public ::testing::Test {
protected:
    BusinessDayTest()
        : folder_(std::filesystem::temp_directory_path() /
                  ("yungui-business-day-" + std::to_string(::getpid())))
    {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        open();
    }
    ~BusinessDayTest() override
    {
        book_.reset();
        std::filesystem::remove_all(folder_);
    }

    void open()
    {
        book_.reset();
        book_ = sql::open_test_book(folder_ / "book.db", clock_, {.number = 1});
        ASSERT_TRUE(book_->migrate(migrations()));
    }

    static Rules rules(int cut_over_minute, Days days)
    {
        std::array<bool, 7> weekend{};
        weekend[5] = weekend[6] = true;
        const auto date = [](const char* text) { return base::parse_date(text).value(); };
        return {engine::process::BusinessCalendar::make("Asia/Shanghai", {}, weekend,
                                                        {date("2026-10-01"), date("2026-10-02")},
                                                        {date("2026-10-10")})
                    .value(),
                cut_over_minute, days};
    }

    base::Result<base::Date> close(BusinessDay& day, base::Date date)
    {
        return book_->write(
            [&](sql::Transaction& transaction) { return day.close(transaction, date); });
    }

    static base::Date on(const char* text) { return base::parse_date(text).value(); }
    static base::Instant at(const char* text) { return base::parse_instant(text).value(); }

    const std::filesystem::path folder_;
    base::ManualClock clock_{base::parse_instant("2026-11-21T15:59:59Z").value()};
    std::unique_ptr<sql::Book> book_;
};

TEST_F(BusinessDayTest, ANewBookBeginsOnTheLocalDay)
{
    const BusinessDay day{*book_, rules(24 * 60, Days::every)};
    EXPECT_EQ(day.date(), on("2026-11-21"));
    EXPECT_FALSE(day.has_ended(clock_.now()));
    EXPECT_TRUE(day.has_ended(at("2026-11-21T16:00:00Z")));
    EXPECT_EQ(day.by_clock(at("2026-11-21T16:00:00Z")), on("2026-11-22"));
}

TEST_F(BusinessDayTest, TheCutOverMayBeBeforeMidnight)
{
    const BusinessDay day{*book_, rules(23 * 60 + 30, Days::every)};
    EXPECT_EQ(day.date(), on("2026-11-22"));
    EXPECT_EQ(day.ends_at(on("2026-11-22")), at("2026-11-22T15:30:00Z"));
    EXPECT_EQ(day.by_clock(at("2026-11-21T15:29:59Z")), on("2026-11-21"));
}

TEST_F(BusinessDayTest, TheDateMovesByClosingOnlyAndOutlivesTheProgram)
{
    {
        BusinessDay day{*book_, rules(24 * 60, Days::every)};
        clock_.set(at("2026-11-25T00:00:00Z"));
        EXPECT_EQ(day.date(), on("2026-11-21"));
        EXPECT_EQ(close(day, on("2026-11-21")).value(), on("2026-11-22"));
        EXPECT_EQ(close(day, on("2026-11-21")).error().reason, "business_day.not_open");
        EXPECT_EQ(day.date(), on("2026-11-22"));
    }
    open();
    EXPECT_EQ((BusinessDay{*book_, rules(24 * 60, Days::every)}.date()), on("2026-11-22"));
    clock_.set(at("2020-01-01T00:00:00Z"));
    EXPECT_EQ((BusinessDay{*book_, rules(24 * 60, Days::every)}.date()), on("2026-11-22"));
}

TEST_F(BusinessDayTest, AClosingThatIsRefusedLaterIsTakenBack)
{
    BusinessDay day{*book_, rules(24 * 60, Days::every)};
    const auto refused = book_->write([&](sql::Transaction& transaction) -> base::Result<void> {
        EXPECT_TRUE(day.close(transaction, on("2026-11-21")));
        return base::rejected("test.no", "");
    });
    EXPECT_FALSE(refused);
    EXPECT_EQ(day.date(), on("2026-11-21"));
    EXPECT_EQ((BusinessDay{*book_, rules(24 * 60, Days::every)}.date()), on("2026-11-21"));
}

TEST_F(BusinessDayTest, WorkingDaysPassOverWeekendsAndHolidays)
{
    clock_.set(at("2026-09-30T04:00:00Z"));
    const BusinessDay day{*book_, rules(17 * 60, Days::working)};
    EXPECT_EQ(day.date(), on("2026-09-30"));
    EXPECT_EQ(day.after(on("2026-09-30")),
              on("2026-10-05"));  // Thursday and Friday off, a weekend.
    EXPECT_EQ(day.after(on("2026-10-09")), on("2026-10-10"));  // A Saturday that works.
    EXPECT_EQ(day.by_clock(at("2026-10-03T04:00:00Z")), on("2026-10-05"));
    EXPECT_EQ(day.by_clock(at("2026-10-05T08:59:59Z")), on("2026-10-05"));
    EXPECT_EQ(day.by_clock(at("2026-10-05T09:00:00Z")), on("2026-10-06"));
}

}  // namespace
}  // namespace bank::business_day
