// SPDX-License-Identifier: Apache-2.0
#include <platform/pinyin/pinyin.h>

#include <base/ensure.h>

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <memory>

namespace platform::pinyin {

namespace {

/// Making one takes tens of milliseconds; using one changes nothing in it.
const icu::Transliterator& transliterator()
{
    static const std::unique_ptr<icu::Transliterator> made = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<icu::Transliterator> one{icu::Transliterator::createInstance(
            "Han-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status)};
        base::ensure(U_SUCCESS(status) && one != nullptr);
        return one;
    }();
    return *made;
}

bool is_word_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::vector<std::string> syllables(std::string_view utf8)
{
    auto text = icu::UnicodeString::fromUTF8(
        icu::StringPiece{utf8.data(), static_cast<std::int32_t>(utf8.size())});
    transliterator().transliterate(text);
    std::string latin;
    text.toUTF8String(latin);
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

}  // namespace platform::pinyin
