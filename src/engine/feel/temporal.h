// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace engine::feel {

inline constexpr std::int64_t nanos_per_second = 1'000'000'000;
inline constexpr std::int64_t nanos_per_day = 86'400 * nanos_per_second;
inline constexpr std::int64_t greatest_year = 999'999'999;

/// A day of the proleptic Gregorian calendar, years -999,999,999 to 999,999,999; days since
/// 1970-01-01.
struct Date {
    std::int64_t days = 0;
    friend auto operator<=>(Date, Date) = default;
};

struct CivilDate {
    std::int64_t year;
    int month;  // 1 to 12.
    int day;    // 1 to 31.
};

/// How a time stands to UTC: not said, by a fixed offset, or by a zone of the tz database.
struct Zone {
    enum class Kind : std::uint8_t { none, offset, named };

    std::int32_t offset_seconds = 0;  // East of UTC; of kind `offset`.
    std::uint16_t id = 0;             // platform::zone's; of kind `named`.
    Kind kind = Kind::none;

    friend bool operator==(Zone, Zone) = default;
};

struct Time {
    std::int64_t nanos = 0;  // Of the day.
    Zone zone;
};

struct DateTime {
    Date date;
    std::int64_t nanos = 0;  // Of the day.
    Zone zone;
};

/// A days-and-time duration: `nanos` has the sign of `seconds`, or either where that is zero.
struct DayDuration {
    std::int64_t seconds = 0;
    std::int32_t nanos = 0;
    friend auto operator<=>(DayDuration, DayDuration) = default;
};

/// A years-and-months duration.
struct MonthDuration {
    std::int64_t months = 0;
    friend auto operator<=>(MonthDuration, MonthDuration) = default;
};

/// The day, where it exists and its year is in range.
std::optional<Date> make_date(std::int64_t year, std::int64_t month, std::int64_t day);
CivilDate civil(Date date);

/// Monday 1 to Sunday 7.
int weekday(Date date);

/// The later day by `months`, or the last of that month where it has no such day.
std::optional<Date> add_months(Date date, std::int64_t months);

/// Seconds east of UTC at that local time; nothing where the zone is not said. A time without a
/// date takes a named zone's standard offset of today's rules.
std::optional<std::int32_t> offset_seconds(const DateTime& value);
std::optional<std::int32_t> offset_seconds(const Time& value);

/// The same instant's place on the line of UTC, in nanoseconds since 1970; a value without zone is
/// taken as UTC.
__extension__ using Wide = __int128;
Wide utc_nanos(const DateTime& value);
std::int64_t utc_nanos(const Time& value);

/// The local reading of a point on the line of UTC.
std::optional<DateTime> local_time(Wide nanos_since_1970, Zone zone);

Wide nanos(DayDuration value);
std::optional<DayDuration> make_day_duration(Wide nanos);

/// ISO 8601 / XML Schema texts, as FEEL's functions of the same names read them: dates with years
/// of four to nine digits, times with offset ("Z", "+08:00") or zone ("@Asia/Shanghai").
std::optional<Date> parse_date(std::string_view text);
std::optional<Time> parse_time(std::string_view text);
std::optional<DateTime> parse_date_time(std::string_view text);
std::optional<DayDuration> parse_day_duration(std::string_view text);
std::optional<MonthDuration> parse_month_duration(std::string_view text);

std::string to_text(Date value);
std::string to_text(const Time& value);
std::string to_text(const DateTime& value);
std::string to_text(DayDuration value);
std::string to_text(MonthDuration value);

}  // namespace engine::feel
