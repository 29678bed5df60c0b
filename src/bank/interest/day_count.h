// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace bank::interest {

/// How days become a part of a year. The text forms are those of day_count_text.
enum class DayCount : std::uint8_t {
    actual_360,          // ISDA 2006 4.16(e); demand deposits in China.
    actual_365_fixed,    // 4.16(d)
    actual_actual_isda,  // 4.16(b)
    actual_actual_icma,  // 4.16(c), ICMA rule 251
    actual_actual_afb,   // Association Française des Banques, Base Exact/Exact, 1994
    thirty_360_bond,     // 4.16(f), also "360/360"
    thirty_360_us,       // SIA: Standard Securities Calculation Methods, with end-of-February rule
    thirty_e_360,        // 4.16(g), Eurobond; ISMA 251
    thirty_e_360_isda,   // 4.16(h); ACTUS 30E/360ISDA
    thirty_365,          // ISO 20022 A003: 30-day months over a year of 365 days
};

/// "ACT/360", "ACT/365F", "ACT/ACT-ISDA", "ACT/ACT-ICMA", "ACT/ACT-AFB", "30/360", "30/360-US",
/// "30E/360", "30E/360-ISDA", "30/365".
std::string_view to_string(DayCount convention);

/// Reads what to_string writes and the usual other names ("Act/Act ISDA", "A/360", "30E/360
/// Eurobond", "Act/Act ISMA" …); case, blanks and hyphens do not count. Errors:
/// interest.day_count_unknown.
base::Result<DayCount> parse_day_count(std::string_view text);

/// A part of a year, exact and in lowest terms; the denominator is positive.
struct Fraction {
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;

    friend bool operator==(Fraction, Fraction) = default;
};

/// The sum, in lowest terms. Aborts where it does not fit 64 bits.
Fraction add(Fraction a, Fraction b);

/// What some conventions need to know beyond the two days.
struct Period {
    // The regular coupon period that start lies in or next to (ACT/ACT-ICMA). Absent: from start to
    // end.
    std::optional<base::Date> reference_start = {};
    std::optional<base::Date> reference_end = {};
    // The day on which the deal ends: 30E/360-ISDA keeps a last day of February that is it.
    std::optional<base::Date> termination = {};
};

/// The days from `start` (counted) to `end` (not counted) as the convention counts them; negative
/// where `end` is earlier.
std::int64_t days_between(DayCount convention, base::Date start, base::Date end,
                          const Period& period = {});

/// The part of a year from `start` to `end`, exact; negative where `end` is earlier.
Fraction year_fraction(DayCount convention, base::Date start, base::Date end,
                       const Period& period = {});

}  // namespace bank::interest
