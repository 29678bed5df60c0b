// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/image.h>

/// Any bytes as a picture: refused or decoded within small limits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    (void)platform::vision::decode_image(
        bytes, {.max_bytes = 1U << 20U, .max_pixels = 1'000'000, .longest_side = 256});
    return 0;
}
