// SPDX-License-Identifier: Apache-2.0
#include <bank/standing/terms.h>

#include <algorithm>
#include <array>

namespace bank::standing {

using base::Date;

namespace {

constexpr std::array<std::string_view, 5> rhythms{"delayed", "once", "weekly", "monthly",
                                                  "quarterly"};
constexpr std::array<std::string_view, 3> holidays{"same-day", "next-day", "day-before"};
constexpr int longest_holiday = 30;  // Days; a calendar that never works again stops there.

/// That day of the month `months` after the one of `date`; the month's last where it is shorter.
Date in_month(Date date, int months, int day)
{
    const auto at = base::civil(date);
    const int count = at.year * 12 + at.month - 1 + months;
    const int year = count / 12;
    const int month = count % 12 + 1;
    for (int d = std::min(day, 31); d > 28; --d) {
        if (const auto made = base::make_date(year, month, d)) return made.value();
    }
    return base::make_date(year, month, std::min(day, 28)).value();
}

template <class Enum, std::size_t N>
base::Result<Enum> parse_word(const std::array<std::string_view, N>& words, std::string_view name,
                              std::string_view reason)
{
    const auto found = std::find(words.begin(), words.end(), name);
    if (found == words.end()) return base::invalid(reason, "there is no such word");
    return static_cast<Enum>(found - words.begin());
}

}  // namespace

std::string_view to_string(Rhythm rhythm)
{
    return rhythms[static_cast<std::size_t>(rhythm)];
}

base::Result<Rhythm> parse_rhythm(std::string_view name)
{
    return parse_word<Rhythm>(rhythms, name, "standing.rhythm_unknown");
}

std::string_view to_string(Holiday holiday)
{
    return holidays[static_cast<std::size_t>(holiday)];
}

base::Result<Holiday> parse_holiday(std::string_view name)
{
    return parse_word<Holiday>(holidays, name, "standing.holiday_unknown");
}

Date first_of(const Terms& terms)
{
    if (terms.rhythm < Rhythm::monthly) return terms.first;
    const Date same_month = in_month(terms.first, 0, terms.day);
    return same_month < terms.first ? in_month(terms.first, 1, terms.day) : same_month;
}

std::optional<Date> next_after(const Terms& terms, Date date, int done)
{
    if (terms.rhythm <= Rhythm::once || (terms.times && done >= *terms.times)) return {};
    const Date next = terms.rhythm == Rhythm::weekly    ? Date{date.days + 7}
                      : terms.rhythm == Rhythm::monthly ? in_month(date, 1, terms.day)
                                                        : in_month(date, 3, terms.day);
    if (terms.until && next > *terms.until) return {};
    return next;
}

Date moved(Date date, Holiday holiday, const engine::process::BusinessCalendar& calendar)
{
    if (holiday == Holiday::same_day) return date;
    const int step = holiday == Holiday::next_day ? 1 : -1;
    for (int i = 0; i < longest_holiday && !calendar.is_business_day(date); ++i) date.days += step;
    return date;
}

}  // namespace bank::standing
