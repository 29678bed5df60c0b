// SPDX-License-Identifier: Apache-2.0
#include <engine/process/calendar.h>

#include <platform/json/value.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

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

/// The days that were published for China since 2007: days off, and weekends that work.
struct Published {
    std::set<base::Date> off;
    std::set<base::Date> working;
};

Published published()
{
    const char* data = std::getenv("YUNGUI_SHARED_DATA");
    Published days;
    if (data == nullptr) return days;
    const std::filesystem::path folder = std::filesystem::path{data} / "cn_holidays";
    if (!std::filesystem::exists(folder)) return days;
    for (const auto& file : std::filesystem::directory_iterator{folder}) {
        if (!std::isdigit(file.path().filename().string()[0])) continue;
        std::ifstream in{file.path()};
        std::stringstream text;
        text << in.rdbuf();
        const auto year = platform::json::parse(text.str()).value();
        for (const auto& each : *year["days"].array()) {
            const auto date = base::parse_date(each["date"].text_or()).value();
            (each["isOffDay"].boolean_or(false) ? days.off : days.working).insert(date);
        }
    }
    return days;
}

/// Counts minute by minute, as the words say it: nine to five on days that work.
base::Instant by_the_minute(const Published& days, base::Instant from, std::int64_t minutes)
{
    constexpr std::int64_t minute = 60'000'000;
    const auto opens = [&](std::int64_t micros) {
        const std::int64_t local = micros / minute + 8 * 60;
        const base::Date date{static_cast<std::int32_t>(local / 1440)};
        const bool weekend = (date.days + 3) % 7 >= 5;
        const bool works = days.working.contains(date) || (!weekend && !days.off.contains(date));
        return works && local % 1440 >= 9 * 60 && local % 1440 < 17 * 60;
    };
    std::int64_t now = from.micros;
    for (; minutes > 0; now += minute) minutes -= opens(now);
    return {now};
}

TEST(BusinessCalendar, KeepsThePublishedDaysOffAndWorkingWeekends)
{
    const Published days = published();
    if (days.off.empty()) GTEST_SKIP() << "the published days are not here";
    ASSERT_GT(days.off.size(), 400U);
    ASSERT_GT(days.working.size(), 60U);
    const auto calendar = BusinessCalendar::make("Asia/Shanghai", {9 * 60, 17 * 60},
                                                 {false, false, false, false, false, true, true},
                                                 days.off, days.working)
                              .value();
    const base::Date first = day("2007-01-01");
    const base::Date last = day("2026-12-31");
    int weekends_that_work = 0;
    for (base::Date date = first; date.days <= last.days; ++date.days) {
        const bool weekend = (date.days + 3) % 7 >= 5;
        const bool works = days.working.contains(date) || (!weekend && !days.off.contains(date));
        ASSERT_EQ(calendar.is_business_day(date), works) << base::to_string(date);
        weekends_that_work += weekend && works;
    }
    EXPECT_GT(weekends_that_work, 60);
    std::mt19937_64 random{20261122};
    const std::vector<base::Date> around{days.off.begin(), days.off.end()};
    for (int i = 0; i < 500; ++i) {
        const auto date = around[random() % around.size()];
        const auto from = calendar.at({date.days - static_cast<std::int32_t>(random() % 4)},
                                      static_cast<int>(random() % 1440));
        const auto minutes = static_cast<std::int64_t>(1 + random() % 4000);
        const auto due = calendar.add_business_minutes(from, minutes);
        ASSERT_EQ(due, by_the_minute(days, from, minutes))
            << base::to_string(from) << " and " << minutes << " minutes";
        ASSERT_EQ(calendar.business_minutes(from, due), minutes);
    }
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
