// SPDX-License-Identifier: Apache-2.0
#include <platform/transliteration/pinyin.h>

#include <base/ensure.h>

#include <unicode/translit.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace platform::transliteration {

std::string pinyin(std::string_view name)
{
    static std::mutex mutex;
    const std::lock_guard lock{mutex};
    static const std::unique_ptr<const icu::Transliterator> latin = [] {
        UErrorCode status = U_ZERO_ERROR;
        std::unique_ptr<const icu::Transliterator> made{icu::Transliterator::createInstance(
            "Han-Latin/Names; Any-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status)};
        base::ensure(U_SUCCESS(status) != 0 && made != nullptr);
        return made;
    }();
    icu::UnicodeString text = icu::UnicodeString::fromUTF8(
        icu::StringPiece{name.data(), static_cast<std::int32_t>(name.size())});
    latin->transliterate(text);
    std::string made;
    text.toUTF8String(made);
    made.erase(
        std::unique(made.begin(), made.end(), [](char a, char b) { return a == ' ' && b == ' '; }),
        made.end());
    return made;
}

std::string initials(std::string_view pinyin)
{
    std::string made;
    bool first = true;
    for (const char c : pinyin) {
        if (first && c != ' ') made += c;
        first = c == ' ';
    }
    return made;
}

}  // namespace platform::transliteration
