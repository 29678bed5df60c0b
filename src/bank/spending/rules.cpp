// SPDX-License-Identifier: Apache-2.0
#include <bank/spending/rules.h>

#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

#include <algorithm>

namespace bank::spending {

namespace {

char small(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter(char c)
{
    return small(c) >= 'a' && small(c) <= 'z';
}

}  // namespace

bool says(std::string_view text, std::string_view word)
{
    const auto same = [](char a, char b) { return small(a) == small(b); };
    for (auto from = text.begin();; ++from) {
        from = std::search(from, text.end(), word.begin(), word.end(), same);
        if (from == text.end()) return false;
        const auto behind = from + static_cast<std::ptrdiff_t>(word.size());
        const bool begins =
            !is_letter(word.front()) || from == text.begin() || !is_letter(from[-1]);
        const bool ends = !is_letter(word.back()) || behind == text.end() || !is_letter(*behind);
        if (begins && ends) return true;
    }
}

Rules::Rules(const std::vector<catalog::Category>& categories) : categories_(categories)
{
    platform::crypto::Bytes message;
    const auto add = [&](std::string_view part) {
        platform::crypto::append_framed(message, platform::crypto::as_bytes(part));
    };
    for (const auto& category : categories) {
        add(category.code);
        add(category.own ? "own" : "");
        for (const auto& kind : category.kinds) add("kind " + kind);
        for (const auto& word : category.words) add("word " + word);
        for (const auto& name : category.counterparties) add("counterparty " + name);
    }
    version_ = platform::crypto::to_hex(platform::crypto::sha256(message)).substr(0, 16);
}

std::size_t Rules::category_of(const Subject& subject) const
{
    const auto any = [](const std::vector<std::string>& words, std::string_view text) {
        return std::any_of(words.begin(), words.end(),
                           [&](const std::string& word) { return says(text, word); });
    };
    for (std::size_t place = 0; place + 1 < categories_.size(); ++place) {
        const auto& category = categories_[place];
        if (category.own && subject.own) return place;
        if (std::find(category.kinds.begin(), category.kinds.end(), subject.kind) !=
            category.kinds.end()) {
            return place;
        }
        if (any(category.words, subject.purpose)) return place;
        if (any(category.counterparties, subject.counterparty)) return place;
    }
    return categories_.size() - 1;
}

}  // namespace bank::spending
