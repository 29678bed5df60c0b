// SPDX-License-Identifier: Apache-2.0
#include <base/clock.h>

#include <charconv>
#include <chrono>
#include <cstdio>

namespace base {

namespace {

using namespace std::chrono;

/// Exactly `digits` decimal digits at the front of `text`, taken off it; -1 where they are not
/// there.
int take_number(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits) return -1;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

/// Microseconds of a fraction such as ".25", taken off `text`; -1 where it is malformed, 0 where
/// there is none.
std::int64_t take_fraction(std::string_view& text)
{
    if (!take(text, '.')) return 0;
    std::int64_t micros = 0;
    int digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9';
         text.remove_prefix(1), ++digits) {
        if (digits < 6) micros = micros * 10 + (text.front() - '0');
    }
    if (digits == 0 || digits > 9) return -1;
    for (; digits < 6; ++digits) micros *= 10;
    return micros;
}

/// Minutes east of UTC, taken off `text`; false where it is malformed.
bool take_offset(std::string_view& text, int& minutes)
{
    minutes = 0;
    if (take(text, 'Z') || take(text, 'z')) return true;
    const int sign = take(text, '-') ? -1 : take(text, '+') ? 1 : 0;
    const int hour = take_number(text, 2);
    if (sign == 0 || hour < 0 || hour > 23 || !take(text, ':')) return false;
    const int minute = take_number(text, 2);
    minutes = sign * (hour * 60 + minute);
    return minute >= 0 && minute < 60;
}

}  // namespace

Result<Date> make_date(int year, int month, int day)
{
    const year_month_day date{std::chrono::year{year},
                              std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (year < 1 || year > 9999 || month < 1 || day < 1 || !date.ok()) {
        return invalid("date.impossible", "there is no such day in the calendar");
    }
    return Date{static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count())};
}

YearMonthDay civil(Date date)
{
    const year_month_day ymd{sys_days{days{date.days}}};
    return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
            static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

std::string to_string(Date date)
{
    const auto [year, month, day] = civil(date);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
    return text;
}

Result<Date> parse_date(std::string_view text)
{
    const int year = take_number(text, 4);
    const bool first = take(text, '-');
    const int month = take_number(text, 2);
    const bool second = take(text, '-');
    const int day = take_number(text, 2);
    if (year < 0 || month < 0 || day < 0 || !first || !second || !text.empty()) {
        return invalid("date.malformed", "a date is written YYYY-MM-DD");
    }
    return make_date(year, month, day);
}

std::string to_string(Instant instant)
{
    const auto time = sys_time<microseconds>{microseconds{instant.micros}};
    const auto day = floor<days>(time);
    const auto of_day = hh_mm_ss{floor<microseconds>(time - day)};
    const long long fraction = of_day.subseconds().count();
    char text[48];
    const int size = std::snprintf(
        text, sizeof text, "T%02d:%02d:%02d", static_cast<int>(of_day.hours().count()),
        static_cast<int>(of_day.minutes().count()), static_cast<int>(of_day.seconds().count()));
    if (fraction != 0)
        std::snprintf(text + size, sizeof text - static_cast<std::size_t>(size), ".%06lld",
                      fraction);
    return to_string(Date{static_cast<std::int32_t>(day.time_since_epoch().count())}) + text + "Z";
}

Result<Instant> parse_instant(std::string_view text)
{
    const auto malformed = [] {
        return invalid("instant.malformed", "a time is written as RFC 3339 says");
    };
    if (text.size() < 20) return malformed();
    const auto date = parse_date(text.substr(0, 10));
    text.remove_prefix(10);
    if (!date || !(take(text, 'T') || take(text, 't'))) return malformed();
    const int hour = take_number(text, 2);
    const bool first = take(text, ':');
    const int minute = take_number(text, 2);
    const bool second_colon = take(text, ':');
    const int second = take_number(text, 2);
    const std::int64_t fraction = take_fraction(text);
    int offset_minutes = 0;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 ||
        fraction < 0 || !first || !second_colon || !take_offset(text, offset_minutes) ||
        !text.empty()) {
        return malformed();
    }
    const std::int64_t seconds_of_day = hour * 3600 + (minute - offset_minutes) * 60 + second;
    return Instant{(std::int64_t{date.value().days} * 86'400 + seconds_of_day) * micros_per_second +
                   fraction};
}

Date local_date(Instant instant, int utc_offset_minutes)
{
    const auto local = microseconds{instant.micros} + minutes{utc_offset_minutes};
    return Date{static_cast<std::int32_t>(floor<days>(local).count())};
}

int age_on(Date born, Date today)
{
    const auto b = civil(born);
    const auto t = civil(today);
    const bool had_birthday = t.month > b.month || (t.month == b.month && t.day >= b.day);
    return t.year - b.year - (had_birthday ? 0 : 1);
}

Instant SystemClock::now() const
{
    return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

}  // namespace base
