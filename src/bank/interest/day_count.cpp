// SPDX-License-Identifier: Apache-2.0
#include <bank/interest/day_count.h>

#include <base/ensure.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

namespace bank::interest {

using base::Date;
using base::YearMonthDay;

namespace {

__extension__ using Wide = __int128;

struct Name {
    std::string_view text;
    DayCount convention;
};

// The first of each convention is the one that is written.
constexpr Name names[] = {
    {"ACT/360", DayCount::actual_360},
    {"A/360", DayCount::actual_360},
    {"Actual/360", DayCount::actual_360},
    {"ACT/365F", DayCount::actual_365_fixed},
    {"ACT/365", DayCount::actual_365_fixed},
    {"A/365", DayCount::actual_365_fixed},
    {"Actual/365 Fixed", DayCount::actual_365_fixed},
    {"ACT/ACT-ISDA", DayCount::actual_actual_isda},
    {"ACT/ACT", DayCount::actual_actual_isda},
    {"A/A ISDA", DayCount::actual_actual_isda},
    {"ACT/ACT-ICMA", DayCount::actual_actual_icma},
    {"ACT/ACT-ISMA", DayCount::actual_actual_icma},
    {"ACT/ACT-AFB", DayCount::actual_actual_afb},
    {"30/360", DayCount::thirty_360_bond},
    {"30/360 BondBasis", DayCount::thirty_360_bond},
    {"360/360", DayCount::thirty_360_bond},
    {"30/360-US", DayCount::thirty_360_us},
    {"30E/360", DayCount::thirty_e_360},
    {"30E/360 Eurobond", DayCount::thirty_e_360},
    {"30E/360-ISDA", DayCount::thirty_e_360_isda},
    {"30/365", DayCount::thirty_365},
};

/// Without what people write differently.
std::string canonical(std::string_view text)
{
    std::string plain;
    for (const char c : text) {
        if (c == ' ' || c == '-' || c == '_') continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return plain;
}

bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_of_month(int year, int month)
{
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

bool is_end_of_february(const YearMonthDay& day)
{
    return day.month == 2 && day.day == days_of_month(day.year, 2);
}

Date date_of(int year, int month, int day)
{
    return base::make_date(year, month, day).value();
}

/// The same day so many months later; the month's last day where there is no such day.
Date plus_months(Date date, std::int64_t months)
{
    const auto from = base::civil(date);
    const std::int64_t all = std::int64_t{from.year} * 12 + from.month - 1 + months;
    const int year = static_cast<int>(all / 12);
    const int month = static_cast<int>(all % 12) + 1;
    return date_of(year, month, std::min(from.day, days_of_month(year, month)));
}

std::int64_t fit(Wide value)
{
    base::ensure(value <= std::numeric_limits<std::int64_t>::max() &&
                 value >= std::numeric_limits<std::int64_t>::min());
    return static_cast<std::int64_t>(value);
}

Fraction reduced(Wide numerator, Wide denominator)
{
    Wide a = numerator < 0 ? -numerator : numerator;
    Wide b = denominator;
    while (b != 0) a = std::exchange(b, a % b);
    const Wide common = a == 0 ? 1 : a;
    return {fit(numerator / common), fit(denominator / common)};
}

Fraction times(Fraction a, Fraction b)
{
    return reduced(static_cast<Wide>(a.numerator) * b.numerator,
                   static_cast<Wide>(a.denominator) * b.denominator);
}

std::int64_t actual(Date start, Date end)
{
    return std::int64_t{end.days} - start.days;
}

/// ISDA 2006 4.16(b): days in leap years over 366 and all others over 365.
Fraction isda(Date start, Date end)
{
    const int first = base::civil(start).year;
    const int last = base::civil(end).year;
    std::int64_t leap = 0;
    std::int64_t common = 0;
    for (int year = first; year <= last; ++year) {
        const Date from = std::max(start, date_of(year, 1, 1));
        // The year 9999 has no first of January after it.
        const Date to = std::min(end, Date{date_of(year, 12, 31).days + 1});
        (is_leap(year) ? leap : common) += std::max<std::int64_t>(0, actual(from, to));
    }
    return add(reduced(leap, 366), reduced(common, 365));
}

/// ISDA's memorandum of 1999 on "EMU and market conventions", the AFB method: whole years counted
/// back from the end (from 28 February to 29 where there is one); what is left over 366 where it
/// holds a 29 February, else over 365.
Fraction afb(Date start, Date end)
{
    std::int64_t years = 0;
    Date stub = end;
    while (base::civil(stub).year > 1) {
        const auto day = base::civil(stub);
        Date back = plus_months(stub, -12);
        if (day.month == 2 && day.day == 28 && is_leap(day.year - 1)) {
            back = date_of(day.year - 1, 2, 29);
        }
        if (back < start) break;
        stub = back;
        ++years;
    }
    bool leap = false;
    for (int year = base::civil(start).year; year <= base::civil(stub).year; ++year) {
        if (!is_leap(year)) continue;
        const Date leap_day = date_of(year, 2, 29);
        leap = leap || (leap_day >= start && leap_day < stub);
    }
    return add({years, 1}, reduced(actual(start, stub), leap ? 366 : 365));
}

/// ICMA rule 251: within a regular period its days over (days of the period times periods a year);
/// what reaches beyond it is measured in the regular periods before or after.
Fraction icma(Date start, Date end, Date reference_start, Date reference_end)
{
    base::ensure(reference_start < reference_end);
    // The period's length in whole months, by its days: 28 to 31 of them are one.
    std::int64_t months = (24 * actual(reference_start, reference_end) + 365) / 730;
    if (months == 0) {  // Shorter than half a month: a year's part of its own.
        reference_start = start;
        reference_end = plus_months(start, 12);
        months = 12;
    }
    const auto within = [&](Date from, Date to, Date period_start, Date period_end) {
        return times(reduced(months, 12),
                     reduced(actual(from, to), actual(period_start, period_end)));
    };
    Fraction sum;
    // Periods before the reference period, from it backwards.
    Date period_end = reference_start;
    for (int i = 1; start < period_end; ++i) {
        const Date period_start = plus_months(reference_start, -months * i);
        const Date from = std::max(start, period_start);
        const Date to = std::min(end, period_end);
        if (from < to) sum = add(sum, within(from, to, period_start, period_end));
        period_end = period_start;
    }
    const Date from = std::max(start, reference_start);
    const Date to = std::min(end, reference_end);
    if (from < to) sum = add(sum, within(from, to, reference_start, reference_end));
    Date period_start = reference_end;
    for (int i = 1; end > period_start; ++i) {
        const Date next = plus_months(reference_end, months * i);
        const Date later = std::max(start, period_start);
        const Date until = std::min(end, next);
        if (later < until) sum = add(sum, within(later, until, period_start, next));
        period_start = next;
    }
    return sum;
}

/// Days where every month has 30, once the two day numbers were put right.
std::int64_t thirty(const YearMonthDay& from, int from_day, const YearMonthDay& to, int to_day)
{
    return 360LL * (to.year - from.year) + 30LL * (to.month - from.month) + (to_day - from_day);
}

std::int64_t thirty_days(DayCount convention, Date start, Date end, const Period& period)
{
    const auto from = base::civil(start);
    const auto to = base::civil(end);
    int d1 = from.day;
    int d2 = to.day;
    switch (convention) {
        case DayCount::thirty_360_bond:
            d1 = std::min(d1, 30);
            if (d2 == 31 && d1 == 30) d2 = 30;
            break;
        case DayCount::thirty_360_us:
            if (is_end_of_february(from)) {
                if (is_end_of_february(to)) d2 = 30;
                d1 = 30;
            }
            if (d2 == 31 && d1 >= 30) d2 = 30;
            d1 = std::min(d1, 30);
            break;
        case DayCount::thirty_e_360_isda:
            d1 = is_end_of_february(from) ? 30 : std::min(d1, 30);
            d2 = is_end_of_february(to) && period.termination != end ? 30 : std::min(d2, 30);
            break;
        default:  // 30E/360 and 30/365.
            d1 = std::min(d1, 30);
            d2 = std::min(d2, 30);
    }
    return thirty(from, d1, to, d2);
}

bool has_thirty_day_months(DayCount convention)
{
    return convention >= DayCount::thirty_360_bond;
}

}  // namespace

std::string_view to_string(DayCount convention)
{
    return std::ranges::find(names, convention, &Name::convention)->text;
}

base::Result<DayCount> parse_day_count(std::string_view text)
{
    const std::string wanted = canonical(text);
    for (const Name& name : names) {
        if (canonical(name.text) == wanted) return name.convention;
    }
    return base::invalid("interest.day_count_unknown",
                         "\"" + std::string{text} + "\" is no day-count convention");
}

Fraction add(Fraction a, Fraction b)
{
    return reduced(static_cast<Wide>(a.numerator) * b.denominator +
                       static_cast<Wide>(b.numerator) * a.denominator,
                   static_cast<Wide>(a.denominator) * b.denominator);
}

std::int64_t days_between(DayCount convention, Date start, Date end, const Period& period)
{
    return has_thirty_day_months(convention) ? thirty_days(convention, start, end, period)
                                             : actual(start, end);
}

Fraction year_fraction(DayCount convention, Date start, Date end, const Period& period)
{
    if (has_thirty_day_months(convention)) {
        return reduced(thirty_days(convention, start, end, period),
                       convention == DayCount::thirty_365 ? 365 : 360);
    }
    if (end < start) {
        const Fraction forward = year_fraction(convention, end, start, period);
        return {-forward.numerator, forward.denominator};
    }
    if (start == end) return {};
    switch (convention) {
        case DayCount::actual_360:
            return reduced(actual(start, end), 360);
        case DayCount::actual_365_fixed:
            return reduced(actual(start, end), 365);
        case DayCount::actual_actual_isda:
            return isda(start, end);
        case DayCount::actual_actual_afb:
            return afb(start, end);
        default:
            return icma(start, end, period.reference_start.value_or(start),
                        period.reference_end.value_or(end));
    }
}

}  // namespace bank::interest
