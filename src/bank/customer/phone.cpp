// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/phone.h>

namespace bank::customer {

namespace {

constexpr std::size_t max_text = 32;

base::Error malformed()
{
    return base::invalid("customer.phone_malformed",
                         "this is not a phone number: 11 digits, or + and the country code");
}

bool is_mainland_mobile(std::string_view digits)
{
    return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3';
}

}  // namespace

base::Result<std::string> normal_phone(std::string_view text)
{
    if (text.size() > max_text) return malformed();
    std::string number;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (digit || (c == '+' && number.empty())) {
            number += c;
        } else if (c != ' ' && c != '-' && c != '(' && c != ')') {
            return malformed();
        }
    }
    if (number.starts_with("00")) number.replace(0, 2, "+");
    if (number.starts_with("+86") && is_mainland_mobile(std::string_view(number).substr(3))) {
        return number.substr(3);
    }
    if (is_mainland_mobile(number)) return number;
    // ITU-T E.164: at most 15 digits, no country code starts with 0; +86 is done above.
    const bool international = number.starts_with('+') && number.size() >= 8 &&
                               number.size() <= 16 && number[1] != '0' &&
                               !number.starts_with("+86");
    if (!international) return malformed();
    return number;
}

}  // namespace bank::customer
