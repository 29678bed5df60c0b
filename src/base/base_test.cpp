// SPDX-License-Identifier: Apache-2.0
#include <base/clock.h>
#include <base/id.h>
#include <base/money.h>
#include <base/text.h>

#include <gtest/gtest.h>

#include <limits>

namespace base {
namespace {

TEST(Id, ReadsWhatItWrites)
{
    for (const std::uint64_t value : {std::uint64_t{1}, std::uint64_t{0x0123456789abcdef},
                                      std::numeric_limits<std::uint64_t>::max()}) {
        EXPECT_EQ(id_text(value).size(), 13u);
        EXPECT_EQ(parse_id_text(id_text(value)).value(), value);
    }
    EXPECT_EQ(parse_id_text("o0000000000il").value(), parse_id_text("0000000000011").value());
}

TEST(Id, RefusesWhatIsNoId)
{
    for (const std::string_view text :
         {"", "123", "00000000000000", "U000000000000", "G000000000000", "0000000-00000"}) {
        EXPECT_EQ(parse_id_text(text).error().reason, "id.malformed") << text;
    }
}

TEST(Date, KnowsTheCalendar)
{
    EXPECT_EQ(to_string(parse_date("2024-02-29").value()), "2024-02-29");
    EXPECT_EQ(parse_date("2023-02-29").error().reason, "date.impossible");
    EXPECT_EQ(parse_date("2023-2-09").error().reason, "date.malformed");
    EXPECT_EQ(parse_date("2023-02-09 ").error().reason, "date.malformed");
    EXPECT_EQ(make_date(1970, 1, 1).value().days, 0);
}

TEST(Instant, ReadsRfc3339)
{
    EXPECT_EQ(parse_instant("1970-01-01T00:00:01Z").value().micros, 1'000'000);
    EXPECT_EQ(parse_instant("2026-11-21T08:00:00+08:00").value(),
              parse_instant("2026-11-21T00:00:00Z").value());
    EXPECT_EQ(to_string(parse_instant("2026-11-21T08:00:00.25Z").value()),
              "2026-11-21T08:00:00.250000Z");
    for (const std::string_view text :
         {"2026-11-21", "2026-11-21T08:00:00", "2026-11-21T24:00:00Z", "2026-11-21T08:00:00.Z",
          "2026-11-21T08:00:00+0800", "2026-11-21T08:00:00Zx"}) {
        EXPECT_EQ(parse_instant(text).error().reason, "instant.malformed") << text;
    }
}

TEST(Age, TurnsOnTheBirthday)
{
    const Date born = parse_date("2010-11-21").value();
    EXPECT_EQ(age_on(born, parse_date("2026-11-20").value()), 15);
    EXPECT_EQ(age_on(born, parse_date("2026-11-21").value()), 16);
    EXPECT_EQ(age_on(parse_date("2004-02-29").value(), parse_date("2023-02-28").value()), 18);
    EXPECT_EQ(age_on(parse_date("2004-02-29").value(), parse_date("2023-03-01").value()), 19);
}

TEST(Money, RefusesOverflowAndMixedCurrencies)
{
    constexpr Currency cny{"CNY", 2};
    constexpr Money max{std::numeric_limits<std::int64_t>::max(), cny};
    EXPECT_EQ(add(max, Money{1, cny}).error().reason, "money.overflow");
    EXPECT_EQ(add(Money{1, cny}, Money{1, Currency{"JPY", 0}}).error().reason,
              "money.currency_mismatch");
    EXPECT_EQ(subtract(Money{3, cny}, Money{5, cny}).value().minor_units, -2);
}

TEST(Money, ReadsAndWritesDecimalStringsExactly)
{
    constexpr Currency cny{"CNY", 2};
    EXPECT_EQ(parse_money("12.5", cny).value().minor_units, 1250);
    EXPECT_EQ(parse_money("0.01", cny).value().minor_units, 1);
    EXPECT_EQ(to_decimal(Money{-5, cny}), "-0.05");
    EXPECT_EQ(to_decimal(Money{123456, cny}), "1234.56");
    EXPECT_EQ(to_decimal(Money{7, Currency{"JPY", 0}}), "7");
    EXPECT_EQ(to_decimal(Money{std::numeric_limits<std::int64_t>::min(), cny}),
              "-92233720368547758.08");
}

TEST(Money, RefusesWhatIsNoAmount)
{
    constexpr Currency cny{"CNY", 2};
    for (const std::string_view text : {"", ".", "1.", ".5", "0.001", "1e3", "+1", "-1", "1,000.00",
                                        " 1", "1 ", "NaN", "0x10", "１"}) {
        EXPECT_EQ(parse_money(text, cny).error().reason, "money.malformed") << text;
    }
    EXPECT_EQ(parse_money("99999999999999999999", cny).error().reason, "money.overflow");
    EXPECT_EQ(parse_money("1.5", Currency{"JPY", 0}).error().reason, "money.malformed");
}

TEST(Text, FallsBackToChinese)
{
    const Text text{{"zh", "开户"}, {"en", "Open an account"}};
    EXPECT_EQ(in_language(text, "en-GB"), "Open an account");
    EXPECT_EQ(in_language(text, "fr"), "开户");
    EXPECT_EQ(intern("a.b").data(), intern(std::string{"a.b"}).data());
}

}  // namespace
}  // namespace base
