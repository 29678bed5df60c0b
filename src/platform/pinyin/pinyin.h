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

/// A person's name in small ASCII letters, one blank between syllables: 曾小明 → "zeng xiao ming"
/// (surnames as surnames are read), "Ægir" → "aegir". What has no such letters stays. Any thread.
/// Source: CLDR transforms Han-Latin/Names and Any-Latin, by ICU.
std::string of_name(std::string_view name);

/// The first letter of each part of what of_name wrote: "zeng xiao ming" → "zxm".
std::string initials(std::string_view of_name);

}  // namespace platform::pinyin
