// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/catalog.h>

#include <string>
#include <vector>

namespace bank::catalog::internal {

/// What services are asked for by, prepared for search. Immutable.
class SearchIndex {
public:
    explicit SearchIndex(const std::vector<ServicePtr>& services);

    std::vector<Hit> search(std::string_view words, std::size_t limit) const;

private:
    struct Phrase {
        std::u32string text;   // Normalised.
        std::u32string wish;   // Without the words that carry none.
        std::string initials;  // Of its pinyin; empty where it is not Chinese.
        std::u32string sound;  // The whole pinyin of `wish`, without blanks.
        double weight = 1;
    };
    struct Entry {
        ServicePtr service;
        std::vector<Phrase> phrases;
    };

    static Phrase prepare(std::string_view text, double weight);
    static double score(const Phrase& phrase, const Phrase& query);

    std::vector<Entry> entries_;
};

/// Lower case, without blanks and punctuation; full-width letters made ordinary.
std::u32string normalised(std::string_view utf8);

/// First letters of the pinyin of the common characters (GB 2312 level 1 is ordered by pinyin);
/// other letters stay, what is not known is left out.
std::string pinyin_initials(std::u32string_view text);

}  // namespace bank::catalog::internal
