// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>
#include <engine/process/calendar.h>

#include <optional>
#include <string_view>

namespace bank::standing {

enum class Rhythm : std::uint8_t { delayed, once, weekly, monthly, quarterly };
std::string_view to_string(Rhythm rhythm);
/// Errors: standing.rhythm_unknown.
base::Result<Rhythm> parse_rhythm(std::string_view name);

/// What is done with a date on which the bank does not work.
enum class Holiday : std::uint8_t { same_day, next_day, day_before };
std::string_view to_string(Holiday holiday);
/// Errors: standing.holiday_unknown.
base::Result<Holiday> parse_holiday(std::string_view name);

/// When an order is done.
struct Terms {
    Rhythm rhythm = Rhythm::once;
    base::Date first = {};  // `delayed`: the day on which it was asked.
    // `monthly`, `quarterly`: the day of the month, 1 to 31; in shorter months the last.
    int day = 1;
    Holiday holiday = Holiday::same_day;
    std::optional<base::Date> until = {};  // The last date it may fall on.
    std::optional<int> times = {};         // At most so often.
};

/// The date in the row of `terms` after `date`, by the rhythm alone; none after the last. `done` is
/// how often it was done or skipped, `date` included.
std::optional<base::Date> next_after(const Terms& terms, base::Date date, int done);

/// The first date of `terms`: `first` itself, or for months the first such day from it on.
base::Date first_of(const Terms& terms);

/// The day on which `date` is done.
base::Date moved(base::Date date, Holiday holiday,
                 const engine::process::BusinessCalendar& calendar);

}  // namespace bank::standing
