// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/test_expressions.h>
#include <engine/feel/json.h>

#include <gtest/gtest.h>

namespace engine::feel {
namespace {

using namespace testing_expressions;

TEST(Feel, calculates_exactly)
{
    EXPECT_EQ(unlike({{"0.1 + 0.2", "0.3"},
                      {"1 + 2 * 3", "7"},
                      {"(1 + 2) * 3", "9"},
                      {"2 ** 10", "1024"},
                      {"-3 - -4", "1"},
                      {"10 / 4", "2.5"},
                      {"1 / 0", "null"},
                      {"\"a\" + \"b\"", "ab"},
                      {"1 + \"b\"", "null"},
                      {"Monthly Payment * 2", "241"},
                      {"profit-and-loss + 1", "8"},
                      {"age-1", "29"}}),
              "");
}

TEST(Feel, knows_three_answers_to_a_question)
{
    EXPECT_EQ(unlike({{"true and null", "null"},
                      {"false and null", "false"},
                      {"true or null", "true"},
                      {"null or false", "null"},
                      {"1 = \"1\"", "null"},
                      {"1 = null", "false"},
                      {"null = null", "true"},
                      {"age >= 18 and age < 65", "true"},
                      {"age between 18 and 65", "true"},
                      {"age in [18..30)", "false"},
                      {"age in (1, 2, > 29)", "true"},
                      {"not(age = 30)", "false"},
                      {"not(null)", "null"}}),
              "");
}

TEST(Feel, walks_lists_and_contexts)
{
    EXPECT_EQ(
        unlike({{"people.name", "[\"A\", \"B\"]"},
                {"people[age > 18].name", "[\"B\"]"},
                {"people[1].name", "A"},
                {"people[-1].name", "B"},
                {"people[item.age > 18][1].name", "B"},
                {"[1, 2, 3][item >= 2]", "[2, 3]"},
                {"{a: 1, b: a + 1}.b", "2"},
                {"{a b: 1}.a b", "1"},
                {"for x in [1, 2] return x * 2", "[2, 4]"},
                {"for x in 1..3, y in [10, 20] return x + y", "[11, 21, 12, 22, 13, 23]"},
                {"for i in 1..4 return if i = 1 then 1 else i * partial[-1]", "[1, 2, 6, 24]"},
                {"some p in people satisfies p.age > 18", "true"},
                {"every p in people satisfies p.age > 18", "false"},
                {"(function(a, b) a + b)(1, 2)", "3"},
                {"{f: function(n: number) n * age, r: f(2)}.r", "60"}}),
        "");
}

TEST(Feel, knows_dates_and_durations)
{
    EXPECT_EQ(
        unlike({{"date(\"2024-02-29\") + @\"P1Y\"", "2025-02-28"},
                {"date and time(\"2024-01-31T10:00:00@Asia/Shanghai\") + duration(\"PT20H\")",
                 "2024-02-01T06:00:00@Asia/Shanghai"},
                {"@\"2024-03-01\" - @\"2024-02-01\"", "P29D"},
                {"years and months duration(date(\"2011-12-22\"), date(\"2013-08-24\"))", "P1Y8M"},
                {"today()", "2026-11-21"},
                {"now()", "2026-11-21T08:00:00Z"},
                {"day of week(today())", "Saturday"},
                {"date(\"2024-02-30\")", "null"},
                {"@\"PT36H\".days", "1"},
                {"@\"P1D\" * 1.5", "P1DT12H"}}),
        "");
}

TEST(Feel, knows_years_up_to_a_bound_and_none_beyond)
{
    EXPECT_EQ(unlike({{"date(\"999999999-12-31\").year", "999999999"},
                      {"date(\"-999999999-01-01\").year", "-999999999"},
                      {"date(999999999, 12, 31)", "999999999-12-31"},
                      {"date(1000000000, 1, 1)", "null"},
                      {"date(-1000000000, 12, 31)", "null"},
                      {"date(\"1000000000-01-01\")", "null"},
                      {"date(\"-1000000000-12-31\")", "null"},
                      {"date(\"999999999-12-31\") + duration(\"P1D\")", "null"},
                      {"date(\"-999999999-01-01\") - duration(\"P1D\")", "null"},
                      {"date(\"999999998-12-31\") + duration(\"P1Y\")", "999999999-12-31"},
                      {"date(\"999999999-12-31\") + duration(\"P1M\")", "null"},
                      {"(date(\"999999999-12-31\") - date(\"999999999-12-30\")).days", "1"},
                      {"date(\"999999999-12-31\") > date(\"-999999999-01-01\")", "true"},
                      {"date and time(\"999999999-12-31T23:59:59Z\") + duration(\"PT1S\")", "null"},
                      {"years and months duration(date(\"-999999999-01-01\"), "
                       "date(\"999999999-01-01\")).years",
                       "1999999998"},
                      {"date(\"99999-02-29\")", "null"},
                      {"date(\"0099-01-01\").year", "99"},
                      {"date(\"99-01-01\")", "null"},
                      {"date(\"02026-01-01\")", "null"}}),
              "");
}

TEST(Feel, has_its_functions)
{
    EXPECT_EQ(unlike({{"string length(full name)", "7"},
                      {"substring(\"foobar\", 3)", "obar"},
                      {"substring(\"f\\U01F40Eobar\", 2, 1)", "\xF0\x9F\x90\x8E"},
                      {"upper case(full name)", "LI XIAO"},
                      {"contains(full name, \"Xi\")", "true"},
                      {"matches(full name, \"^Li\")", "true"},
                      {"replace(full name, \"(i)\", \"[$1]\")", "L[i] X[i]ao"},
                      {"split(\"a;b\", \";\")", "[\"a\", \"b\"]"},
                      {"sum([1, 2, 3]) + max(1, 5)", "11"},
                      {"count(null)", "null"},
                      {"decimal(1/3, 2)", "0.33"},
                      {"modulo(-12, 5)", "3"},
                      {"number(\"1 234,5\", \" \", \",\")", "1234.5"},
                      {"string join([\"a\", \"b\"], \"-\")", "a-b"},
                      {"sort([3, 1, 2], function(a, b) a < b)", "[1, 2, 3]"},
                      {"substring(string: \"foobar\", start position: 4)", "bar"},
                      {"get value({a: 1}, \"a\")", "1"},
                      {"before([1..5], 6)", "true"}}),
              "");
}

TEST(Feel, says_where_a_text_is_wrong)
{
    EXPECT_EQ(unlike({{"1 +", "feel.syntax 1:4 Expected a name, found the end."},
                      {"age >\n agee", "feel.unknown_name 2:2 Nothing here is called \"agee\"."},
                      {"[1, 2", "feel.syntax 1:6 Expected \",\" or \"]\", found the end."},
                      {"\"open", "feel.syntax 1:6 Expected the closing quote, found the end."},
                      {"1 2", "feel.syntax 1:3 Expected an operator or the end, found \"2\"."},
                      {"{a: 1, a: 2}", "feel.syntax 1:10 \"a\" stands here twice."}}),
              "");
}

TEST(Feel, says_why_an_answer_is_null)
{
    const auto expression = compile("age +\n full name", names()).value();
    Evaluation evaluation(clock);
    EXPECT_TRUE(expression.evaluate(variables(), evaluation).value().is_null());
    ASSERT_EQ(evaluation.problems().size(), 1U);
    EXPECT_EQ(to_string(evaluation.problems()[0]),
              "1:5 The operation has no result for number and string.");
}

TEST(Feel, stays_within_its_limits)
{
    const std::string open(200, '(');
    EXPECT_EQ(compile(open + "1", {}).error().reason, "feel.too_deep");
    EXPECT_EQ(compile(std::string(200, '-') + "1", {}).error().reason, "feel.too_deep");
    EXPECT_EQ(compile(std::string(70'000, ' '), {}).error().reason, "feel.too_long");
    EXPECT_EQ(
        unlike({{"count(for x in 1..1000000000 return x)", "feel.too_much_memory"},
                {"some x in 1..10000000, y in 1..10000000 satisfies x = 0", "feel.too_many_steps"},
                {"(function(f) f(f))(function(f) f(f))", "feel.too_deep"},
                {"for i in 1..5000 return [partial[-1]]", "feel.too_much_memory"},
                {"for i in 1..60 return if i = 1 then \"aaaa\" else partial[-1] + partial[-1]",
                 "feel.too_much_memory"}}),
        "");
    // Lists that share their parts: few in memory, too many to walk.
    EXPECT_EQ(
        unlike({{"(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])[60]",
                 "null"},
                {"for l in [for j in 1..100000 return j], i in 1..100000 return l = l",
                 "feel.too_many_steps"}}),
        "");
    EXPECT_EQ(answer("(for i in 1..600 return if i = 1 then [1] else [partial[-1]])[-1]"), "null");
}

TEST(Feel, tests_a_cell)
{
    const auto passes = [](std::string_view text, const Value& input) {
        const auto tests = compile_unary_tests(text, names());
        if (!tests) return tests.error().detail;
        Evaluation evaluation(clock);
        return to_text(tests.value().evaluate(input, variables(), evaluation).value());
    };
    EXPECT_EQ(passes("-", {}), "true");
    EXPECT_EQ(passes("< 5, [10..20)", 10), "true");
    EXPECT_EQ(passes("< 5, [10..20)", 20), "false");
    EXPECT_EQ(passes("not(\"a\", \"b\")", "c"), "true");
    EXPECT_EQ(passes("not(\"a\", \"b\")", "b"), "false");
    EXPECT_EQ(passes("\"a\"", {}), "false");
    EXPECT_EQ(passes("null", {}), "true");
    EXPECT_EQ(passes("> age", 31), "true");
    EXPECT_EQ(passes("? > age - 1 and ? < 100", 30), "true");
    EXPECT_EQ(passes("false", false), "true");
    EXPECT_EQ(passes("true", false), "false");
    EXPECT_EQ(passes("[1, 2, 3]", 2), "true");
    EXPECT_EQ(passes("< 5", "x"), "null");
    EXPECT_EQ(passes("5 5", 1), "1:3 Expected \",\" or the end, found \"5\".");
}

TEST(Feel, goes_to_json_and_back)
{
    const auto json = platform::json::parse("{\"a\":[1,2.5,\"x\",null,true]}").value();
    EXPECT_EQ(to_text(from_json(json)), "{a: [1, 2.5, \"x\", null, true]}");
    EXPECT_EQ(platform::json::serialise(to_json(from_json(json))),
              "{\"a\":[1,\"2.5\",\"x\",null,true]}");
}

}  // namespace
}  // namespace engine::feel
