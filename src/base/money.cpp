// SPDX-License-Identifier: Apache-2.0
#include <base/money.h>

namespace base {

namespace {

using CheckedOperation = bool (*)(std::int64_t, std::int64_t, std::int64_t*);

Result<Money> combine(Money a, Money b, CheckedOperation overflows)
{
    if (a.currency != b.currency) {
        return invalid("money.currency_mismatch", "amounts are in different currencies");
    }
    Money total{0, a.currency};
    if (overflows(a.minor_units, b.minor_units, &total.minor_units)) {
        return invalid("money.overflow", "amount exceeds 64 bits of minor units");
    }
    return total;
}

}  // namespace

Result<Money> add(Money a, Money b)
{
    return combine(a, b,
                   [](auto x, auto y, auto* sum) { return __builtin_add_overflow(x, y, sum); });
}

Result<Money> subtract(Money a, Money b)
{
    return combine(a, b,
                   [](auto x, auto y, auto* rest) { return __builtin_sub_overflow(x, y, rest); });
}

Result<Money> parse_money(std::string_view text, Currency currency)
{
    const auto malformed = [&] {
        return invalid("money.malformed", "an amount is digits with at most " +
                                              std::to_string(currency.minor_digits) +
                                              " decimals, such as 12.50");
    };
    const auto point = text.find('.');
    const auto decimals = point == std::string_view::npos ? 0 : text.size() - point - 1;
    const bool bad_point = point == 0 || (point != std::string_view::npos && decimals == 0);
    if (text.empty() || bad_point || decimals > static_cast<std::size_t>(currency.minor_digits))
        return malformed();

    std::int64_t minor = 0;
    bool overflow = false;
    const auto push = [&](int digit) {
        overflow |= __builtin_mul_overflow(minor, 10, &minor) ||
                    __builtin_add_overflow(minor, digit, &minor);
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == point) continue;
        if (text[i] < '0' || text[i] > '9') return malformed();
        push(text[i] - '0');
    }
    for (auto i = decimals; i < static_cast<std::size_t>(currency.minor_digits); ++i) push(0);
    if (overflow) return invalid("money.overflow", "amount exceeds 64 bits of minor units");
    return Money{minor, currency};
}

std::string to_decimal(Money amount)
{
    const auto digits = static_cast<std::size_t>(amount.currency.minor_digits);
    const auto magnitude = amount.minor_units < 0
                               ? ~static_cast<std::uint64_t>(amount.minor_units) + 1
                               : static_cast<std::uint64_t>(amount.minor_units);
    std::string text = std::to_string(magnitude);
    if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
    if (digits > 0) text.insert(text.size() - digits, 1, '.');
    return amount.minor_units < 0 ? "-" + text : text;
}

}  // namespace base
