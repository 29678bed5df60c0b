// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace platform::decimal {

enum class Rounding { up, down, half_up, half_down, half_even, floor, ceiling };

/// A decimal floating-point number of 34 digits, exponents -6143 to 6144: IEEE 754-2008 decimal128,
/// in the binary integer encoding of Intel's library.
///
/// Arithmetic rounds half to even at the 34th digit. What has no finite answer (x/0, ln of a
/// negative, overflow) yields a number that is not finite; callers ask `is_finite` and refuse.
/// 1.0 and 1.00 are equal.
class Decimal {
public:
    Decimal() : Decimal(0) {}
    Decimal(std::int64_t value);

    /// Reads [+-]digits[.digits][e[+-]digits], also ".5" and "5.". More than 34 significant digits
    /// are rounded. Errors: decimal.malformed, decimal.out_of_range (too large; too small is zero).
    static base::Result<Decimal> parse(std::string_view text);

    /// The shortest decimal that reads back as `value`; not finite where `value` is not.
    static Decimal from_double(double value);

    bool is_finite() const;
    bool is_zero() const;
    bool is_negative() const;  // Zero of either sign is not negative.
    bool is_integer() const;

    /// Without exponent, as many decimals as it carries ("12.50", "1000"); up to 6,145 characters.
    std::string to_string() const;

    /// As `to_string`, without zeros at the end of the fraction: equal numbers give equal texts.
    std::string to_canonical() const;

    /// The value where it is an integer of that range.
    std::optional<std::int64_t> to_integer() const;
    double to_double() const;

    friend Decimal operator+(Decimal a, Decimal b);
    friend Decimal operator-(Decimal a, Decimal b);
    friend Decimal operator*(Decimal a, Decimal b);
    friend Decimal operator/(Decimal a, Decimal b);
    Decimal operator-() const;
    Decimal absolute() const;

    /// The remainder with the sign of `divisor`: a - divisor * floor(a / divisor), exact.
    Decimal modulo(Decimal divisor) const;

    /// To `scale` decimals (negative: tens, hundreds …); unchanged where it has no more than that.
    Decimal rounded(int scale, Rounding mode) const;

    Decimal square_root() const;
    Decimal exponential() const;
    Decimal natural_logarithm() const;

    /// Exact where the answer has at most 34 digits and `exponent` is an integer up to 10,000.
    Decimal power(Decimal exponent) const;

    friend bool operator==(Decimal a, Decimal b) { return (a <=> b) == 0; }
    friend std::partial_ordering operator<=>(Decimal a, Decimal b);

private:
    struct Bits {
        std::array<std::uint64_t, 2> words;  // Low, high.
    };
    explicit Decimal(Bits bits) : bits_(bits) {}
    friend struct Access;

    Bits bits_;
};

}  // namespace platform::decimal
