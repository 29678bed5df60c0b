// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/number.h>

namespace bank::clearing {

std::string digits_of(std::string_view number)
{
    std::string digits;
    for (const char c : number) {
        if (c == ' ' || c == '-') continue;
        if (c < '0' || c > '9') return {};
        digits += c;
    }
    return digits;
}

base::Result<std::string> read_number(std::string_view number)
{
    constexpr std::size_t shortest = 8;
    constexpr std::size_t longest = 34;  // Max34Text of the messages.
    std::string digits = digits_of(number);
    if (digits.size() < shortest || digits.size() > longest)
        return base::invalid("clearing.number_malformed", "an account number has 8 to 34 digits");
    return digits;
}

}  // namespace bank::clearing
