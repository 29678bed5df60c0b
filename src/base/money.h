// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

/// An ISO 4217 currency; its code identifies it.
struct Currency {
    std::string_view code;  // Interned ("CNY"): lives as long as the program.
    int minor_digits;       // Decimal places: CNY 2, JPY 0, KWD 3.

    friend auto operator<=>(Currency a, Currency b) { return a.code <=> b.code; }
    friend bool operator==(Currency a, Currency b) { return a.code == b.code; }
};

/// An exact amount of one currency, counted in minor units (fen, cents). Never floating point.
struct Money {
    std::int64_t minor_units;
    Currency currency;

    friend bool operator==(const Money&, const Money&) = default;
};

/// Sum and difference. Errors: money.currency_mismatch, money.overflow.
Result<Money> add(Money a, Money b);
Result<Money> subtract(Money a, Money b);

/// Reads the decimal string of the API ("12.50"): digits, at most `currency.minor_digits` decimals,
/// no sign, no exponent, no grouping, no blanks. Errors: money.malformed, money.overflow.
Result<Money> parse_money(std::string_view text, Currency currency);

/// The decimal string of the API, with all minor digits ("12.50", "-0.05").
std::string to_decimal(Money amount);

}  // namespace base
