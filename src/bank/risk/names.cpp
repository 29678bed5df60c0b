// SPDX-License-Identifier: Apache-2.0
#include <bank/risk/sanctions.h>

#include <algorithm>

namespace bank::risk {

namespace {

/// The letters that A-Z look like with accents, U+00C0 to U+017F, each as its plain letters in
/// lower case; '.' where there is none.
constexpr std::string_view plain_c0 =
    "aaaaaa.ceeeeiiii.nooooo.ouuuuy..aaaaaa.ceeeeiiii.nooooo.ouuuuy.y";
constexpr std::string_view plain_100 =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllllnnnnnnn..oooooo..rrrrrr"
    "ssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

struct Decoded {
    char32_t letter;
    std::size_t bytes;
};

/// One code point; a byte that is not UTF-8 stands for itself.
Decoded decode(std::string_view text)
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = at(0);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0xC0 || text.size() < length) return {first, 1};
    char32_t letter = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) letter = letter << 6 | (at(i) & 0x3FU);
    return {letter, length};
}

void encode(char32_t c, std::string& into)
{
    const auto byte = [&](char32_t value) { into += static_cast<char>(value); };
    if (c < 0x80) {
        byte(c);
    } else if (c < 0x800) {
        byte(0xC0 | c >> 6);
        byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        byte(0xE0 | c >> 12);
        byte(0x80 | (c >> 6 & 0x3F));
        byte(0x80 | (c & 0x3F));
    } else {
        byte(0xF0 | c >> 18);
        byte(0x80 | (c >> 12 & 0x3F));
        byte(0x80 | (c >> 6 & 0x3F));
        byte(0x80 | (c & 0x3F));
    }
}

/// The letter as names are compared by it; 0 where it parts words, 1 where it is passed over.
char32_t folded(char32_t c)
{
    constexpr char32_t parts = 0;
    constexpr char32_t passed = 1;
    if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // Full width.
    if (c >= 'A' && c <= 'Z') return c + 32;
    if (c == '\'' || c == '.' || c == 0x2019 || (c >= 0x300 && c < 0x370)) return passed;
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : parts;
    if (c >= 0xC0 && c < 0xC0 + plain_c0.size()) {
        const char plain = plain_c0[c - 0xC0];
        return plain == '.' ? c : static_cast<char32_t>(plain);
    }
    if (c >= 0x100 && c < 0x100 + plain_100.size()) {
        const char plain = plain_100[c - 0x100];
        return plain == '.' ? c : static_cast<char32_t>(plain);
    }
    // Tone marks of pinyin.
    constexpr std::string_view plain_1cd = "aaiioouuuuuuuuuu";
    if (c >= 0x1CD && c < 0x1CD + plain_1cd.size()) {
        return static_cast<char32_t>(plain_1cd[c - 0x1CD]);
    }
    if (c >= 0x391 && c <= 0x3A9) return c + 32;  // Greek.
    if (c >= 0x410 && c <= 0x42F) return c + 32;  // Cyrillic.
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    const bool dot_or_blank = c == 0xA0 || c == 0xB7 || c == 0x2022 || c == 0x2027 || c == 0x30FB ||
                              c == 0x3000 || (c >= 0x2000 && c <= 0x2015) || c == 0x2C;
    return dot_or_blank ? parts : c;
}

std::vector<std::string> words_of(std::string_view name)
{
    std::vector<std::string> words(1);
    while (!name.empty()) {
        const auto [letter, bytes] = decode(name);
        name.remove_prefix(bytes);
        const char32_t c = folded(letter);
        if (c == 0) {
            if (!words.back().empty()) words.emplace_back();
        } else if (c != 1) {
            encode(c, words.back());
        }
    }
    return words;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string all;
    for (const std::string& word : words) all += word;
    return all;
}

}  // namespace

std::string comparable_name(std::string_view name)
{
    return joined(words_of(name));
}

std::string comparable_words(std::string_view name)
{
    auto words = words_of(name);
    std::sort(words.begin(), words.end());
    return joined(words);
}

}  // namespace bank::risk
