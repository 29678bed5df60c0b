// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <atomic>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
struct Instant {
    std::int64_t micros = 0;

    friend auto operator<=>(Instant, Instant) = default;
};

inline constexpr std::int64_t micros_per_second = 1'000'000;

inline Instant after_seconds(Instant from, std::int64_t seconds)
{
    return {from.micros + seconds * micros_per_second};
}

/// A calendar date of the proleptic Gregorian calendar: days since 1970-01-01. A bank's business
/// date is one.
struct Date {
    std::int32_t days = 0;

    friend auto operator<=>(Date, Date) = default;
};

struct YearMonthDay {
    int year;
    int month;  // 1 to 12.
    int day;    // 1 to 31.
};

/// Errors: date.impossible (no such day, or a year outside 1 to 9999).
Result<Date> make_date(int year, int month, int day);
YearMonthDay civil(Date date);

/// "2026-11-21". Errors of parse_date: date.malformed, date.impossible.
std::string to_string(Date date);
Result<Date> parse_date(std::string_view text);

/// RFC 3339 in UTC with microseconds where they are not zero ("2026-11-21T08:00:00Z",
/// "…00.000250Z").
std::string to_string(Instant instant);

/// Reads RFC 3339, any offset, up to nine fraction digits (cut to microseconds). Errors:
/// instant.malformed.
Result<Instant> parse_instant(std::string_view text);

/// The local date of `instant` at a fixed offset from UTC. China has had +08:00 without summer time
/// since 1991.
Date local_date(Instant instant, int utc_offset_minutes);

/// Whole years of age on `today` of a person born on `born`; on 29 February the birthday of common
/// years is 1 March (民法典 art. 1259 and GB practice: the day itself completes the year).
int age_on(Date born, Date today);

/// Where the time comes from: the machine in service, a test's hand in tests. Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
public:
    Instant now() const override;
};

/// A clock that stands still until told.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Instant start) : micros_(start.micros) {}
    Instant now() const override { return {micros_.load()}; }
    void set(Instant instant) { micros_ = instant.micros; }
    void advance_seconds(std::int64_t seconds) { micros_ += seconds * micros_per_second; }

private:
    std::atomic<std::int64_t> micros_;
};

}  // namespace base
