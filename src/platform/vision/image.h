// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace platform::vision {

struct Point {
    float x = 0;  // Pixels to the right of the left edge.
    float y = 0;  // Pixels below the top edge.
};

struct Box {
    float x = 0, y = 0, width = 0, height = 0;  // Pixels.
};

/// An upright picture in memory: rows of blue, green, red bytes from the top, without padding.
struct Image {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> pixels;  // width · height · 3.

    bool empty() const { return pixels.empty(); }
};

struct ImageLimits {
    std::size_t max_bytes = 12U << 20U;
    std::int64_t max_pixels = 64'000'000;  // As the header declares, before anything is decoded.
    int longest_side = 2400;               // A larger picture is reduced to this.
};

/// Decodes a JPEG, PNG or WebP, upright by its EXIF orientation. Never reads beyond `bytes`, never
/// allocates for a picture over the limits. Errors: vision.unreadable_picture (another format,
/// broken, cut short, under 16 pixels a side), vision.picture_too_large.
base::Result<Image> decode_image(std::string_view bytes, const ImageLimits& limits = {});

/// A JPEG of `image`, quality 1 to 100.
std::string encode_jpeg(const Image& image, int quality = 90);

/// `image` within `box` (clipped), and `image` turned by quarter turns clockwise (0 to 3).
Image crop(const Image& image, const Box& box);
Image rotated(const Image& image, int quarter_turns);

/// What can be said of a picture before reading it; shares and brightness are 0 to 1.
struct Quality {
    float sharpness = 0;    // Variance of the Laplacian at 640 pixels' width; under 40 is blurred.
    float glare_share = 0;  // Of the pixels, those that are white without texture.
    float brightness = 0;   // Mean grey.
};

Quality measure_quality(const Image& image);

}  // namespace platform::vision
