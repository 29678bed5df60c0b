// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>
#include <engine/process/calendar.h>
#include <platform/sql/book.h>

#include <atomic>
#include <cstdint>
#include <span>

namespace bank::business_day {

/// The tables of this module.
std::span<const platform::sql::Migration> migrations();

/// Which calendar days an institution books on.
enum class Days : std::uint8_t {
    every,    // Each day is one, as banks that pay around the clock book.
    working,  // The working days of the calendar; what happens on the others counts for the next.
};

struct Rules {
    engine::process::BusinessCalendar calendar = {};
    int cut_over_minute =
        24 * 60;  // Of the local day on which the business date ends; 720 to 1440.
    Days days = Days::every;
};

/// The business date of one institution, kept in its book.
///
/// It moves only by `close`, one business date at a time and never back, whatever the clock does:
/// an entry that is committed before the closing has the old date, each one after it the new one.
/// While no closing comes the old date goes on and everything else with it.
class BusinessDay {
public:
    /// Reads the book's date; a book that has none gets that of its clock. `book` is migrated.
    /// Throws platform::sql::Failure.
    BusinessDay(platform::sql::Book& book, Rules rules);

    /// The date that is open. In a unit of work: the date that its entries have. Any thread.
    base::Date date() const { return {date_.load(std::memory_order_relaxed)}; }

    /// The business date after `date`.
    base::Date after(base::Date date) const;

    /// When `date` ends by the clock.
    base::Instant ends_at(base::Date date) const;

    /// Whether the open date has ended by the clock, so that it is to be closed.
    bool has_ended(base::Instant now) const { return ends_at(date()) <= now; }

    /// The date that the clock alone would say.
    base::Date by_clock(base::Instant now) const;

    /// Closes `date` and opens the one after it, which is returned. Errors:
    /// business_day.not_open (another date is).
    base::Result<base::Date> close(platform::sql::Transaction& transaction, base::Date date);

    const Rules& rules() const { return rules_; }

private:
    const Rules rules_;
    std::atomic<std::int32_t> date_ = 0;
};

}  // namespace bank::business_day
