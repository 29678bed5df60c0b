// SPDX-License-Identifier: Apache-2.0
#include <bank/bill/internal/matching.h>

#include <platform/pinyin/pinyin.h>

#include <algorithm>

namespace bank::bill::internal {

namespace {

constexpr std::size_t longest_query = 30;

/// One code point of UTF-8; a blank where it is none.
char32_t code_point(std::string_view text, std::size_t& at)
{
    const auto first = static_cast<unsigned char>(text[at++]);
    if (first < 0x80) return first;
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    if (more == 0) return U' ';
    auto code = static_cast<char32_t>(first & (0x3F >> more));
    for (int i = 0; i < more; ++i) {
        if (at >= text.size() || (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) return U' ';
        code = (code << 6) | (static_cast<unsigned char>(text[at++]) & 0x3F);
    }
    return code;
}

bool is_letter(char32_t c)
{
    return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9');
}

bool is_han(char32_t c)
{
    return c >= 0x3400 && c <= 0x9FFF;
}

/// Whether one change (another character, one too many, one missing, two exchanged) makes them the
/// same.
template <class Text>
bool one_apart(Text a, Text b)
{
    if (a.size() > b.size() + 1 || b.size() > a.size() + 1) return false;
    std::size_t front = 0;
    while (front < a.size() && front < b.size() && a[front] == b[front]) ++front;
    const auto same = [&](std::size_t skip_a, std::size_t skip_b) {
        const auto rest_a = a.substr(std::min(a.size(), front + skip_a));
        return rest_a == b.substr(std::min(b.size(), front + skip_b));
    };
    if (same(1, 1) || same(1, 0) || same(0, 1)) return true;
    return front + 1 < a.size() && front + 1 < b.size() && a[front] == b[front + 1] &&
           a[front + 1] == b[front] && same(2, 2);
}

/// Two letters stand in the midst of many names and mean nothing there; a character does.
constexpr std::size_t letters_that_mean = 4;

template <class Text>
double written(Text part, Text name, double whole, bool letters)
{
    if (name.empty()) return 0;
    if (part == name) return whole;
    if (name.starts_with(part)) return whole * 0.92;
    if (letters && part.size() < letters_that_mean) return 0;
    return name.find(part) == Text::npos ? 0 : whole * 0.8;
}

}  // namespace

std::u32string normalised(std::string_view utf8)
{
    std::u32string text;
    for (std::size_t at = 0; at < utf8.size() && text.size() < longest_query;) {
        char32_t c = code_point(utf8, at);
        if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // Full width.
        if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
        if (is_letter(c) || is_han(c)) {
            text.push_back(c);
        } else if (!text.empty() && text.back() != U' ' && c != U'\'') {
            text.push_back(U' ');
        }
    }
    while (!text.empty() && text.back() == U' ') text.pop_back();
    return text;
}

Key key_of(std::string_view name, double weight)
{
    Key key{normalised(name), {}, {}, weight, false};
    std::erase(key.text, U' ');
    key.letters = std::all_of(key.text.begin(), key.text.end(), is_letter);
    if (!key.text.empty() && is_han(key.text.front())) {
        for (const auto& syllable : platform::pinyin::syllables(name)) {
            key.pinyin += syllable;
            key.initials += syllable.front();
        }
    }
    return key;
}

Part part_of(std::u32string_view text)
{
    Part part{std::u32string{text}, {}, std::all_of(text.begin(), text.end(), is_letter)};
    if (part.letters) part.typed.assign(text.begin(), text.end());
    return part;
}

double score(const Part& part, const Key& key, Care care)
{
    const std::u32string_view text = part.text;
    const std::string_view typed = part.typed;
    const bool letters = part.letters;
    double best = 0;
    // Letters alone are in no name of characters, and the reverse.
    if (letters == key.letters || !letters) {
        best = written(text, std::u32string_view{key.text}, 1.0, letters);
    }
    if (letters) {
        best = std::max(best, written(typed, std::string_view{key.pinyin}, 0.98, true));
        // Initials are read from the front only: "sf" in the midst of another name means nothing.
        if (!key.initials.empty() && key.initials.starts_with(typed)) {
            best = std::max(best, typed.size() == key.initials.size() ? 0.95 : 0.8);
        }
        if (care == Care::one_wrong && typed.size() >= 4 && !key.pinyin.empty() &&
            one_apart(typed, std::string_view{key.pinyin})) {
            best = std::max(best, 0.6);
        }
    }
    if (care == Care::one_wrong && text.size() >= (letters ? 4U : 3U) &&
        one_apart(text, std::u32string_view{key.text})) {
        best = std::max(best, 0.6);
    }
    return best * key.weight;
}

double score(const Part& part, const std::vector<Key>& keys, Care care)
{
    double best = 0;
    for (const Key& key : keys) best = std::max(best, score(part, key, care));
    return best;
}

}  // namespace bank::bill::internal
