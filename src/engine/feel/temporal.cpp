// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/temporal.h>

#include <platform/zone/zone.h>

#include <limits>

namespace engine::feel {
namespace {

constexpr std::int64_t seconds_per_day = 86'400;

std::int64_t floor_divide(std::int64_t a, std::int64_t b)
{
    const std::int64_t quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

Wide floor_divide_wide(Wide a, Wide b)
{
    const Wide quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

bool is_leap(std::int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(std::int64_t year, int month)
{
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/// Days since 1970-01-01; years start in March here, so that the leap day is a year's last.
std::int64_t day_number(std::int64_t year, int month, int day)
{
    const std::int64_t shifted = month <= 2 ? year - 1 : year;
    const std::int64_t era = floor_divide(shifted, 400);
    const std::int64_t year_of_era = shifted - era * 400;
    const std::int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const std::int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}

std::int64_t seconds_of(Date date, std::int64_t nanos_of_day)
{
    return date.days * seconds_per_day + nanos_of_day / nanos_per_second;
}

}  // namespace

std::optional<Date> make_date(std::int64_t year, std::int64_t month, std::int64_t day)
{
    if (year < -greatest_year || year > greatest_year || month < 1 || month > 12)
        return std::nullopt;
    if (day < 1 || day > days_in_month(year, static_cast<int>(month))) return std::nullopt;
    return Date{day_number(year, static_cast<int>(month), static_cast<int>(day))};
}

CivilDate civil(Date date)
{
    const std::int64_t shifted = date.days + 719'468;
    const std::int64_t era = floor_divide(shifted, 146'097);
    const std::int64_t day_of_era = shifted - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year =
        day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month = (5 * day_of_year + 2) / 153;
    const int day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
    const int civil_month = static_cast<int>(month < 10 ? month + 3 : month - 9);
    return {year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0), civil_month, day};
}

int weekday(Date date)
{
    const std::int64_t from_monday = date.days + 3;  // 1970-01-01 was a Thursday.
    return static_cast<int>(from_monday - floor_divide(from_monday, 7) * 7) + 1;
}

std::optional<Date> add_months(Date date, std::int64_t months)
{
    constexpr std::int64_t most = 2 * 12 * greatest_year;
    if (months < -most || months > most) return std::nullopt;
    const CivilDate from = civil(date);
    const std::int64_t count = from.year * 12 + from.month - 1 + months;
    const std::int64_t year = floor_divide(count, 12);
    const int month = static_cast<int>(count - year * 12) + 1;
    const int last = days_in_month(year, month);
    return make_date(year, month, from.day < last ? from.day : last);
}

std::optional<std::int32_t> offset_seconds(const DateTime& value)
{
    switch (value.zone.kind) {
        case Zone::Kind::none:
            return std::nullopt;
        case Zone::Kind::offset:
            return value.zone.offset_seconds;
        case Zone::Kind::named:
            break;
    }
    return platform::zone::offset_at_local(value.zone.id, seconds_of(value.date, value.nanos));
}

std::optional<std::int32_t> offset_seconds(const Time& value)
{
    switch (value.zone.kind) {
        case Zone::Kind::none:
            return std::nullopt;
        case Zone::Kind::offset:
            return value.zone.offset_seconds;
        case Zone::Kind::named:
            break;
    }
    constexpr std::int64_t a_january_day = 19'723 * seconds_per_day;  // 2024-01-01
    return platform::zone::offset_at_local(value.zone.id, a_january_day);
}

Wide utc_nanos(const DateTime& value)
{
    return Wide{value.date.days} * nanos_per_day + value.nanos -
           Wide{offset_seconds(value).value_or(0)} * nanos_per_second;
}

std::int64_t utc_nanos(const Time& value)
{
    return value.nanos - std::int64_t{offset_seconds(value).value_or(0)} * nanos_per_second;
}

std::optional<DateTime> local_time(Wide nanos_since_1970, Zone zone)
{
    const Wide seconds = floor_divide_wide(nanos_since_1970, nanos_per_second);
    constexpr Wide most = Wide{366} * (greatest_year + 1) * seconds_per_day;
    if (seconds < -most || seconds > most) return std::nullopt;
    std::int32_t offset = 0;
    if (zone.kind == Zone::Kind::offset) offset = zone.offset_seconds;
    if (zone.kind == Zone::Kind::named)
        offset = platform::zone::offset_at(zone.id, static_cast<std::int64_t>(seconds));
    const Wide local = nanos_since_1970 + Wide{offset} * nanos_per_second;
    const Wide days = floor_divide_wide(local, nanos_per_day);
    const Date date{static_cast<std::int64_t>(days)};
    const std::int64_t year = civil(date).year;
    if (year < -greatest_year || year > greatest_year) return std::nullopt;
    return DateTime{date, static_cast<std::int64_t>(local - days * nanos_per_day), zone};
}

Wide nanos(DayDuration value)
{
    return Wide{value.seconds} * nanos_per_second + value.nanos;
}

std::optional<DayDuration> make_day_duration(Wide nanos)
{
    const Wide seconds = nanos / nanos_per_second;
    constexpr Wide most = std::numeric_limits<std::int64_t>::max();
    if (seconds > most || seconds < -most) return std::nullopt;
    return DayDuration{static_cast<std::int64_t>(seconds),
                       static_cast<std::int32_t>(nanos % nanos_per_second)};
}

}  // namespace engine::feel
