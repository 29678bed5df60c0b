// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/vision/text_reader.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bank::identity {

/// A character on a card; coordinates are shares of the card's width and height.
struct Glyph {
    std::string text;
    float confidence = 0;
    float x = 0;
    std::size_t line = 0;  // Which of the reader's lines it is from.
};

/// Print at one height, from left to right, across the whole card.
struct Row {
    float y = 0;
    float height = 0;
    std::vector<Glyph> glyphs{};

    std::string text() const;
};

/// Lines joined to rows, top to bottom; blanks dropped, full-width forms made plain.
std::vector<Row> rows_of(const std::vector<platform::vision::TextLine>& lines, int width,
                         int height);

/// A printed label in a row: its glyphs are [begin, end).
struct Label {
    std::size_t row = 0, begin = 0, end = 0;
};

/// Finds `label` in the rows, with up to a third of its characters misread; labels of under four
/// characters must be whole.
std::optional<Label> find_label(const std::vector<Row>& rows, std::string_view label);

/// The characters of UTF-8 text; a broken byte is a character of its own.
std::vector<std::string> characters(std::string_view text);

/// One Han character of the basic block or extension A ("汉").
bool is_han(std::string_view character);

}  // namespace bank::identity
