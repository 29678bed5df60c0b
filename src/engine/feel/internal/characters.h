// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace engine::feel {

struct Character {
    std::uint32_t code;  // 0xFFFD for a byte that is not UTF-8.
    std::size_t length;  // In bytes, at least 1.
};

/// The character that starts at byte `at` of UTF-8 `text`; `at` must be within.
Character character_at(std::string_view text, std::size_t at);

void append_character(std::string& text, std::uint32_t code);

/// FEEL's grammar rules 61 and 62 (blanks), 28 and 29 (what names start with and go on with; the
/// point, the apostrophe and the signs of rule 30 are not among them).
bool is_blank(std::uint32_t code);
bool is_name_start(std::uint32_t code);
bool is_name_part(std::uint32_t code);

/// How many characters, and the byte at which the character of that number (from 0) starts.
std::size_t character_count(std::string_view text);
std::size_t byte_of_character(std::string_view text, std::size_t number);

/// By Unicode's simple mappings, and "SS" for the sharp s; the language does not matter.
std::string upper_case_of(std::string_view text);
std::string lower_case_of(std::string_view text);

}  // namespace engine::feel
