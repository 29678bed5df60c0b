// SPDX-License-Identifier: Apache-2.0
#include <bank/interest/accrual.h>

#include <gtest/gtest.h>

#include <random>

namespace bank::interest {
namespace {

base::Date on(std::string_view text)
{
    return base::parse_date(text).value();
}

const Rates demand{DayCount::actual_360, {{0, 500}}};  // 0.05 %

TEST(AccrualTest, ADayOfDemandDepositIsExact)
{
    // 100,000.00 at 0.05 %: 13.888… fen a day.
    const auto earned = earn(demand, 100'000'00, on("2026-11-22"), on("2026-11-23"));
    EXPECT_EQ(earned.whole, 13);
    EXPECT_EQ(earned.parts * 9, parts_of_minor_unit * 8);
    // Nine such days are 125 fen, with nothing lost.
    Accrued sum;
    for (int i = 0; i < 9; ++i) sum = plus(sum, earned);
    EXPECT_EQ(sum, (Accrued{125, 0}));
}

TEST(AccrualTest, DaysAddUpToTheWholeTimeUnderEveryActualConvention)
{
    std::mt19937_64 random{20261122};
    for (const auto convention :
         {DayCount::actual_360, DayCount::actual_365_fixed, DayCount::actual_actual_isda}) {
        const Rates rates{convention, {{0, 12'345}, {50'000'00, 23'456}}};
        for (int round = 0; round < 50; ++round) {
            const auto balance = static_cast<std::int64_t>(random() % 1'000'000'000'000);
            const base::Date start{19'700 + static_cast<int>(random() % 800)};
            const base::Date end{start.days + static_cast<int>(random() % 400)};
            Accrued sum;
            for (int d = start.days; d < end.days; ++d) {
                sum = plus(sum, earn(rates, balance, {d}, {d + 1}));
            }
            EXPECT_EQ(sum, earn(rates, balance, start, end));
        }
    }
}

TEST(AccrualTest, EachPartOfABalanceEarnsTheRateOfItsBand)
{
    const Rates rates{DayCount::actual_365_fixed,
                      {{0, 0}, {10'000'00, 10'000}, {50'000'00, 20'000}}};
    const auto year = [&](std::int64_t balance) {
        return earn(rates, balance, on("2025-01-01"), on("2026-01-01"));
    };
    EXPECT_EQ(year(10'000'00), (Accrued{0, 0}));
    EXPECT_EQ(year(50'000'00), (Accrued{400'00, 0}));
    EXPECT_EQ(year(60'000'00), (Accrued{600'00, 0}));
}

TEST(AccrualTest, WhatIsOwedToTheBankEarnsNothing)
{
    EXPECT_EQ(earn(demand, -5, on("2026-01-01"), on("2026-02-01")), Accrued{});
    EXPECT_EQ(earn(demand, 0, on("2026-01-01"), on("2026-02-01")), Accrued{});
    EXPECT_EQ(earn({DayCount::actual_360, {}}, 5, on("2026-01-01"), on("2026-02-01")), Accrued{});
}

TEST(AccrualTest, TheLargestBalanceFits)
{
    const Rates most{DayCount::actual_360, {{0, rate_unit}}};
    const auto earned = earn(most, 9'000'000'000'000'000'000, on("2026-01-01"), on("2026-12-27"));
    EXPECT_EQ(earned, (Accrued{9'000'000'000'000'000'000, 0}));
}

TEST(AccrualTest, HalvesAreRoundedUp)
{
    EXPECT_EQ(rounded_half_up({7, parts_of_minor_unit / 2}), 8);
    EXPECT_EQ(rounded_half_up({7, parts_of_minor_unit / 2 - 1}), 7);
    EXPECT_EQ(rounded_half_up({0, 0}), 0);
}

TEST(AccrualTest, RatesAreReadInPercent)
{
    EXPECT_EQ(parse_rate("0.05").value(), 500);
    EXPECT_EQ(parse_rate("0.0001").value(), 1);
    EXPECT_EQ(parse_rate("3").value(), 30'000);
    EXPECT_EQ(parse_rate("100").value(), rate_unit);
    for (const char* bad : {"", ".", "1.", ".5", "-1", "0.00001", "100.0001", "1e2", "0,05",
                            "999999999999999999999"}) {
        const auto read = parse_rate(bad);
        ASSERT_FALSE(read) << bad;
        EXPECT_EQ(read.error().reason, "interest.rate_malformed");
    }
}

}  // namespace
}  // namespace bank::interest
