// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/internal/picture_header.h>

#include <cstddef>

namespace platform::vision {

namespace {

using namespace std::string_view_literals;

/// Reads whole numbers of either byte order, and zero beyond the end.
struct Bytes {
    std::string_view data;
    bool little = false;

    std::uint32_t at(std::size_t i) const
    {
        return i < data.size() ? static_cast<unsigned char>(data[i]) : 0U;
    }
    std::uint32_t u16(std::size_t i) const
    {
        return little ? at(i) | at(i + 1) << 8U : at(i) << 8U | at(i + 1);
    }
    std::uint32_t u32(std::size_t i) const
    {
        return little ? u16(i) | u16(i + 2) << 16U : u16(i) << 16U | u16(i + 2);
    }
};

/// The tag 0x0112 of the first directory of a TIFF block.
int tiff_orientation(std::string_view tiff)
{
    const bool little = tiff.starts_with("II*\0"sv);
    if (!little && !tiff.starts_with("MM\0*"sv)) return 1;
    const Bytes bytes{tiff, little};
    const std::size_t directory = bytes.u32(4);
    if (directory > tiff.size()) return 1;
    const std::uint32_t entries = bytes.u16(directory);
    for (std::size_t i = 0; i < entries && directory + 2 + 12 * i < tiff.size(); ++i) {
        const std::size_t entry = directory + 2 + 12 * i;
        if (bytes.u16(entry) != 0x0112) continue;
        const std::uint32_t value = bytes.u16(entry + 8);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

}  // namespace

base::Result<PictureFormat> picture_format(std::string_view bytes)
{
    if (bytes.starts_with("\xFF\xD8\xFF"sv)) return PictureFormat::jpeg;
    if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return PictureFormat::png;
    if (bytes.starts_with("RIFF"sv) && bytes.substr(0, 12).ends_with("WEBP"sv))
        return PictureFormat::webp;
    return base::invalid("vision.unreadable_picture", "This is not a JPEG, PNG or WebP picture.");
}

int exif_orientation(std::string_view jpeg)
{
    const Bytes bytes{jpeg};
    std::size_t at = 2;
    while (at + 4 <= jpeg.size() && bytes.at(at) == 0xFF) {
        const std::uint32_t marker = bytes.at(at + 1);
        const std::uint32_t length = bytes.u16(at + 2);
        if (marker == 0xDA || length < 2) return 1;  // The picture itself begins.
        const std::string_view segment = jpeg.substr(at + 4, length - 2);
        if (marker == 0xE1 && segment.starts_with("Exif\0\0"sv))
            return tiff_orientation(segment.substr(6));
        at += 2 + length;
    }
    return 1;
}

}  // namespace platform::vision
