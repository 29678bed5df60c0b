// SPDX-License-Identifier: Apache-2.0
#include <bank/interest/day_count.h>

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace bank::interest {
namespace {

base::Date day(std::string_view text)
{
    return base::parse_date(text).value();
}

std::vector<std::string> cells(const std::string& line)
{
    std::vector<std::string> all;
    std::stringstream in{line.substr(0, line.find('\r'))};
    for (std::string cell; std::getline(in, cell, ',');) all.push_back(cell);
    all.resize(8);
    return all;
}

TEST(DayCountTest, TheStandardsExamplesHold)
{
    const std::filesystem::path file =
        YUNGUI_SOURCE_DIR "/../shared/data/daycount/day_count_quantlib.csv";
    if (!std::filesystem::exists(file)) GTEST_SKIP() << "no folder ../shared/data/daycount";
    std::ifstream in{file};
    std::string line;
    std::getline(in, line);
    int cases = 0;
    while (std::getline(in, line)) {
        const auto cell = cells(line);
        const auto convention = parse_day_count(cell[0]);
        ASSERT_TRUE(convention) << line;
        Period period;
        if (!cell[3].empty()) period.reference_start = day(cell[3]);
        if (!cell[4].empty()) period.reference_end = day(cell[4]);
        if (!cell[5].empty()) period.termination = day(cell[5]);
        const auto start = day(cell[1]);
        const auto end = day(cell[2]);
        ASSERT_TRUE(!cell[6].empty() || !cell[7].empty()) << line;
        if (!cell[6].empty()) {
            EXPECT_EQ(days_between(convention.value(), start, end, period), std::stoll(cell[6]))
                << line;
        }
        if (!cell[7].empty()) {
            // The file has eleven or twelve decimals.
            const auto fraction = year_fraction(convention.value(), start, end, period);
            EXPECT_NEAR(
                static_cast<double>(fraction.numerator) / static_cast<double>(fraction.denominator),
                std::stod(cell[7]), 1e-10)
                << line;
        }
        ++cases;
    }
    EXPECT_GE(cases, 145);
}

struct Case {
    DayCount convention;
    const char* start;
    const char* end;
    Fraction expected;
};

TEST(DayCountTest, FractionsAreExactAndInLowestTerms)
{
    const Case cases[] = {
        {DayCount::actual_360, "2026-09-21", "2026-12-21", {91, 360}},
        {DayCount::actual_360, "2026-01-01", "2027-01-01", {73, 72}},
        {DayCount::actual_365_fixed, "2024-01-01", "2025-01-01", {366, 365}},
        {DayCount::actual_actual_isda, "2024-01-01", "2025-01-01", {1, 1}},
        // 184 days of 2007 (from 1 July), 182 of 2008.
        {DayCount::actual_actual_isda, "2007-07-01", "2008-07-01", {66'887, 66'795}},
        {DayCount::actual_actual_isda, "2000-01-01", "2004-01-01", {4, 1}},
        {DayCount::thirty_360_bond, "2026-01-31", "2026-03-31", {1, 6}},
        {DayCount::thirty_e_360, "2026-01-30", "2026-03-31", {1, 6}},
        {DayCount::thirty_e_360_isda, "2026-02-28", "2026-03-31", {1, 12}},
        {DayCount::thirty_365, "2026-01-01", "2027-01-01", {72, 73}},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(year_fraction(one.convention, day(one.start), day(one.end)), one.expected)
            << to_string(one.convention) << ' ' << one.start << ' ' << one.end;
    }
}

TEST(DayCountTest, AfbCountsWholeYearsBackFromTheEnd)
{
    const auto afb = [](const char* start, const char* end) {
        return year_fraction(DayCount::actual_actual_afb, day(start), day(end));
    };
    // From 28 February one goes back to 29 where that year has one: three years to 29 February
    // 2004, none left over.
    EXPECT_EQ(afb("2004-02-29", "2007-02-28"), (Fraction{3, 1}));
    EXPECT_EQ(afb("2003-02-28", "2004-02-29"), (Fraction{1, 1}));
    // The day left over lies before the year and holds 29 February.
    EXPECT_EQ(afb("2004-02-29", "2005-03-01"), add({1, 1}, {1, 366}));
    EXPECT_EQ(afb("2004-03-01", "2005-03-01"), (Fraction{1, 1}));
    // The end itself is not counted.
    EXPECT_EQ(afb("2003-12-01", "2004-02-29"), (Fraction{18, 73}));
    EXPECT_EQ(afb("2003-12-01", "2004-03-01"), (Fraction{91, 366}));
}

TEST(DayCountTest, IcmaMeasuresShortAndLongCoupons)
{
    const auto icma = [](const char* start, const char* end, const char* from, const char* to) {
        return year_fraction(DayCount::actual_actual_icma, day(start), day(end),
                             {day(from), day(to)});
    };
    // A regular half year is half a year, whatever days it has.
    EXPECT_EQ(icma("2026-03-01", "2026-09-01", "2026-03-01", "2026-09-01"), (Fraction{1, 2}));
    // A long first coupon: 31 of the 181 days of the half year before, then a whole one.
    EXPECT_EQ(icma("2026-02-01", "2026-09-01", "2026-03-01", "2026-09-01"),
              add({1, 2}, {28, 2 * 181}));
    // A long last coupon reaches 30 of the 181 days of the next one.
    EXPECT_EQ(icma("2026-03-01", "2026-10-01", "2026-03-01", "2026-09-01"),
              add({1, 2}, {30, 2 * 181}));
    // Two whole quarters before the one that is named.
    EXPECT_EQ(icma("2025-09-01", "2026-06-01", "2026-03-01", "2026-06-01"), (Fraction{3, 4}));
}

TEST(DayCountTest, BackwardsIsNegativeAndNothingIsZero)
{
    for (const auto convention :
         {DayCount::actual_360, DayCount::actual_365_fixed, DayCount::actual_actual_isda,
          DayCount::actual_actual_icma, DayCount::actual_actual_afb, DayCount::thirty_360_bond,
          DayCount::thirty_360_us, DayCount::thirty_e_360, DayCount::thirty_e_360_isda,
          DayCount::thirty_365}) {
        EXPECT_EQ(year_fraction(convention, day("2026-05-10"), day("2026-05-10")), Fraction{});
        const auto forward = year_fraction(convention, day("2026-05-10"), day("2027-07-15"));
        const auto back = year_fraction(convention, day("2027-07-15"), day("2026-05-10"));
        EXPECT_EQ(back, (Fraction{-forward.numerator, forward.denominator}))
            << to_string(convention);
        EXPECT_EQ(parse_day_count(to_string(convention)).value(), convention);
    }
}

TEST(DayCountTest, ActualDaysAddUpOverAnyCut)
{
    const auto start = day("2023-11-05");
    const auto end = day("2025-03-02");
    for (const auto convention :
         {DayCount::actual_360, DayCount::actual_365_fixed, DayCount::actual_actual_isda}) {
        const auto whole = year_fraction(convention, start, end);
        for (int cut = start.days; cut <= end.days; ++cut) {
            EXPECT_EQ(
                add(year_fraction(convention, start, {cut}), year_fraction(convention, {cut}, end)),
                whole);
        }
    }
}

TEST(DayCountTest, AnUnknownConventionIsRefused)
{
    for (const char* text : {"", "ACT", "30/361", "ACT/ACT/ACT", "实际/360"}) {
        const auto read = parse_day_count(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().reason, "interest.day_count_unknown");
    }
}

}  // namespace
}  // namespace bank::interest
