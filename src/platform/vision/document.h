// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/vision/image.h>

#include <array>
#include <optional>

namespace platform::vision {

/// ISO/IEC 7810 ID-1 (85.60 mm × 53.98 mm) at about 300 dots an inch.
inline constexpr int card_width = 1012;
inline constexpr int card_height = 638;

/// A flat card found in a photograph and made rectangular.
struct Card {
    Image picture{};  // card_width × card_height; may stand on its head.
    std::array<Point, 4>
        corners;         // In the photograph, clockwise from what is top left in `picture`.
    float coverage = 0;  // Share of the photograph that the card takes.
};

/// Finds the one largest ID-1 shaped quadrilateral, at any rotation and moderate perspective, and
/// warps it. The long side is level; which of the two ways is up is for the reader to find out.
/// Nothing where no such outline is seen, as when the card fills the picture.
std::optional<Card> find_card(const Image& photograph);

/// All of `image` scaled to a card, turned by a quarter where it is higher than wide.
Image as_card(const Image& image);

}  // namespace platform::vision
