// SPDX-License-Identifier: Apache-2.0
#include <platform/decimal/decimal.h>

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <bid_conf.h>
// bid_functions.h wants what bid_conf.h has just defined.
#include <bid_functions.h>
#pragma GCC diagnostic pop

#include <bit>
#include <charconv>

namespace platform::decimal {

struct Access {
    static BID_UINT128 raw(Decimal value)
    {
        BID_UINT128 out;
        out.w[0] = value.bits_.words[0];
        out.w[1] = value.bits_.words[1];
        return out;
    }
    static Decimal wrap(BID_UINT128 value)
    {
        return Decimal(Decimal::Bits{{value.w[0], value.w[1]}});
    }
};

namespace {

BID_UINT128 raw(Decimal value)
{
    return Access::raw(value);
}

Decimal wrap(BID_UINT128 value)
{
    return Access::wrap(value);
}

constexpr unsigned half_even = BID_ROUNDING_TO_NEAREST;
constexpr int exponent_bias = 6176;
constexpr std::uint64_t sign_bit = 1ULL << 63;
constexpr std::uint64_t coefficient_mask = (1ULL << 49) - 1;

/// A finite number with a small coefficient, the common case, which plain integers answer.
struct Small {
    std::int64_t coefficient;
    int exponent;
};

std::optional<Small> small(const BID_UINT128& value)
{
    constexpr std::uint64_t special = 3ULL << 61;
    if ((value.w[1] & special) == special) return std::nullopt;
    if ((value.w[1] & coefficient_mask) != 0 || value.w[0] >> 62 != 0) return std::nullopt;
    const auto magnitude = static_cast<std::int64_t>(value.w[0]);
    const int exponent = static_cast<int>((value.w[1] >> 49) & 0x3FFF) - exponent_bias;
    return Small{(value.w[1] & sign_bit) != 0 ? -magnitude : magnitude, exponent};
}

BID_UINT128 from_integer(std::int64_t value, int exponent)
{
    BID_UINT128 out;
    out.w[0] =
        value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    out.w[1] = static_cast<std::uint64_t>(exponent + exponent_bias) << 49;
    if (value < 0) out.w[1] |= sign_bit;
    return out;
}

int exponent_of(BID_UINT128 value)
{
    return static_cast<int>((value.w[1] >> 49) & 0x3FFF) - exponent_bias;
}

bool is_well_formed(std::string_view text)
{
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t from = at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
        return at - from;
    };
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    std::size_t count = digits();
    if (at < text.size() && text[at] == '.') {
        ++at;
        count += digits();
    }
    if (count == 0) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (digits() == 0) return false;
    }
    return at == text.size();
}

}  // namespace

Decimal::Decimal(std::int64_t value) : bits_{}
{
    const BID_UINT128 bits = from_integer(value, 0);
    bits_.words = {bits.w[0], bits.w[1]};
}

base::Result<Decimal> Decimal::parse(std::string_view text)
{
    if (!is_well_formed(text)) return base::invalid("decimal.malformed", "This is not a number.");
    std::string copy(text);
    _IDEC_flags flags = 0;
    const Decimal value = wrap(bid128_from_string(copy.data(), half_even, &flags));
    if (!value.is_finite())
        return base::invalid("decimal.out_of_range", "The number is beyond 10 to the power 6144.");
    return value;
}

Decimal Decimal::from_double(double value)
{
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size() - 1, value);
    *end.ptr = '\0';
    _IDEC_flags flags = 0;
    return wrap(bid128_from_string(text.data(), half_even, &flags));
}

bool Decimal::is_finite() const
{
    return bid128_isFinite(raw(*this)) != 0;
}

bool Decimal::is_zero() const
{
    return bid128_isZero(raw(*this)) != 0;
}

bool Decimal::is_negative() const
{
    return bid128_isSigned(raw(*this)) != 0 && !is_zero();
}

bool Decimal::is_integer() const
{
    if (!is_finite()) return false;
    if (const auto value = small(raw(*this)); value && value->exponent >= 0) return true;
    _IDEC_flags flags = 0;
    return *this == wrap(bid128_round_integral_zero(raw(*this), &flags));
}

std::string Decimal::to_string() const
{
    std::array<char, 64> text{};
    _IDEC_flags flags = 0;
    bid128_to_string(text.data(), raw(*this), &flags);  // "+1234E-2"
    const std::string_view all = text.data();
    const std::size_t mark = all.find('E');
    if (mark == std::string_view::npos) return std::string(all);  // "+NaN", "-Inf"
    int exponent = 0;
    const std::size_t from = all[mark + 1] == '+' ? mark + 2 : mark + 1;
    std::from_chars(all.data() + from, all.data() + all.size(), exponent);
    std::string digits(all.substr(1, mark - 1));
    if (exponent > 0 && digits != "0") digits.append(static_cast<std::size_t>(exponent), '0');
    if (exponent < 0) {
        const auto decimals = static_cast<std::size_t>(-exponent);
        if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
        digits.insert(digits.size() - decimals, 1, '.');
    }
    return is_negative() ? "-" + digits : digits;
}

std::string Decimal::to_canonical() const
{
    std::string text = to_string();
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::optional<std::int64_t> Decimal::to_integer() const
{
    if (const auto value = small(raw(*this)); value && value->exponent == 0)
        return value->coefficient;
    if (!is_integer()) return std::nullopt;
    _IDEC_flags flags = 0;
    const std::int64_t value = bid128_to_int64_int(raw(*this), &flags);
    if ((flags & BID_INVALID_EXCEPTION) != 0) return std::nullopt;
    return value;
}

double Decimal::to_double() const
{
    _IDEC_flags flags = 0;
    return bid128_to_binary64(raw(*this), half_even, &flags);
}

Decimal operator+(Decimal a, Decimal b)
{
    const BID_UINT128 x = raw(a);
    const BID_UINT128 y = raw(b);
    const auto left = small(x);
    const auto right = small(y);
    if (left && right && left->exponent == right->exponent && left->coefficient != 0) {
        const std::int64_t sum = left->coefficient + right->coefficient;  // Both below 2^62.
        if (sum != 0) return wrap(from_integer(sum, left->exponent));
    }
    _IDEC_flags flags = 0;
    return wrap(bid128_add(x, y, half_even, &flags));
}

Decimal operator-(Decimal a, Decimal b)
{
    return a + (-b);
}

Decimal operator*(Decimal a, Decimal b)
{
    _IDEC_flags flags = 0;
    return wrap(bid128_mul(raw(a), raw(b), half_even, &flags));
}

Decimal operator/(Decimal a, Decimal b)
{
    _IDEC_flags flags = 0;
    return wrap(bid128_div(raw(a), raw(b), half_even, &flags));
}

Decimal Decimal::operator-() const
{
    return wrap(bid128_negate(raw(*this)));
}

Decimal Decimal::absolute() const
{
    return wrap(bid128_abs(raw(*this)));
}

Decimal Decimal::modulo(Decimal divisor) const
{
    _IDEC_flags flags = 0;
    const Decimal rest = wrap(bid128_fmod(raw(*this), raw(divisor), &flags));
    if (rest.is_zero() || rest.is_negative() == divisor.is_negative()) return rest;
    return rest + divisor;
}

Decimal Decimal::rounded(int scale, Rounding mode) const
{
    if (!is_finite() || exponent_of(raw(*this)) >= -scale) return *this;
    unsigned direction = half_even;
    switch (mode) {
        case Rounding::up:
            direction = is_negative() ? BID_ROUNDING_DOWN : BID_ROUNDING_UP;
            break;
        case Rounding::down:
            direction = BID_ROUNDING_TO_ZERO;
            break;
        case Rounding::half_up:
            direction = BID_ROUNDING_TIES_AWAY;
            break;
        case Rounding::floor:
            direction = BID_ROUNDING_DOWN;
            break;
        case Rounding::ceiling:
            direction = BID_ROUNDING_UP;
            break;
        case Rounding::half_even:
        case Rounding::half_down:
            break;
    }
    _IDEC_flags flags = 0;
    const BID_UINT128 unit = from_integer(1, -scale);
    if (mode == Rounding::half_down) {
        // A tie goes towards zero; everything else to the nearest.
        const Decimal low = wrap(bid128_quantize(raw(*this), unit, BID_ROUNDING_TO_ZERO, &flags));
        const Decimal rest = (*this - low).absolute();
        direction = rest + rest == wrap(unit) ? BID_ROUNDING_TO_ZERO : half_even;
    }
    return wrap(bid128_quantize(raw(*this), unit, direction, &flags));
}

Decimal Decimal::square_root() const
{
    _IDEC_flags flags = 0;
    return wrap(bid128_sqrt(raw(*this), half_even, &flags));
}

Decimal Decimal::exponential() const
{
    _IDEC_flags flags = 0;
    return wrap(bid128_exp(raw(*this), half_even, &flags));
}

Decimal Decimal::natural_logarithm() const
{
    _IDEC_flags flags = 0;
    return wrap(bid128_log(raw(*this), half_even, &flags));
}

Decimal Decimal::power(Decimal exponent) const
{
    _IDEC_flags flags = 0;
    const auto whole = exponent.to_integer();
    if (whole && *whole >= -10'000 && *whole <= 10'000) {
        BID_UINT128 product = raw(Decimal(1));
        BID_UINT128 square = raw(*this);
        for (std::int64_t left = *whole < 0 ? -*whole : *whole; left != 0; left /= 2) {
            if (left % 2 != 0) product = bid128_mul(product, square, half_even, &flags);
            if (left > 1) square = bid128_mul(square, square, half_even, &flags);
        }
        if (*whole < 0) product = bid128_div(raw(Decimal(1)), product, half_even, &flags);
        if ((flags & BID_INEXACT_EXCEPTION) == 0) return wrap(product);
        flags = 0;
    }
    return wrap(bid128_pow(raw(*this), raw(exponent), half_even, &flags));
}

std::partial_ordering operator<=>(Decimal a, Decimal b)
{
    const BID_UINT128 x = raw(a);
    const BID_UINT128 y = raw(b);
    const auto left = small(x);
    const auto right = small(y);
    if (left && right && left->exponent == right->exponent)
        return left->coefficient <=> right->coefficient;
    _IDEC_flags flags = 0;
    if (bid128_quiet_unordered(x, y, &flags) != 0) return std::partial_ordering::unordered;
    if (bid128_quiet_equal(x, y, &flags) != 0) return std::partial_ordering::equivalent;
    return bid128_quiet_less(x, y, &flags) != 0 ? std::partial_ordering::less
                                                : std::partial_ordering::greater;
}

}  // namespace platform::decimal
