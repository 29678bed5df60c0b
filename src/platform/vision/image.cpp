// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/image.h>
#include <platform/vision/internal/matrix.h>
#include <platform/vision/internal/picture_header.h>

#include <base/ensure.h>

#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <memory>

namespace platform::vision {

namespace {

constexpr int smallest_side = 16;

base::Error unreadable(const char* detail)
{
    return base::invalid("vision.unreadable_picture", detail);
}

base::Result<void> check_size(std::int64_t width, std::int64_t height, const ImageLimits& limits)
{
    if (width < smallest_side || height < smallest_side)
        return unreadable("The picture is too small.");
    if (width * height > limits.max_pixels)
        return base::invalid("vision.picture_too_large", "The picture has too many pixels.");
    return {};
}

const unsigned char* raw(std::string_view bytes)
{
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

using Turbo = std::unique_ptr<void, decltype(&tjDestroy)>;

base::Result<cv::Mat> decode_jpeg(std::string_view bytes, const ImageLimits& limits)
{
    const Turbo turbo{tjInitDecompress(), &tjDestroy};
    int width = 0, height = 0, sampling = 0, colours = 0;
    const auto size = static_cast<unsigned long>(bytes.size());
    if (tjDecompressHeader3(turbo.get(), raw(bytes), size, &width, &height, &sampling, &colours) !=
        0)
        return unreadable("The JPEG header is broken.");
    TRY(check_size(width, height, limits));
    if (colours == TJCS_CMYK || colours == TJCS_YCCK)
        return unreadable("A picture in printing colours cannot be read.");
    // The transform can halve while it decodes, which is quicker and smaller.
    const bool halve = std::max(width, height) >= 2 * limits.longest_side;
    const tjscalingfactor scale{1, halve ? 2 : 1};
    cv::Mat pixels(TJSCALED(height, scale), TJSCALED(width, scale), CV_8UC3);
    if (tjDecompress2(turbo.get(), raw(bytes), size, pixels.data, pixels.cols, 0, pixels.rows,
                      TJPF_BGR, TJFLAG_LIMITSCANS) != 0)
        return unreadable("The JPEG is broken or cut short.");
    return pixels;
}

base::Result<cv::Mat> decode_png(std::string_view bytes, const ImageLimits& limits)
{
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    const std::unique_ptr<png_image, decltype(&png_image_free)> guard{&png, &png_image_free};
    if (png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0)
        return unreadable("The PNG header is broken.");
    TRY(check_size(png.width, png.height, limits));
    png.format = PNG_FORMAT_BGR;
    cv::Mat pixels(static_cast<int>(png.height), static_cast<int>(png.width), CV_8UC3);
    const png_color white{255, 255, 255};  // What is transparent lies on paper.
    if (png_image_finish_read(&png, &white, pixels.data, 0, nullptr) == 0)
        return unreadable("The PNG is broken or cut short.");
    return pixels;
}

base::Result<cv::Mat> decode_webp(std::string_view bytes, const ImageLimits& limits)
{
    WebPBitstreamFeatures features{};
    if (WebPGetFeatures(raw(bytes), bytes.size(), &features) != VP8_STATUS_OK ||
        features.has_animation != 0)
        return unreadable("The WebP header is broken, or it is an animation.");
    TRY(check_size(features.width, features.height, limits));
    cv::Mat pixels(features.height, features.width, CV_8UC3);
    if (WebPDecodeBGRInto(raw(bytes), bytes.size(), pixels.data, pixels.total() * pixels.elemSize(),
                          static_cast<int>(pixels.step[0])) == nullptr)
        return unreadable("The WebP is broken or cut short.");
    return pixels;
}

/// Undoes an EXIF orientation.
cv::Mat upright(const cv::Mat& pixels, int orientation)
{
    cv::Mat out = pixels;
    if (orientation >= 5) cv::transpose(out, out);
    switch (orientation) {
        case 2:
        case 6:
            cv::flip(out, out, 1);
            break;
        case 3:
        case 7:
            cv::flip(out, out, -1);
            break;
        case 4:
        case 8:
            cv::flip(out, out, 0);
            break;
        default:
            break;
    }
    return out;
}

}  // namespace

base::Result<Image> decode_image(std::string_view bytes, const ImageLimits& limits)
{
    if (bytes.size() > limits.max_bytes)
        return base::invalid("vision.picture_too_large", "The picture has too many bytes.");
    cv::Mat pixels;
    switch (TRY(picture_format(bytes))) {
        case PictureFormat::jpeg:
            pixels = upright(TRY(decode_jpeg(bytes, limits)), exif_orientation(bytes));
            break;
        case PictureFormat::png:
            pixels = TRY(decode_png(bytes, limits));
            break;
        case PictureFormat::webp:
            pixels = TRY(decode_webp(bytes, limits));
            break;
    }
    const int longest = std::max(pixels.cols, pixels.rows);
    if (longest > limits.longest_side) {
        const double scale = static_cast<double>(limits.longest_side) / longest;
        cv::Mat reduced;
        cv::resize(pixels, reduced, {}, scale, scale, cv::INTER_AREA);
        pixels = reduced;
    }
    return as_image(pixels);
}

std::string encode_jpeg(const Image& image, int quality)
{
    base::ensure(!image.empty());
    const Turbo turbo{tjInitCompress(), &tjDestroy};
    unsigned char* out = nullptr;
    unsigned long size = 0;
    const int failed = tjCompress2(turbo.get(), image.pixels.data(), image.width, 0, image.height,
                                   TJPF_BGR, &out, &size, TJSAMP_420, quality, 0);
    base::ensure(failed == 0);
    const std::unique_ptr<unsigned char, decltype(&tjFree)> guard{out, &tjFree};
    return {reinterpret_cast<const char*>(out), size};
}

Image crop(const Image& image, const Box& box)
{
    const cv::Rect wanted{cvRound(box.x), cvRound(box.y), cvRound(box.width), cvRound(box.height)};
    const cv::Rect inside = wanted & cv::Rect{0, 0, image.width, image.height};
    return inside.empty() ? Image{} : as_image(as_matrix(image)(inside));
}

Image rotated(const Image& image, int quarter_turns)
{
    static constexpr std::array codes{cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180,
                                      cv::ROTATE_90_COUNTERCLOCKWISE};
    base::ensure(quarter_turns >= 0 && quarter_turns <= 3);
    if (quarter_turns == 0) return image;
    cv::Mat out;
    cv::rotate(as_matrix(image), out, codes[static_cast<std::size_t>(quarter_turns - 1)]);
    return as_image(out);
}

Quality measure_quality(const Image& image)
{
    base::ensure(!image.empty());
    cv::Mat grey, at_width, edges, spread;
    cv::cvtColor(as_matrix(image), grey, cv::COLOR_BGR2GRAY);
    const double scale = 640.0 / image.width;
    cv::resize(grey, at_width, {}, scale, scale, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    cv::Laplacian(at_width, edges, CV_32F);
    cv::Scalar mean, deviation;
    cv::meanStdDev(edges, mean, deviation);

    // Glare is white and flat: bright, and as bright all around.
    cv::Mat low, bright;
    cv::erode(at_width, low, cv::getStructuringElement(cv::MORPH_RECT, {9, 9}));
    cv::threshold(low, bright, 249, 1, cv::THRESH_BINARY);
    return {.sharpness = static_cast<float>(deviation[0] * deviation[0]),
            .glare_share = static_cast<float>(cv::mean(bright)[0]),
            .brightness = static_cast<float>(cv::mean(at_width)[0] / 255)};
}

}  // namespace platform::vision
