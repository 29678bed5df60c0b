// SPDX-License-Identifier: Apache-2.0
#include <engine/process/calendar.h>
#include <platform/zone/zone.h>

#include <algorithm>

namespace engine::process {

namespace {

constexpr std::int64_t micros_per_minute = 60 * base::micros_per_second;
constexpr std::int64_t minutes_per_day = 24 * 60;
constexpr int horizon_days = 10 * 366;  // Beyond it a calendar of our making has ended long ago.

/// Monday 0 to Sunday 6; 1970-01-01 was a Thursday.
std::size_t weekday(base::Date date)
{
    return static_cast<std::size_t>(((date.days + 3) % 7 + 7) % 7);
}

std::int64_t floor_div(std::int64_t a, std::int64_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

}  // namespace

BusinessCalendar::BusinessCalendar() = default;

base::Result<BusinessCalendar> BusinessCalendar::make(std::string_view zone, Hours hours,
                                                      std::array<bool, 7> weekend,
                                                      std::set<base::Date> off,
                                                      std::set<base::Date> working)
{
    BusinessCalendar calendar;
    calendar.zone_ = zone;
    calendar.zone_id_ = platform::zone::find(zone);
    if (!calendar.zone_id_) {
        return base::invalid("calendar.zone_unknown", "no time zone \"" + calendar.zone_ + "\"");
    }
    if (hours.from_minute < 0 || hours.to_minute > minutes_per_day ||
        hours.from_minute >= hours.to_minute) {
        return base::invalid("calendar.hours_invalid", "business hours end after they begin");
    }
    if (std::all_of(weekend.begin(), weekend.end(), [](bool off_day) { return off_day; })) {
        return base::invalid("calendar.never_works", "every weekday is off");
    }
    calendar.hours_ = hours;
    calendar.weekend_ = weekend;
    calendar.off_ = std::move(off);
    calendar.working_ = std::move(working);
    return calendar;
}

bool BusinessCalendar::is_business_day(base::Date date) const
{
    if (off_.contains(date)) return false;
    return working_.contains(date) || !weekend_[weekday(date)];
}

base::Date BusinessCalendar::local_date(base::Instant instant) const
{
    const std::int64_t seconds = floor_div(instant.micros, base::micros_per_second);
    const std::int64_t offset = zone_id_ ? platform::zone::offset_at(*zone_id_, seconds) : 0;
    return {static_cast<std::int32_t>(floor_div(seconds + offset, 86'400))};
}

base::Instant BusinessCalendar::at(base::Date date, int minute) const
{
    const std::int64_t local = std::int64_t{date.days} * 86'400 + std::int64_t{minute} * 60;
    const std::int64_t offset = zone_id_ ? platform::zone::offset_at_local(*zone_id_, local) : 0;
    return {(local - offset) * base::micros_per_second};
}

bool BusinessCalendar::is_open(base::Instant instant) const
{
    const base::Date date = local_date(instant);
    return is_business_day(date) && at(date, hours_.from_minute) <= instant &&
           instant < at(date, hours_.to_minute);
}

base::Instant BusinessCalendar::add_business_minutes(base::Instant from, std::int64_t minutes) const
{
    std::int64_t left = minutes * micros_per_minute;
    base::Date date = local_date(from);
    for (int day = 0; day < horizon_days; ++day, ++date.days) {
        if (!is_business_day(date)) continue;
        const base::Instant opens = std::max(from, at(date, hours_.from_minute));
        const base::Instant closes = at(date, hours_.to_minute);
        if (opens >= closes) continue;
        if (left <= closes.micros - opens.micros) return {opens.micros + left};
        left -= closes.micros - opens.micros;
    }
    return {from.micros + left};
}

std::int64_t BusinessCalendar::business_minutes(base::Instant from, base::Instant to) const
{
    std::int64_t sum = 0;
    for (base::Date date = local_date(from); date <= local_date(to); ++date.days) {
        if (!is_business_day(date)) continue;
        const base::Instant opens = std::max(from, at(date, hours_.from_minute));
        const base::Instant closes = std::min(to, at(date, hours_.to_minute));
        if (closes > opens) sum += closes.micros - opens.micros;
    }
    return sum / micros_per_minute;
}

}  // namespace engine::process
