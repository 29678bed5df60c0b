// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace platform::pinyin {

/// How Chinese text sounds: a syllable without tones for each character ("白塔区" → bai, ta, qu).
/// What is written in letters or figures stays, in lower case, a word each; the rest is left out.
/// Of characters with several readings it is the most common one. Some 10 µs a character; any
/// thread. Source: CLDR transform Han-Latin, by ICU.
std::vector<std::string> syllables(std::string_view utf8);

}  // namespace platform::pinyin
