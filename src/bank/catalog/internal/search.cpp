// SPDX-License-Identifier: Apache-2.0
#include <bank/catalog/internal/search.h>
#include <platform/pinyin/pinyin.h>

#include <algorithm>
#include <set>

namespace bank::catalog::internal {

namespace {

constexpr double least_score = 0.42;
constexpr std::size_t longest = 100;  // Characters of a query that count.

/// What people put around their wish.
constexpr std::u32string_view idle_words[] = {
    U"我想要", U"我想",    U"我要",   U"我需要", U"请问",  U"请帮我", U"帮我",  U"怎么",
    U"如何",   U"可以",    U"能不能", U"能",     U"想",    U"要",     U"一下",  U"一个",
    U"一张",   U"个",      U"张",     U"吗",     U"呢",    U"了",     U"的",    U"我",
    U"请",     U"iwantto", U"iwant",  U"howtoi", U"howto", U"please", U"idlike"};

/// One code point of UTF-8; 0xFFFD where it is none.
char32_t next(std::string_view text, std::size_t& at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at++);
    if (first < 0x80) return first;
    const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    if (more == 0) return 0xFFFD;
    char32_t code = static_cast<char32_t>(first & (0x3F >> more));
    for (int i = 0; i < more; ++i) {
        if (at >= text.size() || (byte(at) & 0xC0) != 0x80) return 0xFFFD;
        code = (code << 6) | (byte(at++) & 0x3F);
    }
    return code;
}

bool is_word(char32_t c)
{
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return c >= 0xC0 && !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x3000 && c <= 0x303F) &&
           !(c >= 0xFF00 && c <= 0xFFEF) && c != 0xFFFD;
}

std::u32string without_idle_words(std::u32string text)
{
    for (const auto word : idle_words) {
        for (auto at = text.find(word); at != std::u32string::npos; at = text.find(word)) {
            if (text.size() == word.size()) return text;
            text.erase(at, word.size());
        }
    }
    return text;
}

/// How much of the shorter text's neighbouring pairs the longer one holds: 0 to 1.
double shared_pairs(std::u32string_view part, std::u32string_view whole)
{
    if (part.size() < 2) return whole.find(part) != std::u32string_view::npos ? 1.0 : 0.0;
    std::size_t found = 0;
    for (std::size_t i = 0; i + 1 < part.size(); ++i) {
        found += whole.find(part.substr(i, 2)) != std::u32string_view::npos ? 1 : 0;
    }
    return static_cast<double>(found) / static_cast<double>(part.size() - 1);
}

/// 1 less the share of characters to change (Levenshtein, neighbours exchanged count once).
double likeness(std::u32string_view a, std::u32string_view b)
{
    if (a.empty() || b.empty()) return 0;
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return 1.0 -
           static_cast<double>(last[b.size()]) / static_cast<double>(std::max(a.size(), b.size()));
}

}  // namespace

std::u32string normalised(std::string_view utf8)
{
    std::u32string text;
    for (std::size_t at = 0; at < utf8.size() && text.size() < longest;) {
        char32_t c = next(utf8, at);
        if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;  // Full width.
        if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
        if (is_word(c)) text.push_back(c);
    }
    return text;
}

namespace {

/// How the text sounds, as one word of small letters.
std::u32string sound_of(std::u32string_view text)
{
    std::string utf8;
    for (const char32_t c : text) {
        if (c < 0x80) {
            utf8 += static_cast<char>(c);
        } else if (c < 0x800) {
            utf8 += static_cast<char>(0xC0 | (c >> 6));
            utf8 += static_cast<char>(0x80 | (c & 0x3F));
        } else if (c < 0x10000) {
            utf8 += static_cast<char>(0xE0 | (c >> 12));
            utf8 += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
            utf8 += static_cast<char>(0x80 | (c & 0x3F));
        }
    }
    std::u32string sound;
    for (const std::string& syllable : platform::pinyin::syllables(utf8))
        sound.append(syllable.begin(), syllable.end());
    return sound;
}

/// How well letters that were typed fit how a phrase sounds, whole or where it is said: mistyped
/// letters count less.
double sounds_like(std::u32string_view sound, std::u32string_view letters)
{
    constexpr std::size_t least_letters = 4;
    if (letters.size() < least_letters || sound.empty()) return 0;
    if (sound.find(letters) != std::u32string_view::npos) return 0.92;
    // Below, English words would sound like something.
    const double alike = likeness(sound, letters);
    return alike >= 0.7 ? 0.94 * alike : 0;
}

}  // namespace

SearchIndex::Phrase SearchIndex::prepare(std::string_view text, double weight)
{
    Phrase phrase;
    phrase.text = normalised(text);
    phrase.wish = without_idle_words(phrase.text);
    phrase.initials = pinyin_initials(phrase.text);
    phrase.sound = sound_of(phrase.wish);
    phrase.weight = weight;
    return phrase;
}

double SearchIndex::score(const Phrase& phrase, const Phrase& query)
{
    if (phrase.text.empty() || query.text.empty()) return 0;
    if (phrase.text == query.text) return phrase.weight;
    double best = 0.97 * likeness(phrase.text, query.text);
    best = std::max(best, 0.95 * likeness(phrase.wish, query.wish));
    if (phrase.wish.size() >= 2)
        best = std::max(best, 0.85 * shared_pairs(phrase.wish, query.wish));
    if (query.wish.size() >= 2) best = std::max(best, 0.8 * shared_pairs(query.wish, phrase.wish));
    if (query.wish.size() == 1) best = std::max(best, 0.5 * shared_pairs(query.wish, phrase.wish));
    // Typed in letters only: perhaps the initials ("kh" for 开户).
    const bool letters = std::all_of(query.text.begin(), query.text.end(),
                                     [](char32_t c) { return c >= 'a' && c <= 'z'; });
    if (letters && query.text.size() >= 2 && query.initials == phrase.initials) {
        best = std::max(best, 0.9);
    }
    if (letters) best = std::max(best, sounds_like(phrase.sound, query.text));
    return best * phrase.weight;
}

SearchIndex::SearchIndex(const std::vector<ServicePtr>& services)
{
    for (const ServicePtr& service : services) {
        Entry entry{service, {}};
        for (const auto& [language, text] : service->name)
            entry.phrases.push_back(prepare(text, 1.0));
        for (const auto& text : service->phrases) entry.phrases.push_back(prepare(text, 0.99));
        for (const auto& [language, text] : service->summary) {
            entry.phrases.push_back(prepare(text, 0.7));
        }
        entries_.push_back(std::move(entry));
    }
}

std::vector<Hit> SearchIndex::search(std::string_view words, std::size_t limit) const
{
    const Phrase query = prepare(words, 1.0);
    std::vector<Hit> hits;
    for (const Entry& entry : entries_) {
        double best = 0;
        for (const Phrase& phrase : entry.phrases) best = std::max(best, score(phrase, query));
        if (best >= least_score) hits.push_back({entry.service, best});
    }
    std::stable_sort(hits.begin(), hits.end(),
                     [](const Hit& a, const Hit& b) { return a.score > b.score; });
    if (hits.size() > limit) hits.resize(limit);
    return hits;
}

}  // namespace bank::catalog::internal
