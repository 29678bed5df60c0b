// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/interest/day_count.h>

#include <base/clock.h>
#include <base/result.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace bank::interest {

/// Yearly rates in millionths: 0.05 % is 500.
inline constexpr std::int64_t rate_unit = 1'000'000;

/// Reads a rate in percent with at most four decimals ("0.05" → 500), 0 to 100.
/// Errors: interest.rate_malformed.
base::Result<std::int64_t> parse_rate(std::string_view percent);

/// From this part of a balance on (minor units), each further one earns `rate`.
struct Band {
    std::int64_t from = 0;
    std::int64_t rate = 0;  // Millionths a year.

    friend bool operator==(const Band&, const Band&) = default;
};

/// What a product pays. The bands rise strictly, the first from 0.
struct Rates {
    DayCount day_count = DayCount::actual_360;
    std::vector<Band> bands;
};

/// The common denominator of a day's part of a year under every convention of a deposit (360, 365,
/// 366), times rate_unit: accrued interest is counted in these parts of a minor unit and so is
/// exact, whatever rates it was earned at.
inline constexpr std::int64_t parts_of_minor_unit = 360LL * 73 * 61 * rate_unit;

/// Interest earned and not yet posted, exact: whole minor units, and parts of one.
struct Accrued {
    std::int64_t whole = 0;
    std::int64_t parts = 0;  // 0 to parts_of_minor_unit - 1.

    friend bool operator==(const Accrued&, const Accrued&) = default;
};

/// The sum. Aborts where it does not fit.
Accrued plus(Accrued a, Accrued b);

/// What is left of `a` after `b`, which is not more. Aborts where it is.
Accrued minus(Accrued a, Accrued b);

/// To the nearest minor unit, halves up: the only rounding that interest knows, done when it is
/// posted.
std::int64_t rounded_half_up(Accrued accrued);

/// What `balance` (minor units; a negative one earns nothing) earns from `start` to `end`, not
/// counted. The convention is not actual_actual_icma nor actual_actual_afb, which measure coupons.
/// The longest time is 400 days.
Accrued earn(const Rates& rates, std::int64_t balance, base::Date start, base::Date end);

}  // namespace bank::interest
