// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstdint>
#include <string_view>

namespace platform::vision {

enum class PictureFormat { jpeg, png, webp };

/// The format by the first bytes. Errors: vision.unreadable_picture.
base::Result<PictureFormat> picture_format(std::string_view bytes);

/// The orientation tag of a JPEG's EXIF block, 1 to 8; 1 where there is none or it is odd.
/// Source: CIPA DC-008-2019, 4.6.4 A and 4.7.2.
int exif_orientation(std::string_view jpeg);

}  // namespace platform::vision
