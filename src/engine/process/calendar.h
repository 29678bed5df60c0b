// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace engine::process {

/// When an institution works: weekdays, days off, working weekends, hours, in its own zone.
class BusinessCalendar {
public:
    struct Hours {
        int from_minute = 9 * 60;  // Of the local day.
        int to_minute = 17 * 60;
    };

    /// Every day works from 00:00 to 24:00 UTC.
    BusinessCalendar();

    /// `weekend` by weekday, Monday first. Days in `off` are off though the weekday works, those in
    /// `working` work though it is a weekend. Errors: calendar.zone_unknown,
    /// calendar.hours_invalid, calendar.never_works.
    static base::Result<BusinessCalendar> make(std::string_view zone, Hours hours,
                                               std::array<bool, 7> weekend,
                                               std::set<base::Date> off,
                                               std::set<base::Date> working);

    bool is_business_day(base::Date date) const;
    bool is_open(base::Instant instant) const;

    /// The instant `minutes` of business time after `from`; time outside business hours does not
    /// count. Zero minutes outside hours: the next opening.
    base::Instant add_business_minutes(base::Instant from, std::int64_t minutes) const;

    /// Business time between two instants, in whole minutes; zero where `to` is not later.
    std::int64_t business_minutes(base::Instant from, base::Instant to) const;

    base::Date local_date(base::Instant instant) const;

    /// The instant at which the local day reads `minute` of `date`.
    base::Instant at(base::Date date, int minute) const;

    const Hours& hours() const { return hours_; }
    const std::string& zone() const { return zone_; }
    std::optional<std::uint16_t> zone_id() const { return zone_id_; }

private:
    std::string zone_ = "UTC";
    std::optional<std::uint16_t> zone_id_;
    Hours hours_{0, 24 * 60};
    std::array<bool, 7> weekend_{};
    std::set<base::Date> off_;
    std::set<base::Date> working_;
};

}  // namespace engine::process
