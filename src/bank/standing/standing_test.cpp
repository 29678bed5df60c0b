// SPDX-License-Identifier: Apache-2.0
#include <bank/standing/terms.h>

#include <gtest/gtest.h>

namespace bank::standing {
namespace {

base::Date date(std::string_view text)
{
    return base::parse_date(text).value();
}

struct Row {
    Rhythm rhythm;
    const char* first;
    int day;
    const char* until;  // Empty: none.
    int times;          // 0: without end.
    const char* dates;  // The first four at most.
};

TEST(StandingTerms, FallOnTheseDates)
{
    const Row rows[] = {
        {Rhythm::once, "2026-12-24", 24, "", 0, "2026-12-24"},
        {Rhythm::weekly, "2026-12-24", 24, "", 0, "2026-12-24 2026-12-31 2027-01-07 2027-01-14"},
        {Rhythm::weekly, "2026-12-24", 24, "2027-01-06", 0, "2026-12-24 2026-12-31"},
        {Rhythm::weekly, "2026-12-24", 24, "2027-01-07", 0, "2026-12-24 2026-12-31 2027-01-07"},
        {Rhythm::monthly, "2026-12-31", 31, "", 0, "2026-12-31 2027-01-31 2027-02-28 2027-03-31"},
        {Rhythm::monthly, "2027-12-15", 31, "", 3, "2027-12-31 2028-01-31 2028-02-29"},
        {Rhythm::monthly, "2026-12-15", 10, "", 0, "2027-01-10 2027-02-10 2027-03-10 2027-04-10"},
        {Rhythm::monthly, "2026-11-30", 30, "", 1, "2026-11-30"},
        {Rhythm::quarterly, "2026-11-30", 30, "", 0, "2026-11-30 2027-02-28 2027-05-30 2027-08-30"},
    };
    for (const Row& row : rows) {
        Terms terms{.rhythm = row.rhythm, .first = date(row.first), .day = row.day};
        if (*row.until != 0) terms.until = date(row.until);
        if (row.times != 0) terms.times = row.times;
        std::string seen;
        std::optional<base::Date> at = first_of(terms);
        for (int done = 1; at && done <= 4; ++done) {
            seen += (seen.empty() ? "" : " ") + base::to_string(*at);
            at = next_after(terms, *at, done);
        }
        EXPECT_EQ(seen, row.dates) << to_string(row.rhythm) << " from " << row.first;
    }
}

TEST(StandingTerms, AreMovedOffDaysOnWhichTheBankDoesNotWork)
{
    const auto calendar = engine::process::BusinessCalendar::make(
                              "Asia/Shanghai", {}, {false, false, false, false, false, true, true},
                              {date("2027-01-01")}, {})
                              .value();
    EXPECT_EQ(moved(date("2027-01-01"), Holiday::same_day, calendar), date("2027-01-01"));
    EXPECT_EQ(moved(date("2027-01-01"), Holiday::next_day, calendar), date("2027-01-04"));
    EXPECT_EQ(moved(date("2027-01-03"), Holiday::day_before, calendar), date("2026-12-31"));
    EXPECT_EQ(moved(date("2027-01-05"), Holiday::next_day, calendar), date("2027-01-05"));
}

TEST(StandingTerms, AreReadFromTheirWordsOnly)
{
    for (const auto rhythm :
         {Rhythm::delayed, Rhythm::once, Rhythm::weekly, Rhythm::monthly, Rhythm::quarterly})
        EXPECT_EQ(parse_rhythm(to_string(rhythm)).value(), rhythm);
    for (const auto holiday : {Holiday::same_day, Holiday::next_day, Holiday::day_before})
        EXPECT_EQ(parse_holiday(to_string(holiday)).value(), holiday);
    EXPECT_EQ(parse_rhythm("daily").error().reason, "standing.rhythm_unknown");
    EXPECT_EQ(parse_holiday("").error().reason, "standing.holiday_unknown");
}

}  // namespace
}  // namespace bank::standing
