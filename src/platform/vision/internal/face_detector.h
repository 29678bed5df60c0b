// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/vision/image.h>
#include <platform/vision/internal/net.h>

#include <filesystem>
#include <vector>

namespace cv {
class Mat;
}

namespace platform::vision {

/// A first look at a face: where it is and how it leans.
struct Sighting {
    Box box{};
    float confidence = 0;
    Point right_eye{}, left_eye{};
};

/// The detector for near faces (BlazeFace, 128 × 128): sees faces wider than about a seventh of
/// its square; smaller ones are found by looking at parts of the picture.
class FaceDetector {
public:
    explicit FaceDetector(const std::filesystem::path& models);

    std::vector<Sighting> find(const cv::Mat& picture, float smallest_share) const;

private:
    /// Looks at the square with its corner at (x, y); it may reach over the picture's edge.
    void look(const cv::Mat& picture, int x, int y, int side, std::vector<Sighting>& out) const;

    Net net_;
    std::vector<Point> anchors_;
};

}  // namespace platform::vision
