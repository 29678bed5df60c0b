// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/expression.h>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace engine::feel {
namespace {

const base::ManualClock epoch{base::Instant{}};

Value evaluated(const std::string& text, const Context& variables = {})
{
    std::vector<std::string> names;
    for (const Context::Entry& entry : variables.entries()) names.push_back(entry.name);
    Evaluation evaluation(epoch);
    return compile(text, names).value().evaluate(variables, evaluation).value();
}

/// A value that a text can spell: numbers, strings, booleans and null, in lists and contexts.
Value some_value(int depth)
{
    switch (*rc::gen::inRange(0, depth > 0 ? 6 : 4)) {
        case 0:
            return Value(*rc::gen::arbitrary<std::int64_t>());
        case 1:
            return Value(*rc::gen::string<std::string>());
        case 2:
            return Value(*rc::gen::arbitrary<bool>());
        case 3:
            return {};
        case 4: {
            List out;
            for (int left = *rc::gen::inRange(0, 4); left > 0; --left)
                out.push_back(some_value(depth - 1));
            return Value(std::move(out));
        }
        default: {
            Context out;
            for (int left = *rc::gen::inRange(0, 4); left > 0; --left)
                out.put("k" + std::to_string(left), some_value(depth - 1));
            return Value(std::move(out));
        }
    }
}

RC_GTEST_PROP(FeelProperty, the_text_of_a_value_reads_back_as_that_value, ())
{
    const Value value(List{some_value(3)});
    const Value again = evaluated(to_text(value));
    RC_ASSERT(equal(value, again).value_or(false));
    RC_ASSERT(to_text(value) == to_text(again));
}

RC_GTEST_PROP(FeelProperty, a_date_is_its_text_and_its_parts, ())
{
    const Date date{*rc::gen::inRange<std::int64_t>(-400'000'000, 400'000'000)};
    const CivilDate parts = civil(date);
    RC_ASSERT(make_date(parts.year, parts.month, parts.day) == date);
    RC_ASSERT(parse_date(to_text(date)) == date);
    RC_ASSERT(weekday(Date{date.days + 1}) == weekday(date) % 7 + 1);
}

RC_GTEST_PROP(FeelProperty, a_duration_is_its_text, ())
{
    const auto nanos_total = *rc::gen::arbitrary<std::int64_t>();
    const DayDuration days = make_day_duration(Wide{nanos_total} * 1000).value();
    RC_ASSERT(parse_day_duration(to_text(days)) == days);
    const MonthDuration months{*rc::gen::arbitrary<std::int32_t>()};
    RC_ASSERT(parse_month_duration(to_text(months)) == months);
}

RC_GTEST_PROP(FeelProperty, dates_move_there_and_back, (std::int32_t seconds))
{
    const Context variables{{"d", Value(parse_date_time("2024-02-29T12:00:00+08:00").value())},
                            {"s", Value(DayDuration{seconds, 0})}};
    RC_ASSERT(evaluated("d + s - s = d", variables).is_true());
    RC_ASSERT(evaluated("(d + s) - d = s", variables).is_true());
}

RC_GTEST_PROP(FeelProperty, sorted_lists_are_ordered_and_keep_their_items,
              (std::vector<std::int16_t> items))
{
    List list;
    for (const std::int16_t item : items) list.push_back(Value(std::int64_t{item}));
    const Context variables{{"l", Value(list)}};
    const Value sorted = evaluated("sort(l, function(a, b) a < b)", variables);
    RC_ASSERT(sorted.list()->size() == list.size());
    for (std::size_t at = 1; at < list.size(); ++at)
        RC_ASSERT((order((*sorted.list())[at - 1], (*sorted.list())[at]).value() <= 0));
    RC_ASSERT(evaluated("sum(sort(l)) = sum(l) or count(l) = 0", variables).is_true());
}

RC_GTEST_PROP(FeelProperty, negated_tests_pass_where_the_plain_ones_do_not,
              (std::int16_t low, std::int16_t item))
{
    const std::string cell =
        "[" + std::to_string(low) + ".." + std::to_string(low + 10) + "), > 100";
    Evaluation evaluation(epoch);
    const Value input(std::int64_t{item});
    const bool plain =
        compile_unary_tests(cell, {}).value().evaluate(input, {}, evaluation).value().is_true();
    const bool negated = compile_unary_tests("not(" + cell + ")", {})
                             .value()
                             .evaluate(input, {}, evaluation)
                             .value()
                             .is_true();
    RC_ASSERT(plain != negated);
}

RC_GTEST_PROP(FeelProperty, any_text_is_compiled_or_refused, (std::string text))
{
    const auto expression = compile(text, {"a", "b c"}, Unknown::null);
    if (!expression) RC_ASSERT(!expression.error().reason.empty());
}

}  // namespace
}  // namespace engine::feel
