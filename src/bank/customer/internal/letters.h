// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bank::customer {

/// What a reader sees as one letter: a code point with the combining marks, joiners and selectors
/// that follow it (an approximation of UAX #29 that never splits an accent from its letter).
struct Letter {
    std::string text;
    bool ideograph;  // Han, kana or hangul: names are written without blanks between words.
};

/// The letters of `text`, at most 256; what is not UTF-8 or a control character becomes U+FFFD. At
/// most 8 marks stay with a letter.
std::vector<Letter> letters_of(std::string_view text);

}  // namespace bank::customer
