// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/identity/internal/card_text.h>

#include <base/result.h>
#include <platform/vision/image.h>
#include <platform/vision/text_reader.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace bank::identity {

/// A printed label with its place on the card, in shares of width and height.
struct TemplateLabel {
    std::string_view text;
    float x, y;  // Its centre.
};

/// One side of a card, upright, with its rows and the labels that were found.
struct Reading {
    platform::vision::Image picture{};
    platform::vision::Quality quality{};  // Of the card alone.
    std::vector<Row> rows{};
    std::vector<std::optional<Label>> labels{};  // In the order of the template.
    bool number_row = false;  // Front: a row of 17 or 18 digits stands where the number belongs.

    std::size_t labels_found() const;

    /// The glyphs right of label `i` in its row, up to label `until` where that follows in the row.
    std::span<const Glyph> after(std::size_t i, std::optional<std::size_t> until = {}) const;
};

enum class CardSide { front, back };

/// Finds the card in a photograph, turns it upright and reads it as `side`. Errors:
/// identity.card_wrong_side, identity.not_an_id_card, identity.card_unreadable, vision.*.
base::Result<Reading> read_side(std::string_view photograph, CardSide side,
                                platform::vision::TextReader& text);

/// Reads one line in the place [x0, x1] around the height `y` of the printed template, wherever the
/// labels say that this is in the picture.
std::vector<Glyph> read_place(const Reading& reading, CardSide side, float x0, float x1, float y,
                              platform::vision::TextReader& text);

/// The same height in the picture for a height of the template.
float height_of(const Reading& reading, CardSide side, float y);

inline base::Error card_unreadable()
{
    return base::invalid("identity.card_unreadable",
                         "The print cannot be read: use more light, less glare, a steady hand.");
}

}  // namespace bank::identity
