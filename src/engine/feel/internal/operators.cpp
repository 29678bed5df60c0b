// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/operators.h>

namespace engine::feel {
namespace {

Value duration(Wide total)
{
    const auto made = make_day_duration(total);
    return made ? Value(*made) : Value();
}

Value months(std::int64_t count)
{
    return Value(MonthDuration{count});
}

/// `seconds` as an exact number, and back to nanoseconds.
Number as_number(DayDuration value)
{
    return Number(value.seconds) + Number(value.nanos) / Number(nanos_per_second);
}

Value duration_of_seconds(Number seconds)
{
    const auto total = (seconds * Number(1000)).rounded(6, platform::decimal::Rounding::down);
    const auto whole = total.rounded(0, platform::decimal::Rounding::down).to_integer();
    if (!whole) return {};
    const auto rest = ((total - Number(*whole)) * Number(1'000'000))
                          .rounded(0, platform::decimal::Rounding::down);
    return duration(Wide{*whole} * 1'000'000 + rest.to_integer().value_or(0));
}

Value months_of(Number count)
{
    const auto whole = count.rounded(0, platform::decimal::Rounding::down).to_integer();
    return whole ? months(*whole) : Value();
}

Value moved_by_months(const Value& a, std::int64_t count)
{
    if (const Date* date = a.date()) {
        const auto moved = add_months(*date, count);
        return moved ? Value(*moved) : Value();
    }
    if (const DateTime* from = a.date_time()) {
        const auto moved = add_months(from->date, count);
        return moved ? Value(DateTime{*moved, from->nanos, from->zone}) : Value();
    }
    if (const MonthDuration* own = a.month_duration()) {
        std::int64_t sum = 0;
        return __builtin_add_overflow(own->months, count, &sum) ? Value() : months(sum);
    }
    return {};
}

/// A date plus a duration is the date that the moved midnight falls on.
Value moved_by_nanos(const Value& a, Wide by)
{
    if (const Date* date = a.date()) {
        const auto moved = local_time(Wide{date->days} * nanos_per_day + by, {});
        return moved ? Value(moved->date) : Value();
    }
    if (const DateTime* from = a.date_time()) {
        const Zone zone = from->zone;
        const auto moved = local_time(utc_nanos(*from) + by, zone);
        return moved ? Value(*moved) : Value();
    }
    if (const Time* from = a.time()) {
        const Wide sum = (from->nanos + by) % nanos_per_day;
        return Value(
            Time{static_cast<std::int64_t>(sum < 0 ? sum + nanos_per_day : sum), from->zone});
    }
    if (const DayDuration* own = a.day_duration()) return duration(nanos(*own) + by);
    return {};
}

bool is_zoned(const DateTime& value)
{
    return value.zone.kind != Zone::Kind::none;
}

/// A date as the midnight UTC at which it begins.
DateTime at_midnight(Date date)
{
    return {date, 0, Zone{0, 0, Zone::Kind::offset}};
}

Value span(const Value& a, const Value& b)
{
    if (a.time() != nullptr && b.time() != nullptr) {
        const bool zoned = a.time()->zone.kind != Zone::Kind::none;
        if (zoned != (b.time()->zone.kind != Zone::Kind::none)) return {};
        return duration(Wide{utc_nanos(*a.time())} - utc_nanos(*b.time()));
    }
    if (a.date() != nullptr && b.date() != nullptr)
        return duration((Wide{a.date()->days} - b.date()->days) * nanos_per_day);
    const bool fits = (a.date() != nullptr || a.date_time() != nullptr) &&
                      (b.date() != nullptr || b.date_time() != nullptr);
    if (!fits) return {};
    const DateTime left = a.date() != nullptr ? at_midnight(*a.date()) : *a.date_time();
    const DateTime right = b.date() != nullptr ? at_midnight(*b.date()) : *b.date_time();
    if (is_zoned(left) != is_zoned(right)) return {};
    return duration(utc_nanos(left) - utc_nanos(right));
}

}  // namespace

Value add(const Value& a, const Value& b)
{
    if (a.number() != nullptr && b.number() != nullptr) return *a.number() + *b.number();
    if (a.string() != nullptr && b.string() != nullptr) return *a.string() + *b.string();
    if (const MonthDuration* by = b.month_duration()) return moved_by_months(a, by->months);
    if (const DayDuration* by = b.day_duration()) return moved_by_nanos(a, nanos(*by));
    if (const MonthDuration* by = a.month_duration()) return moved_by_months(b, by->months);
    if (const DayDuration* by = a.day_duration()) return moved_by_nanos(b, nanos(*by));
    return {};
}

Value subtract(const Value& a, const Value& b)
{
    if (a.number() != nullptr && b.number() != nullptr) return *a.number() - *b.number();
    if (const MonthDuration* by = b.month_duration()) return moved_by_months(a, -by->months);
    if (const DayDuration* by = b.day_duration()) return moved_by_nanos(a, -nanos(*by));
    return span(a, b);
}

Value multiply(const Value& a, const Value& b)
{
    if (a.number() != nullptr && b.number() != nullptr) return *a.number() * *b.number();
    if (a.number() != nullptr) return b.number() == nullptr ? multiply(b, a) : Value();
    if (b.number() == nullptr) return {};
    if (const MonthDuration* own = a.month_duration())
        return months_of(Number(own->months) * *b.number());
    if (const DayDuration* own = a.day_duration())
        return duration_of_seconds(as_number(*own) * *b.number());
    return {};
}

Value divide(const Value& a, const Value& b)
{
    if (a.number() != nullptr && b.number() != nullptr) return *a.number() / *b.number();
    if (const MonthDuration* own = a.month_duration()) {
        if (b.number() != nullptr) {
            const Number count = Number(own->months) / *b.number();
            return count.is_finite() ? months_of(count) : Value();
        }
        if (b.month_duration() != nullptr)
            return Number(own->months) / Number(b.month_duration()->months);
    }
    if (const DayDuration* own = a.day_duration()) {
        if (b.number() != nullptr) {
            const Number seconds = as_number(*own) / *b.number();
            return seconds.is_finite() ? duration_of_seconds(seconds) : Value();
        }
        if (b.day_duration() != nullptr) return as_number(*own) / as_number(*b.day_duration());
    }
    return {};
}

Value power(const Value& a, const Value& b)
{
    if (a.number() != nullptr && b.number() != nullptr) return a.number()->power(*b.number());
    return {};
}

Value negate(const Value& a)
{
    if (a.number() != nullptr) return -*a.number();
    if (a.day_duration() != nullptr) return duration(-nanos(*a.day_duration()));
    if (a.month_duration() != nullptr) return months(-a.month_duration()->months);
    return {};
}

std::optional<bool> passes(const Value& item, const Value& test)
{
    if (const Range* range = test.range()) {
        return item.range() != nullptr ? equal(item, test) : contains(*range, item);
    }
    if (const List* list = test.list()) {
        if (item.list() != nullptr && equal(item, test).value_or(false)) return true;
        for (const Value& each : *list) {
            if (each.list() != nullptr ? equal(item, each).value_or(false)
                                       : passes(item, each).value_or(false))
                return true;
        }
        return false;
    }
    return equal(item, test);
}

}  // namespace engine::feel
