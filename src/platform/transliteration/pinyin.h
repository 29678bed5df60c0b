// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace platform::transliteration {

/// `name` in small ASCII letters, a Chinese character's syllable apart from the next: 曾小明 →
/// "zeng xiao ming" (surnames as surnames are read), "Ægir" → "aegir". What has no such letters
/// stays. Thread-safe.
std::string pinyin(std::string_view name);

/// The first letter of each part: "zeng xiao ming" → "zxm".
std::string initials(std::string_view pinyin);

}  // namespace platform::transliteration
