// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/internal/matrix.h>

#include <base/ensure.h>

#include <opencv2/core.hpp>

#include <cstring>

namespace platform::vision {

void keep_to_own_thread()
{
    cv::setNumThreads(1);
}

cv::Mat as_matrix(const Image& image)
{
    return {image.height, image.width, CV_8UC3, const_cast<std::uint8_t*>(image.pixels.data())};
}

Image as_image(const cv::Mat& pixels)
{
    base::ensure(pixels.type() == CV_8UC3);
    Image image{pixels.cols, pixels.rows, {}};
    const std::size_t row = static_cast<std::size_t>(pixels.cols) * 3;
    image.pixels.resize(row * static_cast<std::size_t>(pixels.rows));
    for (int y = 0; y < pixels.rows; ++y)
        std::memcpy(image.pixels.data() + row * static_cast<std::size_t>(y), pixels.ptr(y), row);
    return image;
}

}  // namespace platform::vision
