// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bank::bill::internal {

/// A name as people may write it.
struct Key {
    std::u32string text;   // In characters, or in English letters without blanks.
    std::string pinyin;    // Joined; empty for English.
    std::string initials;  // Of the pinyin.
    double weight = 1;
    bool letters = false;  // The text has nothing but letters and figures.
};

Key key_of(std::string_view name, double weight);

/// Lower case, without punctuation; full-width letters made ordinary. Blanks stay as single ones.
/// At most 30 characters.
std::u32string normalised(std::string_view utf8);

/// A part of a query, prepared once for the thousands of names that it is held to.
struct Part {
    std::u32string text;
    std::string typed;  // The same, where it is of letters and figures.
    bool letters = false;
};
Part part_of(std::u32string_view text);

enum class Care { exact, one_wrong };

/// How well a part stands for the name: 0 (not at all) to 1.
double score(const Part& part, const Key& key, Care care);
/// The best of several names.
double score(const Part& part, const std::vector<Key>& keys, Care care);

}  // namespace bank::bill::internal
