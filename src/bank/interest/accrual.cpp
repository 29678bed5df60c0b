// SPDX-License-Identifier: Apache-2.0
#include <bank/interest/accrual.h>

#include <base/ensure.h>

#include <algorithm>
#include <limits>
#include <string>

namespace bank::interest {

namespace {

__extension__ using WideParts = __int128;

constexpr std::int64_t year_parts = parts_of_minor_unit / rate_unit;
constexpr std::size_t rate_decimals = 4;  // Of percent: two more make millionths.

Accrued accrued_of(WideParts parts)
{
    const WideParts whole = parts / parts_of_minor_unit;
    base::ensure(whole <= std::numeric_limits<std::int64_t>::max());
    return {static_cast<std::int64_t>(whole),
            static_cast<std::int64_t>(parts % parts_of_minor_unit)};
}

}  // namespace

base::Result<std::int64_t> parse_rate(std::string_view percent)
{
    const auto malformed = [&] {
        return base::invalid("interest.rate_malformed",
                             "\"" + std::string{percent} +
                                 "\" is no rate in percent, 0 to 100 with at most four decimals");
    };
    std::int64_t value = 0;
    std::size_t decimals = 0;
    bool point = false;
    bool digits = false;
    for (const char c : percent) {
        if (c == '.' && !point && digits) {
            point = true;
            digits = false;
            continue;
        }
        if (c < '0' || c > '9' || (point && decimals == rate_decimals)) return malformed();
        value = value * 10 + (c - '0');
        if (value > 100 * rate_unit) return malformed();
        decimals += point ? 1 : 0;
        digits = true;
    }
    if (!digits) return malformed();
    for (; decimals < rate_decimals; ++decimals) value *= 10;
    if (value > rate_unit) return malformed();
    return value;
}

Accrued plus(Accrued a, Accrued b)
{
    std::int64_t parts = a.parts + b.parts;
    std::int64_t whole = 0;
    base::ensure(!__builtin_add_overflow(a.whole, b.whole, &whole));
    if (parts >= parts_of_minor_unit) {
        parts -= parts_of_minor_unit;
        base::ensure(!__builtin_add_overflow(whole, 1, &whole));
    }
    return {whole, parts};
}

Accrued minus(Accrued a, Accrued b)
{
    std::int64_t parts = a.parts - b.parts;
    std::int64_t whole = a.whole - b.whole;
    if (parts < 0) {
        parts += parts_of_minor_unit;
        --whole;
    }
    base::ensure(whole >= 0);
    return {whole, parts};
}

std::int64_t rounded_half_up(Accrued accrued)
{
    return accrued.whole + (accrued.parts * 2 >= parts_of_minor_unit ? 1 : 0);
}

Accrued earn(const Rates& rates, std::int64_t balance, base::Date start, base::Date end)
{
    base::ensure(start <= end && end.days - start.days <= 400);
    if (balance <= 0 || rates.bands.empty()) return {};
    const Fraction year = year_fraction(rates.day_count, start, end);
    base::ensure(year_parts % year.denominator == 0);
    const std::int64_t time = year.numerator * (year_parts / year.denominator);
    // Each part of the balance earns the rate of its band. Below 2^63 · 2^20 in all, times a time
    // below 2^21.
    WideParts rate_sum = 0;
    for (std::size_t i = 0; i < rates.bands.size(); ++i) {
        const auto& band = rates.bands[i];
        if (balance <= band.from) break;
        const std::int64_t to =
            i + 1 < rates.bands.size() ? std::min(balance, rates.bands[i + 1].from) : balance;
        rate_sum += static_cast<WideParts>(to - band.from) * band.rate;
    }
    return accrued_of(rate_sum * time);
}

}  // namespace bank::interest
