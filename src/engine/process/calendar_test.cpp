// SPDX-License-Identifier: Apache-2.0
#include <engine/process/calendar.h>

#include <gtest/gtest.h>

namespace engine::process {
namespace {

base::Date day(const char* text)
{
    return base::parse_date(text).value();
}

base::Instant at(const char* text)
{
    return base::parse_instant(text).value();
}

BusinessCalendar shanghai()
{
    return BusinessCalendar::make(
               "Asia/Shanghai", {9 * 60, 17 * 60}, {false, false, false, false, false, true, true},
               {day("2026-10-01"), day("2026-10-02"), day("2026-10-05")}, {day("2026-10-10")})
        .value();
}

TEST(BusinessCalendar, CountsOnlyBusinessHours)
{
    struct Row {
        const char* from;
        int minutes;
        const char* due;
    };
    const Row rows[] = {
        // from (UTC; Shanghai is eight hours ahead), business minutes, due
        {"2026-11-20T02:00:00Z", 240, "2026-11-20T06:00:00Z"},  // Friday 10:00 → 14:00
        {"2026-11-20T08:00:00Z", 240, "2026-11-23T04:00:00Z"},  // Friday 16:00 → Monday 12:00
        {"2026-11-21T03:00:00Z", 60, "2026-11-23T02:00:00Z"},   // Saturday → Monday 10:00
        {"2026-11-23T20:00:00Z", 0, "2026-11-24T01:00:00Z"},    // at night → next opening
        {"2026-09-30T08:30:00Z", 60, "2026-10-06T01:30:00Z"},   // over days off and a weekend
        {"2026-10-09T08:30:00Z", 60, "2026-10-10T01:30:00Z"},   // a Saturday that works
        {"2026-11-23T01:00:00Z", 480, "2026-11-23T09:00:00Z"},  // exactly a day
        {"2026-11-23T01:00:00Z", 481, "2026-11-24T01:01:00Z"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(base::to_string(shanghai().add_business_minutes(at(row.from), row.minutes)),
                  row.due)
            << row.from;
    }
}

TEST(BusinessCalendar, MeasuresWhatItAdds)
{
    const auto calendar = shanghai();
    for (int minutes : {1, 59, 480, 481, 4000}) {
        const auto from = at("2026-09-29T03:17:00Z");
        EXPECT_EQ(calendar.business_minutes(from, calendar.add_business_minutes(from, minutes)),
                  minutes);
    }
    EXPECT_EQ(calendar.business_minutes(at("2026-11-21T00:00:00Z"), at("2026-11-22T23:00:00Z")), 0);
}

TEST(BusinessCalendar, KnowsDaysOffAndWorkingWeekends)
{
    EXPECT_FALSE(shanghai().is_business_day(day("2026-10-01")));
    EXPECT_TRUE(shanghai().is_business_day(day("2026-10-10")));
    EXPECT_FALSE(shanghai().is_business_day(day("2026-10-11")));
    EXPECT_TRUE(shanghai().is_open(at("2026-11-23T01:00:00Z")));
    EXPECT_FALSE(shanghai().is_open(at("2026-11-23T09:00:00Z")));
}

TEST(BusinessCalendar, RefusesWhatCannotBe)
{
    EXPECT_EQ(BusinessCalendar::make("Mars/Olympus", {}, {}, {}, {}).error().reason,
              "calendar.zone_unknown");
    EXPECT_EQ(BusinessCalendar::make("UTC", {600, 600}, {}, {}, {}).error().reason,
              "calendar.hours_invalid");
    EXPECT_EQ(BusinessCalendar::make("UTC", {}, {true, true, true, true, true, true, true}, {}, {})
                  .error()
                  .reason,
              "calendar.never_works");
}

}  // namespace
}  // namespace engine::process
