// SPDX-License-Identifier: Apache-2.0
// Built-in functions, types and the bounds of dates, as DMN 1.5 (OMG formal/2024-01-01) has them:
// section 10.3.4 and tables 45 to 80.
#include <engine/feel/internal/test_expressions.h>

#include <gtest/gtest.h>

namespace engine::feel {
namespace {

using namespace testing_expressions;

TEST(FeelBuiltIns, Numbers)
{
    EXPECT_EQ(unlike({{"floor(1.5)", "1"},
                      {"floor(-1.5)", "-2"},
                      {"floor(-1.56, 1)", "-1.6"},
                      {"floor(n: 7.9)", "7"},
                      {"floor(null)", "null"},
                      {"floor(\"1\")", "null"},
                      {"round up(5.5, 0)", "6"},
                      {"round up(-5.5, 0)", "-6"},
                      {"round up(1.121, 2)", "1.13"},
                      {"round up(-1.126, 2)", "-1.13"},
                      {"round up(n: 12, scale: -1)", "20"},
                      {"round up(null, 0)", "null"},
                      {"round up(1.1, null)", "null"},
                      {"round half up(5.5, 0)", "6"},
                      {"round half up(-5.5, 0)", "-6"},
                      {"round half up(1.121, 2)", "1.12"},
                      {"round half up(-1.126, 2)", "-1.13"},
                      {"round half up(\"1\", 0)", "null"},
                      {"sqrt(16)", "4"},
                      {"sqrt(2) * sqrt(2) = 2 or abs(sqrt(2) ** 2 - 2) < 0.000000001", "true"},
                      {"sqrt(-3)", "null"},
                      {"sqrt(null)", "null"},
                      {"sqrt(number: 2.25)", "1.5"},
                      {"decimal(log(10), 8)", "2.30258509"},
                      {"log(1)", "0"},
                      {"log(0)", "null"},
                      {"log(-1)", "null"},
                      {"log(\"e\")", "null"},
                      {"odd(5)", "true"},
                      {"odd(2)", "false"},
                      {"odd(0)", "false"},
                      {"odd(-3)", "true"},
                      {"odd(number: 7)", "true"},
                      {"odd(null)", "null"},
                      {"odd(\"5\")", "null"}}),
              "");
}

TEST(FeelBuiltIns, Statistics)
{
    EXPECT_EQ(unlike({{"median(8, 2, 5, 3, 4)", "4"},
                      {"median([6, 1, 2, 3])", "2.5"},
                      {"median([])", "null"},
                      {"median(list: [3])", "3"},
                      {"median([1, null])", "null"},
                      {"median([1, \"2\"])", "null"},
                      {"decimal(stddev(2, 4, 7, 5), 9)", "2.081665999"},
                      {"stddev([3, 3, 3])", "0"},
                      {"stddev([47])", "null"},
                      {"stddev(47)", "null"},
                      {"stddev([])", "null"},
                      {"stddev(null)", "null"},
                      {"stddev([1, \"2\"])", "null"}}),
              "");
}

TEST(FeelBuiltIns, ListsAndContexts)
{
    EXPECT_EQ(unlike({{"all([true, true])", "true"},
                      {"all([false, null, true])", "false"},
                      {"all([true, null])", "null"},
                      {"all([])", "true"},
                      {"all(true)", "true"},
                      {"all(true, false)", "false"},
                      {"all(list: [true])", "true"},
                      {"all(0)", "null"},
                      {"any([false, null, true])", "true"},
                      {"any([])", "false"},
                      {"any([false, null])", "null"},
                      {"list replace([2, 4, 7, 8], 3, 6)", "[2, 4, 6, 8]"},
                      {"list replace([2, 4, 7, 8], -1, 6)", "[2, 4, 7, 6]"},
                      {"list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)",
                       "[5, 5, 7, 8]"},
                      {"list replace(list: [1], position: 1, newItem: null)", "[null]"},
                      {"list replace([2, 4], 0, 6)", "null"},
                      {"list replace([2, 4], 3, 6)", "null"},
                      {"list replace([2, 4], -3, 6)", "null"},
                      {"list replace(null, 1, 6)", "null"},
                      {"list replace([2, 4], \"1\", 6)", "null"},
                      {"context merge([{x: 1}, {y: 2}])", "{x: 1, y: 2}"},
                      {"context merge([{x: 1}, {x: 2}])", "{x: 2}"},
                      {"context merge(contexts: [{x: 1, y: 0}, {y: 2}]).y", "2"},
                      {"context merge([{x: 1}, 2])", "null"},
                      {"context merge(null)", "null"},
                      {"is(date(\"2012-12-25\"), time(\"23:00:50\"))", "false"},
                      {"is(date(\"2012-12-25\"), date(\"2012-12-25\"))", "true"},
                      {"is(time(\"23:00:50Z\"), time(\"23:00:50\"))", "false"},
                      {"is(time(\"23:00:50Z\"), time(\"23:00:50+00:00\"))", "true"},
                      {"is(time(\"23:00:50z\"), time(\"23:00:50+00:00\"))", "true"},
                      {"time(\"23:00:50z\")", "23:00:50Z"},
                      {"substring(\"foobar\", 3.8)", "obar"},
                      {"substring(\"foobar\", -3.8, 2.9)", "ba"},
                      {"substring(\"foobar\", 0.9)", "null"},
                      {"is(value1: 1, value2: 1.0)", "true"},
                      {"is(1, \"1\")", "false"},
                      {"is(null, null)", "true"},
                      {"is(null, 1)", "false"}}),
              "");
}

TEST(FeelBuiltIns, Days)
{
    EXPECT_EQ(unlike({{"day of year(date(2019, 9, 17))", "260"},
                      {"day of year(date(2024, 12, 31))", "366"},
                      {"day of year(date and time(\"2019-01-01T23:59:59\"))", "1"},
                      {"day of year(date: date(2019, 2, 1))", "32"},
                      {"day of year(null)", "null"},
                      {"day of year(\"2019-09-17\")", "null"},
                      {"day of year(time(\"10:00:00\"))", "null"},
                      {"month of year(date(2019, 9, 17))", "September"},
                      {"month of year(date(2019, 1, 1))", "January"},
                      {"month of year(null)", "null"},
                      {"month of year(9)", "null"}}),
              "");
}

TEST(FeelBuiltIns, PatternsTakeTheFlagsOfXPath)
{
    EXPECT_EQ(unlike({{"matches(\"HELLO\", \"hello\", \"i\")", "true"},
                      {"matches(\"HELLO\", \"hello\")", "false"},
                      {"matches(\"a\\nb\", \"a.b\", \"s\")", "true"},
                      {"matches(\"a\\nb\", \"a.b\")", "false"},
                      {"matches(\"a\\nb\", \"^b$\", \"m\")", "true"},
                      {"matches(\"a\\nb\", \"^b$\")", "false"},
                      {"matches(\"helloworld\", \"hello world\", \"x\")", "true"},
                      {"matches(\"helloworld\", \"hello world\")", "false"},
                      {"matches(\"A\\nB\", \"^ b $\", \"imx\")", "true"},
                      {"matches(\"a\", \"a\", \"\")", "true"},
                      {"matches(\"a\", \"a\", null)", "true"},
                      {"matches(input: \"AB\", pattern: \"b\", flags: \"i\")", "true"},
                      {"matches(\"a\", \"a\", \"p\")", "null"},
                      {"matches(\"a\", \"(\")", "null"},
                      {"replace(\"HELLO\", \"l\", \"x\", \"i\")", "HExxO"},
                      {"replace(\"HELLO\", \"l\", \"x\")", "HELLO"},
                      {"replace(\"a b\", \"a \\\\s b\", \"-\", \"x\")", "-"},
                      {"replace(\"ab\", \"a\", \"x\", \"p\")", "null"},
                      {"split(\"a1b22c\", \"[0-9]+\")", "[\"a\", \"b\", \"c\"]"},
                      {"split(\"abc\", \"(\")", "null"}}),
              "");
}

TEST(FeelTypes, YearsHaveNineDigits)
{
    EXPECT_EQ(unlike({{"string(date(\"999999999-12-31\"))", "999999999-12-31"},
                      {"string(date(\"-999999999-01-01\"))", "-999999999-01-01"},
                      {"date(999999999, 12, 31).year", "999999999"},
                      {"date(-999999999, 1, 1).year", "-999999999"},
                      {"date(\"1000000000-01-01\")", "null"},
                      {"date(\"-1000000000-01-01\")", "null"},
                      {"date(1000000000, 1, 1)", "null"},
                      {"date(-1000000000, 1, 1)", "null"},
                      {"date and time(\"999999999-12-31T23:59:59\").year", "999999999"},
                      {"date and time(\"1000000000-01-01T00:00:00\")", "null"},
                      {"date(\"999999999-12-31\") + duration(\"P1D\")", "null"},
                      {"date(\"-999999999-01-01\") - duration(\"P1Y\")", "null"},
                      {"date(\"999999999-12-31\") > date(\"-999999999-01-01\")", "true"}}),
              "");
}

TEST(FeelTypes, AValueIsOfItsTypes)
{
    EXPECT_EQ(unlike({{"1 instance of number", "true"},
                      {"1 instance of string", "false"},
                      {"\"a\" instance of string", "true"},
                      {"true instance of boolean", "true"},
                      {"null instance of number", "false"},
                      {"1 instance of Any", "true"},
                      {"date(\"2020-01-01\") instance of date", "true"},
                      {"date(\"2020-01-01\") instance of date and time", "false"},
                      {"date and time(\"2020-01-01T00:00:00\") instance of date and time", "true"},
                      {"time(\"10:00:00\") instance of time", "true"},
                      {"duration(\"P1D\") instance of days and time duration", "true"},
                      {"duration(\"P1D\") instance of years and months duration", "false"},
                      {"duration(\"P1Y\") instance of years and months duration", "true"},
                      {"[1, 2] instance of list<number>", "true"},
                      {"[1, \"a\"] instance of list<number>", "false"},
                      {"[] instance of list<number>", "true"},
                      {"{a: 1} instance of context<a: number>", "true"},
                      {"{a: 1, b: 2} instance of context<a: number>", "true"},
                      {"{a: \"x\"} instance of context<a: number>", "false"},
                      {"{b: 1} instance of context<a: number>", "false"},
                      {"[1..3] instance of range<number>", "true"},
                      {"[1..3] instance of range<string>", "false"},
                      {"abs instance of function<number> -> number", "true"},
                      {"abs instance of number", "false"}}),
              "");
}

}  // namespace
}  // namespace engine::feel
