// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/internal/face_detector.h>

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace platform::vision {

namespace {

constexpr int side = 128;
constexpr std::size_t numbers_per_anchor = 16;
constexpr float least_confidence = .55F;
constexpr float same_face_overlap = .3F;
constexpr std::size_t most_faces = 16;

float shared(const Box& a, const Box& b)
{
    const float w = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
    const float h = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
    return std::max(w, 0.F) * std::max(h, 0.F);
}

float overlap(const Box& a, const Box& b)
{
    const float both = shared(a, b);
    return both / (a.width * a.height + b.width * b.height - both);
}

/// Keeps the surest of the sightings that overlap, at the mean place of all of them.
std::vector<Sighting> merged(std::vector<Sighting> all)
{
    std::ranges::sort(all, std::ranges::greater{}, &Sighting::confidence);
    std::vector<Sighting> out;
    while (!all.empty() && out.size() < most_faces) {
        const Sighting surest = all.front();
        Sighting mean{.confidence = surest.confidence};
        float weight = 0;
        const auto take = [&](float& sum, float value, float w) {
            sum += (value - sum) * w / (weight + w);
        };
        std::erase_if(all, [&](const Sighting& s) {
            const bool inside = shared(s.box, surest.box) > .7F * s.box.width * s.box.height;
            const float common = overlap(s.box, surest.box);
            if (!inside && common < same_face_overlap) return false;
            if (common > .5F) {
                const float w = s.confidence;
                take(mean.box.x, s.box.x, w);
                take(mean.box.y, s.box.y, w);
                take(mean.box.width, s.box.width, w);
                take(mean.box.height, s.box.height, w);
                take(mean.right_eye.x, s.right_eye.x, w);
                take(mean.right_eye.y, s.right_eye.y, w);
                take(mean.left_eye.x, s.left_eye.x, w);
                take(mean.left_eye.y, s.left_eye.y, w);
                weight += w;
            }
            return true;
        });
        out.push_back(mean);
    }
    return out;
}

}  // namespace

FaceDetector::FaceDetector(const std::filesystem::path& models)
    : net_(models, "face_detect.onnx", "t0", {"t175", "t174"})
{
    for (const auto& [cells, each] : {std::pair{16, 2}, std::pair{8, 6}})
        for (int y = 0; y < cells; ++y)
            for (int x = 0; x < cells; ++x)
                for (int i = 0; i < each; ++i)
                    anchors_.emplace_back(
                        (static_cast<float>(x) + .5F) / static_cast<float>(cells),
                        (static_cast<float>(y) + .5F) / static_cast<float>(cells));
}

void FaceDetector::look(const cv::Mat& picture, int x0, int y0, int extent,
                        std::vector<Sighting>& out) const
{
    const cv::Rect part{x0, y0, extent, extent};
    cv::Mat square = cv::Mat::zeros(side, side, CV_8UC3);
    const cv::Rect inside = part & cv::Rect{0, 0, picture.cols, picture.rows};
    const double scale = static_cast<double>(side) / part.width;
    const cv::Rect target =
        cv::Rect{cvRound((inside.x - part.x) * scale), cvRound((inside.y - part.y) * scale),
                 cvRound(inside.width * scale), cvRound(inside.height * scale)} &
        cv::Rect{0, 0, side, side};
    if (target.empty()) return;
    cv::resize(picture(inside), square(target), target.size(), 0, 0, cv::INTER_AREA);

    std::vector<float> values(3UL * side * side);
    for (int y = 0, i = 0; y < side; ++y)
        for (int x = 0; x < side; ++x, ++i)
            for (int c = 0; c < 3; ++c)  // Red first, -1 to 1.
                values[static_cast<std::size_t>((2 - c) * side * side + i)] =
                    static_cast<float>(square.at<cv::Vec3b>(y, x)[c]) / 127.5F - 1;
    const std::array<std::int64_t, 4> shape{1, 3, side, side};
    const std::vector<Tensor> result = net_.run(shape, values);

    const auto size = static_cast<float>(extent);
    for (std::size_t i = 0; i < anchors_.size(); ++i) {
        const float confidence = 1 / (1 + std::exp(-result[1].values[i]));
        if (confidence < least_confidence) continue;
        const float* n = result[0].values.data() + i * numbers_per_anchor;
        const auto point = [&](std::size_t at) {
            return Point{static_cast<float>(x0) + (anchors_[i].x + n[at] / side) * size,
                         static_cast<float>(y0) + (anchors_[i].y + n[at + 1] / side) * size};
        };
        const Point centre = point(0);
        const float width = n[2] / side * size, height = n[3] / side * size;
        out.push_back({{centre.x - width / 2, centre.y - height / 2, width, height},
                       confidence,
                       point(4),
                       point(6)});
    }
}

std::vector<Sighting> FaceDetector::find(const cv::Mat& picture, float smallest_share) const
{
    std::vector<Sighting> all;
    const int longer = std::max(picture.cols, picture.rows);
    look(picture, (picture.cols - longer) / 2, (picture.rows - longer) / 2, longer, all);
    // Overlapping squares of falling size until a face of the wanted width is large in one.
    const int shorter = std::min(picture.cols, picture.rows);
    for (float part = static_cast<float>(longer) / 2;
         part * .2F >= smallest_share * static_cast<float>(shorter) * .75F; part /= 2) {
        const int square = cvRound(part), step = cvRound(part * .5F);
        for (int y = 0; y + square / 2 < picture.rows; y += step)
            for (int x = 0; x + square / 2 < picture.cols; x += step)
                look(picture, x, y, square, all);
    }
    return merged(std::move(all));
}

}  // namespace platform::vision
