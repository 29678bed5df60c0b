// SPDX-License-Identifier: Apache-2.0
#include <platform/pinyin/pinyin.h>

#include <base/ensure.h>

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace platform::pinyin {

namespace {

/// Making one takes tens of milliseconds.
std::unique_ptr<const icu::Transliterator> make(const char* transforms)
{
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<const icu::Transliterator> made{
        icu::Transliterator::createInstance(transforms, UTRANS_FORWARD, status)};
    base::ensure(U_SUCCESS(status) != 0 && made != nullptr);
    return made;
}

std::string transliterated(const icu::Transliterator& transliterator, std::string_view utf8)
{
    auto text = icu::UnicodeString::fromUTF8(
        icu::StringPiece{utf8.data(), static_cast<std::int32_t>(utf8.size())});
    transliterator.transliterate(text);
    std::string latin;
    text.toUTF8String(latin);
    return latin;
}

bool is_word_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::vector<std::string> syllables(std::string_view utf8)
{
    static const auto transliterator = make("Han-Latin; Latin-ASCII; Lower");
    const std::string latin = transliterated(*transliterator, utf8);
    std::vector<std::string> words;
    bool inside = false;
    for (const char c : latin) {
        const bool letter = is_word_letter(c);
        if (letter && !inside) words.emplace_back();
        if (letter) words.back() += c;
        inside = letter;
    }
    return words;
}

std::string of_name(std::string_view name)
{
    // Any-Latin keeps a cache of its own that two threads must not fill at once.
    static std::mutex mutex;
    const std::lock_guard lock{mutex};
    static const auto transliterator = make("Han-Latin/Names; Any-Latin; Latin-ASCII; Lower");
    std::string made = transliterated(*transliterator, name);
    made.erase(
        std::unique(made.begin(), made.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
        made.end());
    return made;
}

std::string initials(std::string_view of_name)
{
    std::string made;
    bool first = true;
    for (const char c : of_name) {
        if (first && c != ' ') made += c;
        first = c == ' ';
    }
    return made;
}

}  // namespace platform::pinyin
