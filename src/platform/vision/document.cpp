// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/document.h>
#include <platform/vision/internal/matrix.h>

#include <base/ensure.h>

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace platform::vision {

namespace {

using Quad = std::array<cv::Point2f, 4>;

constexpr int search_side = 512;
constexpr double least_coverage = .08;
constexpr double most_coverage = .97;
constexpr double ratio = static_cast<double>(card_width) / card_height;

double length(cv::Point2f a, cv::Point2f b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

/// Four corners of an outline, where it has a fair claim to be a quadrilateral.
std::optional<Quad> four_corners(const std::vector<cv::Point>& outline)
{
    std::vector<cv::Point> hull, corners;
    cv::convexHull(outline, hull);
    const double around = cv::arcLength(hull, true);
    for (const double tolerance : {.015, .02, .03, .04, .06}) {
        cv::approxPolyDP(hull, corners, tolerance * around, true);
        if (corners.size() <= 4) break;
    }
    if (corners.size() != 4) return std::nullopt;
    Quad quad;
    std::ranges::transform(corners, quad.begin(), [](cv::Point p) { return cv::Point2f(p); });
    // A card's corners are round: the outline may bulge over the lines between, but little.
    if (cv::contourArea(hull) < .88 * cv::contourArea(corners)) return std::nullopt;
    return quad;
}

Quad clockwise(Quad quad)
{
    const cv::Point2f u = quad[1] - quad[0], v = quad[2] - quad[1];
    if (u.cross(v) < 0) std::swap(quad[1], quad[3]);
    return quad;
}

/// Each side as the line through the outline's points near its middle part, so that rounded corners
/// do not pull; corners where these lines meet.
Quad refined(const Quad& rough, const std::vector<cv::Point>& outline)
{
    std::array<cv::Vec4f, 4> lines;
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Point2f a = rough[i], b = rough[(i + 1) % 4], along = (b - a) / length(a, b);
        std::vector<cv::Point2f> near;
        for (const cv::Point& point : outline) {
            const cv::Point2f d = cv::Point2f(point) - a;
            const double along_share = d.dot(along) / length(a, b);
            const double off = std::abs(d.cross(along));
            if (along_share > .12 && along_share < .88 && off < .025 * length(a, b) + 2)
                near.push_back(cv::Point2f(point));
        }
        if (near.size() < 8) return rough;
        cv::fitLine(near, lines[i], cv::DIST_HUBER, 0, .01, .01);
    }
    Quad out;
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Vec4f& p = lines[(i + 3) % 4];
        const cv::Vec4f& q = lines[i];
        const float cross = p[0] * q[1] - p[1] * q[0];
        if (std::abs(cross) < .2F) return rough;
        const float t = ((q[2] - p[2]) * q[1] - (q[3] - p[3]) * q[0]) / cross;
        out[i] = {p[2] + t * p[0], p[3] + t * p[1]};
        if (length(out[i], rough[i]) > .1 * length(rough[0], rough[2])) return rough;
    }
    return out;
}

/// The share of a side along which the colour changes from outside to inside; 0 at the edge of the
/// picture, where nothing can be said.
double support(const cv::Mat& lab, cv::Point2f a, cv::Point2f b)
{
    constexpr int samples = 40;
    constexpr float off = 3.5F;
    constexpr double least_step = 9;
    const cv::Point2f along = (b - a) / length(a, b), outward{along.y, -along.x};
    const cv::Rect2f inside{0, 0, static_cast<float>(lab.cols), static_cast<float>(lab.rows)};
    int seen = 0;
    for (int i = 0; i < samples; ++i) {
        const cv::Point2f p = a + (b - a) * ((static_cast<float>(i) + .5F) / samples);
        const cv::Point2f in = p - outward * off, out = p + outward * off;
        if (!inside.contains(in) || !inside.contains(out)) continue;
        const cv::Vec3b u = lab.at<cv::Vec3b>(in), v = lab.at<cv::Vec3b>(out);
        if (cv::norm(cv::Vec3d(u) - cv::Vec3d(v)) > least_step) ++seen;
    }
    return static_cast<double>(seen) / samples;
}

/// How much a quadrilateral, clockwise, looks like a card, 0 for not at all.
double score(const Quad& quad, const cv::Mat& lab)
{
    const std::vector<cv::Point2f> corners(quad.begin(), quad.end());
    const double area = cv::contourArea(corners) / lab.size().area();
    if (area < least_coverage || area > most_coverage || !cv::isContourConvex(corners)) return 0;
    const double a = (length(quad[0], quad[1]) + length(quad[2], quad[3])) / 2;
    const double b = (length(quad[1], quad[2]) + length(quad[3], quad[0])) / 2;
    const double off = std::abs(std::log(std::max(a, b) / std::min(a, b) / ratio));
    if (off > .35) return 0;
    double skew = 0, weakest = 1, sum = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Point2f u = quad[(i + 3) % 4] - quad[i], v = quad[(i + 1) % 4] - quad[i];
        skew = std::max(skew, std::abs(u.dot(v)) / (cv::norm(u) * cv::norm(v)));
        const double side = support(lab, quad[i], quad[(i + 1) % 4]);
        weakest = std::min(weakest, side);
        sum += side;
    }
    if (skew > .5 || weakest < .3) return 0;
    return area * (1 - off) * (1 - skew) * std::pow(sum / 4, 3);
}

/// Black and white pictures in one of which the card should be one piece.
std::vector<cv::Mat> masks(const cv::Mat& seen)
{
    cv::Mat lab, smooth, edges;
    cv::bilateralFilter(seen, smooth, 7, 40, 5);
    cv::cvtColor(smooth, lab, cv::COLOR_BGR2Lab);
    std::vector<cv::Mat> channels, out;
    cv::split(lab, channels);
    const cv::Mat kernel = cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3});
    const cv::Mat wide = cv::getStructuringElement(cv::MORPH_ELLIPSE, {7, 7});
    for (const auto& [low, high] : {std::pair{20, 60}, std::pair{50, 120}}) {
        cv::Mat all = cv::Mat::zeros(seen.size(), CV_8U);
        for (const cv::Mat& channel : channels) {
            cv::Canny(channel, edges, low, high);
            all |= edges;
        }
        cv::dilate(all, all, kernel);
        out.push_back(all.clone());
        cv::morphologyEx(all, all, cv::MORPH_CLOSE, wide);
        out.push_back(all);
    }
    for (const cv::Mat& channel : channels) {
        cv::Mat mask;
        cv::threshold(channel, mask, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
        cv::morphologyEx(mask, mask, cv::MORPH_CLOSE, wide);
        out.push_back(mask.clone());
        cv::bitwise_not(mask, mask);
        out.push_back(mask);
    }
    // What differs from the picture's border in colour.
    cv::Mat border = cv::Mat::ones(seen.size(), CV_8U), difference, mask;
    border(cv::Rect{8, 8, seen.cols - 16, seen.rows - 16}) = 0;
    cv::absdiff(lab, cv::mean(lab, border), difference);
    std::vector<cv::Mat> parts;
    cv::split(difference, parts);
    cv::addWeighted(parts[1], 1, parts[2], 1, 0, mask);
    cv::addWeighted(mask, 1, parts[0], .5, 0, mask);
    cv::threshold(mask, mask, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
    cv::morphologyEx(mask, mask, cv::MORPH_CLOSE, wide);
    out.push_back(mask);
    return out;
}

/// Starting so that the first side is a long one and its start is the upper left.
Quad ordered(Quad quad)
{
    if (length(quad[0], quad[1]) + length(quad[2], quad[3]) <
        length(quad[1], quad[2]) + length(quad[3], quad[0]))
        std::ranges::rotate(quad, quad.begin() + 1);
    if (quad[1].x < quad[0].x) std::ranges::rotate(quad, quad.begin() + 2);
    return quad;
}

}  // namespace

std::optional<Card> find_card(const Image& photograph)
{
    base::ensure(!photograph.empty());
    const cv::Mat picture = as_matrix(photograph);
    const double scale = static_cast<double>(search_side) / std::max(picture.cols, picture.rows);
    cv::Mat seen;
    cv::resize(picture, seen, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    if (std::min(seen.cols, seen.rows) < 64) return std::nullopt;

    cv::Mat lab, smooth;
    cv::GaussianBlur(seen, smooth, {}, 1.2);
    cv::cvtColor(smooth, lab, cv::COLOR_BGR2Lab);
    Quad best{};
    double best_score = 0;
    for (const cv::Mat& mask : masks(seen)) {
        std::vector<std::vector<cv::Point>> outlines;
        cv::findContours(mask, outlines, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
        for (const auto& outline : outlines) {
            if (cv::boundingRect(outline).area() < least_coverage * seen.size().area()) continue;
            const std::optional<Quad> rough = four_corners(outline);
            if (!rough) continue;
            const Quad quad = clockwise(refined(*rough, outline));
            if (const double value = score(quad, lab); value > best_score) {
                best_score = value;
                best = quad;
            }
        }
    }
    if (best_score <= 0) return std::nullopt;

    const Quad corners = ordered(best);
    Quad from;
    std::ranges::transform(corners, from.begin(), [&](cv::Point2f p) { return p / scale; });
    const Quad to{cv::Point2f{0, 0}, {card_width, 0}, {card_width, card_height}, {0, card_height}};
    cv::Mat warped;
    cv::warpPerspective(picture, warped, cv::getPerspectiveTransform(from.data(), to.data()),
                        {card_width, card_height}, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
    Card card;
    card.picture = as_image(warped);
    for (std::size_t i = 0; i < 4; ++i) card.corners[i] = {from[i].x, from[i].y};
    card.coverage = static_cast<float>(
        cv::contourArea(std::vector<cv::Point2f>(corners.begin(), corners.end())) /
        seen.size().area());
    return card;
}

Image as_card(const Image& image)
{
    base::ensure(!image.empty());
    const Image level = image.height > image.width ? rotated(image, 1) : image;
    cv::Mat out;
    cv::resize(as_matrix(level), out, {card_width, card_height}, 0, 0, cv::INTER_AREA);
    return as_image(out);
}

}  // namespace platform::vision
