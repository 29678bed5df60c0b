// SPDX-License-Identifier: Apache-2.0
#include <platform/decimal/decimal.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace platform::decimal {
namespace {

Decimal number(std::string_view text)
{
    return Decimal::parse(text).value();
}

TEST(Decimal, reads_and_writes_what_people_write)
{
    struct Row {
        std::string_view text, plain, canonical;
    };
    for (const Row& row :
         {Row{"0", "0", "0"}, Row{"12.50", "12.50", "12.5"}, Row{"-.5", "-0.5", "-0.5"},
          Row{"5.", "5", "5"}, Row{"1e3", "1000", "1000"}, Row{"1.20E-3", "0.00120", "0.0012"},
          Row{"-0.00", "0.00", "0"}, Row{"+7", "7", "7"}, Row{"0e5", "0", "0"},
          Row{"9999999999999999999999999999999999", "9999999999999999999999999999999999",
              "9999999999999999999999999999999999"}}) {
        EXPECT_EQ(number(row.text).to_string(), row.plain) << row.text;
        EXPECT_EQ(number(row.text).to_canonical(), row.canonical) << row.text;
    }
}

TEST(Decimal, refuses_what_is_no_number)
{
    for (const std::string_view text :
         {"", ".", "-", "1e", "1.2.3", "0x10", "NaN", "Infinity", " 1", "1 ", "1,000", "e5"}) {
        const auto outcome = Decimal::parse(text);
        ASSERT_FALSE(outcome) << text;
        EXPECT_EQ(outcome.error().reason, "decimal.malformed") << text;
    }
    EXPECT_EQ(Decimal::parse("1e6145").error().reason, "decimal.out_of_range");
}

TEST(Decimal, is_exact_where_binary_floating_point_is_not)
{
    EXPECT_EQ(number("0.1") + number("0.2"), number("0.3"));
    EXPECT_EQ(number("1.10") * number("3"), number("3.3"));
    EXPECT_EQ((Decimal(1) / Decimal(3)).to_string(), "0.3333333333333333333333333333333333");
    EXPECT_FALSE((Decimal(1) / Decimal(0)).is_finite());
    EXPECT_FALSE((Decimal(0) / Decimal(0)).is_finite());
}

TEST(Decimal, rounds_by_each_mode)
{
    struct Row {
        std::string_view text;
        int scale;
        Rounding mode;
        std::string_view expected;
    };
    for (const Row& row :
         {Row{"5.5", 0, Rounding::up, "6"}, Row{"-5.5", 0, Rounding::up, "-6"},
          Row{"1.121", 2, Rounding::up, "1.13"}, Row{"5.5", 0, Rounding::down, "5"},
          Row{"-5.5", 0, Rounding::down, "-5"}, Row{"5.5", 0, Rounding::half_up, "6"},
          Row{"-5.5", 0, Rounding::half_up, "-6"}, Row{"5.5", 0, Rounding::half_down, "5"},
          Row{"5.51", 0, Rounding::half_down, "6"}, Row{"-5.5", 0, Rounding::half_down, "-5"},
          Row{"2.5", 0, Rounding::half_even, "2"}, Row{"-1.5", 0, Rounding::floor, "-2"},
          Row{"-1.5", 0, Rounding::ceiling, "-1"}, Row{"1234", -2, Rounding::half_up, "1200"},
          Row{"1.5", 4, Rounding::half_up, "1.5"}}) {
        EXPECT_EQ(number(row.text).rounded(row.scale, row.mode), number(row.expected)) << row.text;
    }
}

TEST(Decimal, modulo_takes_the_sign_of_the_divisor)
{
    EXPECT_EQ(Decimal(12).modulo(5), Decimal(2));
    EXPECT_EQ(Decimal(-12).modulo(5), Decimal(3));
    EXPECT_EQ(Decimal(12).modulo(-5), Decimal(-3));
    EXPECT_EQ(number("10.1").modulo(number("4.5")), number("1.1"));
}

TEST(Decimal, powers_are_exact_where_34_digits_hold_them)
{
    EXPECT_EQ(Decimal(2).power(100), number("1267650600228229401496703205376"));
    EXPECT_EQ(number("1.1").power(3), number("1.331"));
    EXPECT_EQ(Decimal(2).power(-2), number("0.25"));
    EXPECT_EQ(Decimal(4).power(number("0.5")).rounded(20, Rounding::half_even), Decimal(2));
    EXPECT_EQ(Decimal(16).square_root(), Decimal(4));
    EXPECT_FALSE(Decimal(-1).square_root().is_finite());
    EXPECT_EQ(Decimal(0).exponential(), Decimal(1));
}

TEST(Decimal, integers_come_back)
{
    EXPECT_EQ(number("42.00").to_integer(), 42);
    EXPECT_EQ(number("42.5").to_integer(), std::nullopt);
    EXPECT_EQ(number("1e30").to_integer(), std::nullopt);
    EXPECT_EQ(Decimal(INT64_MIN).to_string(), "-9223372036854775808");
    EXPECT_EQ(Decimal::from_double(0.1), number("0.1"));
}

RC_GTEST_PROP(DecimalProperty, adds_and_orders_as_integers_do, (std::int32_t a, std::int32_t b))
{
    const std::int64_t x = a;
    const std::int64_t y = b;
    RC_ASSERT((Decimal(x) + Decimal(y)).to_integer() == x + y);
    RC_ASSERT((Decimal(x) * Decimal(y)).to_integer() == x * y);
    RC_ASSERT((Decimal(x) <=> Decimal(y)) == (x <=> y));
}

RC_GTEST_PROP(DecimalProperty, scales_do_not_change_the_value, (std::int64_t a, std::int64_t b))
{
    const Decimal cents = number("1.00");
    RC_ASSERT(Decimal(a) * cents == Decimal(a));
    RC_ASSERT(((Decimal(a) * cents) <=> Decimal(b)) == (Decimal(a) <=> Decimal(b)));
    RC_ASSERT((Decimal(a) * cents).to_canonical() == std::to_string(a));
    RC_ASSERT(number((Decimal(a) / Decimal(7)).to_string()) == Decimal(a) / Decimal(7));
}

}  // namespace
}  // namespace platform::decimal
