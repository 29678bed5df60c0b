// SPDX-License-Identifier: Apache-2.0
#include <bank/customer/internal/letters.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace bank::customer {

namespace {

constexpr std::size_t max_letters = 256;
constexpr std::size_t max_marks = 8;
constexpr std::string_view replacement = "\xef\xbf\xbd";

using Range = std::pair<char32_t, char32_t>;

constexpr std::array marks{
    Range{0x0300, 0x036f},   Range{0x0483, 0x0489},  Range{0x0591, 0x05c7}, Range{0x0610, 0x061a},
    Range{0x064b, 0x065f},   Range{0x0900, 0x0903},  Range{0x093a, 0x094f}, Range{0x0e31, 0x0e31},
    Range{0x0e34, 0x0e3a},   Range{0x0e47, 0x0e4e},  Range{0x0f71, 0x0f84}, Range{0x0f8d, 0x0fbc},
    Range{0x1ab0, 0x1aff},   Range{0x1dc0, 0x1dff},  Range{0x200c, 0x200d}, Range{0x20d0, 0x20ff},
    Range{0x302a, 0x302f},   Range{0x3099, 0x309a},  Range{0xfe00, 0xfe0f}, Range{0xfe20, 0xfe2f},
    Range{0x1f3fb, 0x1f3ff}, Range{0xe0100, 0xe01ef}};

constexpr std::array ideographs{
    Range{0x2e80, 0x2fdf}, Range{0x3005, 0x3007}, Range{0x3040, 0x30ff}, Range{0x3400, 0x4dbf},
    Range{0x4e00, 0x9fff}, Range{0xac00, 0xd7a3}, Range{0xf900, 0xfaff}, Range{0x20000, 0x323af}};

template <std::size_t n>
bool within(char32_t c, const std::array<Range, n>& ranges)
{
    for (const auto& [first, last] : ranges) {
        if (c >= first && c <= last) return true;
    }
    return false;
}

struct Decoded {
    char32_t point;
    std::size_t bytes;  // Zero where this is not UTF-8.
};

Decoded decode(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t count = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < count) return {0, 0};
    char32_t point = lead & (0xffU >> (count + 1));
    for (std::size_t i = 1; i < count; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) return {0, 0};
        point = (point << 6) | (byte(i) & 0x3fU);
    }
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = point >= 0xd800 && point <= 0xdfff;
    if (point < least[count] || point > 0x10ffff || surrogate) return {0, 0};
    return {point, count};
}

}  // namespace

std::vector<Letter> letters_of(std::string_view text)
{
    std::vector<Letter> letters;
    std::size_t marks_here = 0;
    while (!text.empty() && letters.size() < max_letters) {
        const Decoded next = decode(text);
        const bool readable = next.bytes > 0 && next.point >= 0x20 && next.point != 0x7f;
        const std::size_t length = std::max<std::size_t>(next.bytes, 1);
        const std::string_view piece = readable ? text.substr(0, length) : replacement;
        const bool joined = !letters.empty() && letters.back().text.ends_with("\xe2\x80\x8d");
        if (readable && !letters.empty() && (joined || within(next.point, marks))) {
            if (marks_here++ < max_marks) letters.back().text += piece;
        } else {
            letters.push_back({std::string(piece), readable && within(next.point, ideographs)});
            marks_here = 0;
        }
        text.remove_prefix(length);
    }
    return letters;
}

}  // namespace bank::customer
