// SPDX-License-Identifier: Apache-2.0
#include <base/id.h>

#include <array>

namespace base {

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int digit_of(char c)
{
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'I' || c == 'L') c = '1';
    if (c == 'O') c = '0';
    const auto place = alphabet.find(c);
    return place == std::string_view::npos ? -1 : static_cast<int>(place);
}

}  // namespace

std::string id_text(std::uint64_t value)
{
    std::string text(13, '0');
    for (auto it = text.rbegin(); it != text.rend(); ++it, value >>= 5) *it = alphabet[value & 31];
    return text;
}

Result<std::uint64_t> parse_id_text(std::string_view text)
{
    const auto malformed = [] {
        return invalid("id.malformed", "an id has 13 letters and digits");
    };
    if (text.size() != 13) return malformed();
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int digit = digit_of(text[i]);
        if (digit < 0 || (i == 0 && digit > 15)) return malformed();
        value = (value << 5) | static_cast<std::uint64_t>(digit);
    }
    return value;
}

}  // namespace base
