// SPDX-License-Identifier: Apache-2.0
#include <bank/account/number.h>

#include <algorithm>

namespace bank::account {

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

}  // namespace

char luhn_digit(std::string_view digits)
{
    int sum = 0;
    bool twice = true;  // Counted from the right, the digit next to the check digit is doubled.
    for (auto it = digits.rbegin(); it != digits.rend(); ++it, twice = !twice) {
        const int value = (*it - '0') * (twice ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
    }
    return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string make_number(std::string_view prefix, std::int64_t serial)
{
    base::ensure(prefix.size() >= 4 && prefix.size() <= 7 && prefix.front() != '0' &&
                 std::all_of(prefix.begin(), prefix.end(), is_digit));
    base::ensure(serial >= 1 && serial <= 9'999'999'999);
    const std::string digits = std::to_string(serial);
    std::string number{prefix};
    number.append(10 - digits.size(), '0').append(digits);
    number += luhn_digit(number);
    return number;
}

base::Result<std::string> read_number(std::string_view text)
{
    std::string digits;
    for (const char c : text) {
        if (c == ' ' || c == '-') continue;
        if (!is_digit(c) || digits.size() == 18) {
            return base::invalid("account.number_malformed", "an account number is digits only");
        }
        digits += c;
    }
    if (digits.size() < 12) {
        return base::invalid("account.number_malformed", "the account number is too short");
    }
    if (luhn_digit(std::string_view{digits}.substr(0, digits.size() - 1)) != digits.back()) {
        return base::invalid("account.number_mistyped", "the account number has a wrong digit");
    }
    return digits;
}

std::string masked_number(std::string_view number)
{
    if (number.size() < 12) return "****";
    return std::string{number.substr(0, 4)} + " **** **** " +
           std::string{number.substr(number.size() - 4)};
}

}  // namespace bank::account
