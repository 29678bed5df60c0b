// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/built_in.h>

#include <array>

namespace engine::feel {
namespace {

using Arguments = std::span<const Value>;

std::optional<Date> day_of(const Value& value)
{
    if (value.date() != nullptr) return *value.date();
    if (value.date_time() != nullptr) return value.date_time()->date;
    return std::nullopt;
}

Value no_date(Evaluation& evaluation, Position position)
{
    return evaluation.problem(position, "feel.wrong_arguments", "It takes a date.");
}

Value now(Arguments, Evaluation& evaluation, Position)
{
    return evaluation.now();
}

Value today(Arguments, Evaluation& evaluation, Position)
{
    return evaluation.now().date;
}

std::int64_t year_start(std::int64_t year)
{
    return make_date(year, 1, 1)->days;
}

Value day_of_year(Arguments arguments, Evaluation& evaluation, Position position)
{
    const auto date = day_of(arguments[0]);
    if (!date) return no_date(evaluation, position);
    return date->days - year_start(civil(*date).year) + 1;
}

Value day_of_week(Arguments arguments, Evaluation& evaluation, Position position)
{
    constexpr std::array names{"Monday", "Tuesday",  "Wednesday", "Thursday",
                               "Friday", "Saturday", "Sunday"};
    const auto date = day_of(arguments[0]);
    if (!date) return no_date(evaluation, position);
    return names[static_cast<std::size_t>(weekday(*date) - 1)];
}

Value month_of_year(Arguments arguments, Evaluation& evaluation, Position position)
{
    constexpr std::array names{"January",   "February", "March",    "April",
                               "May",       "June",     "July",     "August",
                               "September", "October",  "November", "December"};
    const auto date = day_of(arguments[0]);
    if (!date) return no_date(evaluation, position);
    return names[static_cast<std::size_t>(civil(*date).month - 1)];
}

/// ISO 8601: the week belongs to the year that its Thursday lies in.
Value week_of_year(Arguments arguments, Evaluation& evaluation, Position position)
{
    const auto date = day_of(arguments[0]);
    if (!date) return no_date(evaluation, position);
    const Date thursday{date->days - weekday(*date) + 4};
    return (thursday.days - year_start(civil(thursday).year)) / 7 + 1;
}

/// Of one kind and equal, with the same zone: not only the same instant.
Value is(Arguments arguments, Evaluation&, Position)
{
    const Value& a = arguments[0];
    const Value& b = arguments[1];
    if (a.kind() != b.kind()) return false;
    if (a.time() != nullptr)
        return a.time()->nanos == b.time()->nanos && a.time()->zone == b.time()->zone;
    if (a.date_time() != nullptr)
        return a.date_time()->date == b.date_time()->date &&
               a.date_time()->nanos == b.date_time()->nanos &&
               a.date_time()->zone == b.date_time()->zone;
    return equal(a, b).value_or(false);
}

constexpr std::array times_rows{
    BuiltIn{"now", "", "date and time", now},
    BuiltIn{"today", "", "date", today},
    BuiltIn{"day of year", "date: Any", "number", day_of_year},
    BuiltIn{"day of week", "date: Any", "string", day_of_week},
    BuiltIn{"month of year", "date: Any", "string", month_of_year},
    BuiltIn{"week of year", "date: Any", "number", week_of_year},
    BuiltIn{"is", "value1: Any, value2: Any", "boolean", is},
};

}  // namespace

std::span<const BuiltIn> time_functions()
{
    return times_rows;
}

}  // namespace engine::feel
