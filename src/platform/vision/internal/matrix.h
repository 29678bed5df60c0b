// SPDX-License-Identifier: Apache-2.0
#pragma once

// Only for sources of this module: our pictures as OpenCV sees them.

#include <platform/vision/image.h>

namespace cv {
class Mat;
}

namespace platform::vision {

/// OpenCV works on the calling thread alone: pictures are read side by side on threads of their
/// own. To be called before any picture is looked at; while one is, OpenCV's pool must not change.
void keep_to_own_thread();

/// A view of `image`, which must outlive it and is not to be written through it.
cv::Mat as_matrix(const Image& image);

/// A copy of 8-bit, three-channel pixels.
Image as_image(const cv::Mat& pixels);

}  // namespace platform::vision
