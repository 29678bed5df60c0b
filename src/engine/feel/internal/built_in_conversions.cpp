// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/built_in.h>
#include <engine/feel/internal/parser.h>

#include <array>

namespace engine::feel {
namespace {

using Arguments = std::span<const Value>;

Value malformed(Evaluation& evaluation, Position position, std::string_view what)
{
    return evaluation.problem(position, "feel.malformed",
                              "The text is not " + std::string(what) + ".");
}

Value date_from(Arguments arguments, Evaluation& evaluation, Position position)
{
    const Value& from = arguments[0];
    if (from.date() != nullptr) return from;
    if (from.date_time() != nullptr) return from.date_time()->date;
    if (from.string() == nullptr) return malformed(evaluation, position, "a date");
    const auto date = parse_date(*from.string());
    return date ? Value(*date) : malformed(evaluation, position, "a date");
}

Value date_of(Arguments arguments, Evaluation& evaluation, Position position)
{
    const auto year = small_integer(arguments[0]);
    const auto month = small_integer(arguments[1]);
    const auto day = small_integer(arguments[2]);
    const auto date = year && month && day ? make_date(*year, *month, *day) : std::nullopt;
    return date ? Value(*date) : malformed(evaluation, position, "a date");
}

Value time_from(Arguments arguments, Evaluation& evaluation, Position position)
{
    const Value& from = arguments[0];
    if (from.time() != nullptr) return from;
    if (from.date_time() != nullptr) return Time{from.date_time()->nanos, from.date_time()->zone};
    if (from.date() != nullptr) return Time{0, Zone{0, 0, Zone::Kind::offset}};
    if (from.string() == nullptr) return malformed(evaluation, position, "a time");
    const auto time = parse_time(*from.string());
    return time ? Value(*time) : malformed(evaluation, position, "a time");
}

Value time_of(Arguments arguments, Evaluation& evaluation, Position position)
{
    using platform::decimal::Rounding;
    const auto hour = small_integer(arguments[0]);
    const auto minute = small_integer(arguments[1]);
    const Number seconds = *arguments[2].number();
    const auto nanos = (seconds * Number(nanos_per_second)).rounded(0, Rounding::down).to_integer();
    if (!hour || !minute || !nanos || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 ||
        *nanos < 0 || *nanos >= 60 * nanos_per_second)
        return malformed(evaluation, position, "a time");
    Time time{(*hour * 60LL + *minute) * 60 * nanos_per_second + *nanos, {}};
    if (arguments.size() > 3 && !arguments[3].is_null()) {
        const DayDuration* offset = arguments[3].day_duration();
        if (offset == nullptr || offset->seconds > 14 * 3600 || offset->seconds < -14 * 3600)
            return malformed(evaluation, position, "a time with such an offset");
        time.zone = {static_cast<std::int32_t>(offset->seconds), 0, Zone::Kind::offset};
    }
    return time;
}

Value date_time_from(Arguments arguments, Evaluation& evaluation, Position position)
{
    const Value& from = arguments[0];
    if (from.date_time() != nullptr) return from;
    if (from.date() != nullptr) return DateTime{*from.date(), 0, Zone{0, 0, Zone::Kind::offset}};
    if (from.string() == nullptr) return malformed(evaluation, position, "a date and time");
    if (const auto value = parse_date_time(*from.string())) return *value;
    if (const auto date = parse_date(*from.string())) return DateTime{*date, 0, {}};
    return malformed(evaluation, position, "a date and time");
}

Value date_time_of(Arguments arguments, Evaluation& evaluation, Position position)
{
    const Value& date = arguments[0];
    const Time* time = arguments[1].time();
    const Date* day = date.date_time() != nullptr ? &date.date_time()->date : date.date();
    if (day == nullptr || time == nullptr)
        return evaluation.problem(position, "feel.wrong_arguments", "It takes a date and a time.");
    return DateTime{*day, time->nanos, time->zone};
}

Value number_from(Arguments arguments, Evaluation& evaluation, Position position)
{
    const Value& from = arguments[0];
    if (from.number() != nullptr && arguments.size() == 1) return from;
    if (from.string() == nullptr) return malformed(evaluation, position, "a number");
    std::string grouping;
    std::string decimal = ".";
    const auto separator = [&](std::size_t index, std::string_view allowed, std::string& out) {
        if (arguments.size() <= index || arguments[index].is_null()) return true;
        const std::string* given = arguments[index].string();
        if (given == nullptr || given->size() != 1) return false;
        if (allowed.find(given->front()) == std::string_view::npos) return false;
        out = *given;
        return true;
    };
    if (!separator(1, " ,.", grouping) || !separator(2, ".,", decimal) || grouping == decimal)
        return evaluation.problem(position, "feel.wrong_arguments", "The separators do not fit.");
    std::string plain;
    for (const char c : *from.string()) {
        if (!grouping.empty() && c == grouping.front()) continue;
        if (c == '.' && decimal != ".") return malformed(evaluation, position, "a number");
        plain += c == decimal.front() ? '.' : c;
    }
    const auto value = Number::parse(plain);
    return value ? Value(value.value()) : malformed(evaluation, position, "a number");
}

Value string_from(Arguments arguments, Evaluation& evaluation, Position)
{
    if (arguments[0].is_null()) return {};
    std::string text = to_text(arguments[0]);
    evaluation.charge(text.size());
    return Value(std::move(text));
}

Value duration_from(Arguments arguments, Evaluation& evaluation, Position position)
{
    const Value& from = arguments[0];
    if (from.day_duration() != nullptr || from.month_duration() != nullptr) return from;
    if (from.string() == nullptr) return malformed(evaluation, position, "a duration");
    if (const auto months = parse_month_duration(*from.string())) return *months;
    if (const auto days = parse_day_duration(*from.string())) return *days;
    return malformed(evaluation, position, "a duration");
}

Value months_between(Arguments arguments, Evaluation& evaluation, Position position)
{
    const auto moment = [](const Value& value) -> std::optional<DateTime> {
        if (value.date() != nullptr) return DateTime{*value.date(), 0, {}};
        if (value.date_time() != nullptr) return *value.date_time();
        return std::nullopt;
    };
    const auto from = moment(arguments[0]);
    const auto to = moment(arguments[1]);
    if (!from || !to)
        return evaluation.problem(position, "feel.wrong_arguments", "It takes two dates.");
    const CivilDate a = civil(from->date);
    const CivilDate b = civil(to->date);
    std::int64_t months = (b.year - a.year) * 12 + b.month - a.month;
    const bool day_before = b.day < a.day || (b.day == a.day && to->nanos < from->nanos);
    const bool day_after = b.day > a.day || (b.day == a.day && to->nanos > from->nanos);
    if (months > 0 && day_before) --months;
    if (months < 0 && day_after) ++months;
    return MonthDuration{months};
}

/// A literal is a function of a literal at most: date("…") is one, date(string("…")) is not.
bool has_nested_call(std::string_view text)
{
    bool quoted = false;
    int open = 0;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            quoted = !quoted;
        } else if (!quoted && text[at] == '(' && ++open > 1) {
            return true;
        } else if (!quoted && text[at] == ')') {
            --open;
        }
    }
    return false;
}

/// The text of a range whose ends are literals.
Value range_from(Arguments arguments, Evaluation& evaluation, Position position)
{
    Scope scope;
    Parser parser(*arguments[0].string(), scope, Unknown::refuse);
    const auto parsed = parser.whole_expression();
    if (!parsed || has_nested_call(*arguments[0].string()))
        return malformed(evaluation, position, "a range");
    const Value* value = parsed.value()->constant();
    if (value == nullptr || value->range() == nullptr)
        return malformed(evaluation, position, "a range");
    return *value;
}

constexpr std::array conversions_rows{
    BuiltIn{"date", "from: Any", "date", date_from},
    BuiltIn{"date", "year: number, month: number, day: number", "date", date_of},
    BuiltIn{"time", "from: Any", "time", time_from},
    BuiltIn{"time", "hour: number, minute: number, second: number, offset?: Any", "time", time_of},
    BuiltIn{"date and time", "from: Any", "date and time", date_time_from},
    BuiltIn{"date and time", "date: Any, time: Any", "date and time", date_time_of},
    BuiltIn{"number", "from: Any, grouping separator?: Any, decimal separator?: Any", "number",
            number_from},
    BuiltIn{"string", "from: Any", "string", string_from},
    BuiltIn{"duration", "from: Any", "days and time duration", duration_from},
    BuiltIn{"years and months duration", "from: Any, to: Any", "years and months duration",
            months_between},
    BuiltIn{"range", "from: string", "range", range_from},
};

}  // namespace

std::span<const BuiltIn> conversion_functions()
{
    return conversions_rows;
}

}  // namespace engine::feel
