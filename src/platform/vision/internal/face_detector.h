// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/vision/internal/net.h>

#include <opencv2/core.hpp>

#include <array>
#include <filesystem>
#include <vector>

namespace platform::vision {

/// A first look at a face: where it is and how it leans.
struct Sighting {
    cv::Rect2f box;
    float confidence = 0;
    cv::Point2f right_eye, left_eye;
};

/// The detector for near faces (BlazeFace, 128 × 128): sees faces wider than about a seventh of
/// its square; smaller ones are found by looking at parts of the picture.
class FaceDetector {
public:
    explicit FaceDetector(const std::filesystem::path& models);

    std::vector<Sighting> find(const cv::Mat& picture, float smallest_share) const;

private:
    void look(const cv::Mat& picture, const cv::Rect& part, std::vector<Sighting>& out) const;

    Net net_;
    std::vector<cv::Point2f> anchors_;
};

}  // namespace platform::vision
