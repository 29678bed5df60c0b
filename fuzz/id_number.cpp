// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/id_number.h>

#include <base/ensure.h>

/// Any text as an identity number: what is accepted is 18 characters with the right check digit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto number = bank::identity::parse_id_number(text, base::Date{20778});
    if (number) {
        const std::string& s = number.value().text;
        base::ensure(s.size() == 18 &&
                     bank::identity::id_check_character(s.substr(0, 17)) == s[17]);
    }
    base::ensure(bank::identity::masked_id_number(text).size() <= 19);
    return 0;
}
