// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/internal/matrix.h>
#include <platform/vision/internal/net.h>
#include <platform/vision/text_reader.h>

#include <base/ensure.h>

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <mutex>
#include <optional>
#include <stdexcept>

namespace platform::vision {

namespace {

constexpr int detect_side = 800;  // The longer side of what the detector sees.
constexpr int detect_multiple = 32;
constexpr int read_height = 48;
constexpr int widest_line = 1600;
constexpr std::size_t most_lines = 64;
constexpr float text_probability = .3F;
constexpr float line_probability = .5F;
constexpr float more_room = .2F;  // Of its height, added to a line's width: first strokes are thin.
constexpr float grow_ratio = 1.6F;  // The detector finds the core of a line.

/// (value / 255 - mean) / deviation, one plane after the other, blue first.
std::vector<float> planes(const cv::Mat& pixels, const cv::Scalar& mean, const cv::Scalar& spread)
{
    const std::size_t area = pixels.total();
    std::vector<float> out(3 * area);
    std::array<float, 3> scale{}, shift{};
    for (int c = 0; c < 3; ++c) {
        scale[static_cast<std::size_t>(c)] = static_cast<float>(1 / (255 * spread[c]));
        shift[static_cast<std::size_t>(c)] = static_cast<float>(mean[c] / spread[c]);
    }
    std::size_t i = 0;
    for (int y = 0; y < pixels.rows; ++y) {
        const auto* row = pixels.ptr<cv::Vec3b>(y);
        for (int x = 0; x < pixels.cols; ++x, ++i)
            for (std::size_t c = 0; c < 3; ++c)
                out[c * area + i] =
                    static_cast<float>(row[x][static_cast<int>(c)]) * scale[c] - shift[c];
    }
    return out;
}

std::vector<std::string> load_characters(const std::filesystem::path& file)
{
    std::ifstream in(file);
    if (!in) throw std::runtime_error("vision: " + file.string() + " is missing");
    std::vector<std::string> out{""};  // 0: nothing here.
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        out.push_back(std::move(line));
    }
    out.emplace_back(" ");
    return out;
}

int multiple_of(double size, int step)
{
    return std::max(step, static_cast<int>(std::lround(size / step)) * step);
}

/// The rectangle of a line, level: `angle` within ±45°, the width along the print.
cv::RotatedRect level(cv::RotatedRect rect)
{
    while (rect.angle > 45) {
        rect.angle -= 90;
        std::swap(rect.size.width, rect.size.height);
    }
    while (rect.angle < -45) {
        rect.angle += 90;
        std::swap(rect.size.width, rect.size.height);
    }
    return rect;
}

cv::Mat cut(const cv::Mat& picture, const cv::RotatedRect& rect, const cv::Size& size)
{
    cv::Point2f c[4];
    rect.points(c);  // Bottom left, top left, top right, bottom right of the level rectangle.
    const cv::Point2f from[3] = {c[1], c[2], c[0]};
    const cv::Point2f to[3] = {
        {0, 0}, {static_cast<float>(size.width), 0}, {0, static_cast<float>(size.height)}};
    cv::Mat out;
    cv::warpAffine(picture, out, cv::getAffineTransform(from, to), size, cv::INTER_LINEAR,
                   cv::BORDER_REPLICATE);
    return out;
}

}  // namespace

struct TextReader::Nets {
    std::filesystem::path models;
    std::once_flag once{};
    std::optional<Net> detector{}, recogniser{};
    std::vector<std::string> characters{};

    void load()
    {
        std::call_once(once, [this] {
            characters = load_characters(models / "ocr_characters.txt");
            detector.emplace(models, "ocr_detect.onnx", "x",
                             std::vector<std::string>{"sigmoid_0.tmp_0"});
            recogniser.emplace(models, "ocr_read.onnx", "x",
                               std::vector<std::string>{"softmax_11.tmp_0"});
        });
    }

    /// Where lines are, as level rectangles of `picture`.
    std::vector<cv::RotatedRect> find_lines(const cv::Mat& picture) const
    {
        const double scale =
            std::min(1.5, static_cast<double>(detect_side) / std::max(picture.cols, picture.rows));
        const cv::Size size{multiple_of(picture.cols * scale, detect_multiple),
                            multiple_of(picture.rows * scale, detect_multiple)};
        cv::Mat seen;
        cv::resize(picture, seen, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
        std::vector<float> values = planes(seen, {.485, .456, .406}, {.229, .224, .225});
        const std::array<std::int64_t, 4> shape{1, 3, size.height, size.width};
        std::vector<Tensor> result = detector->run(shape, values);
        const cv::Mat probability(size, CV_32F, result.at(0).values.data());

        cv::Mat mask;
        cv::threshold(probability, mask, text_probability, 255, cv::THRESH_BINARY);
        mask.convertTo(mask, CV_8U);
        std::vector<std::vector<cv::Point>> outlines;
        cv::findContours(mask, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_SIMPLE);
        std::vector<cv::RotatedRect> lines;
        for (const auto& outline : outlines) {
            const cv::Rect bounds = cv::boundingRect(outline);
            cv::RotatedRect rect = level(cv::minAreaRect(outline));
            if (std::min(rect.size.width, rect.size.height) < 3) continue;
            cv::Mat inside = cv::Mat::zeros(bounds.size(), CV_8U);
            cv::fillPoly(inside, std::vector<std::vector<cv::Point>>{outline}, 255, cv::LINE_8, 0,
                         -bounds.tl());
            if (cv::mean(probability(bounds), inside)[0] < line_probability) continue;
            const float grow =
                rect.size.area() * grow_ratio / (2 * (rect.size.width + rect.size.height));
            rect.size += cv::Size2f{2 * grow, 2 * grow};
            const float sx = static_cast<float>(picture.cols) / static_cast<float>(size.width);
            const float sy = static_cast<float>(picture.rows) / static_cast<float>(size.height);
            lines.emplace_back(cv::Point2f{rect.center.x * sx, rect.center.y * sy},
                               cv::Size2f{rect.size.width * sx, rect.size.height * sy}, rect.angle);
            if (lines.size() == most_lines) break;
        }
        return lines;
    }

    TextLine read(const cv::Mat& picture, cv::RotatedRect rect) const
    {
        rect.size.width += more_room * rect.size.height;
        const auto width = static_cast<int>(rect.size.width * read_height / rect.size.height);
        const cv::Mat line =
            cut(picture, rect, {std::clamp(width, read_height, widest_line), read_height});
        return read(line,
                    Box{rect.center.x - rect.size.width / 2, rect.center.y - rect.size.height / 2,
                        rect.size.width, rect.size.height});
    }

    TextLine read(const cv::Mat& line, const Box& box) const
    {
        std::vector<float> values = planes(line, {.5, .5, .5}, {.5, .5, .5});
        const std::array<std::int64_t, 4> shape{1, 3, line.rows, line.cols};
        const std::vector<Tensor> result = recogniser->run(shape, values);
        const Tensor& steps = result.at(0);
        const auto count = static_cast<std::size_t>(steps.shape.at(1));
        const auto kinds = static_cast<std::size_t>(steps.shape.at(2));
        base::ensure(kinds == characters.size());

        TextLine out{.box = box};
        float sum = 0;
        std::size_t last = 0;
        for (std::size_t t = 0; t < count; ++t) {
            const float* row = steps.values.data() + t * kinds;
            const auto best = static_cast<std::size_t>(std::max_element(row, row + kinds) - row);
            const float x =
                box.x + box.width * (static_cast<float>(t) + .5F) / static_cast<float>(count);
            if (best != 0 && best != last) {
                out.characters.push_back({characters[best], row[best], x});
            } else if (best != 0) {
                Character& open = out.characters.back();  // The same print goes on.
                open.confidence = std::max(open.confidence, row[best]);
            }
            last = best;
        }
        for (const Character& c : out.characters) {
            out.text += c.text;
            sum += c.confidence;
        }
        if (!out.characters.empty())
            out.confidence = sum / static_cast<float>(out.characters.size());
        return out;
    }
};

TextReader::TextReader(std::filesystem::path models) : nets_(new Nets{.models = std::move(models)})
{
    keep_to_own_thread();
}
TextReader::~TextReader() = default;

std::vector<TextLine> TextReader::read(const Image& image)
{
    base::ensure(!image.empty());
    nets_->load();
    const cv::Mat picture = as_matrix(image);
    std::vector<TextLine> out;
    for (const cv::RotatedRect& rect : nets_->find_lines(picture)) {
        TextLine line = nets_->read(picture, rect);
        if (!line.text.empty()) out.push_back(std::move(line));
    }
    std::ranges::sort(out, [](const TextLine& a, const TextLine& b) {
        const float ay = a.box.y + a.box.height / 2, by = b.box.y + b.box.height / 2;
        return std::pair{ay, a.box.x} < std::pair{by, b.box.x};
    });
    return out;
}

TextLine TextReader::read_line(const Image& image)
{
    base::ensure(!image.empty());
    nets_->load();
    const double scale = static_cast<double>(read_height) / image.height;
    cv::Mat line;
    cv::resize(
        as_matrix(image), line,
        {std::clamp(static_cast<int>(image.width * scale), read_height, widest_line), read_height},
        0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    return nets_->read(line,
                       {0, 0, static_cast<float>(image.width), static_cast<float>(image.height)});
}

}  // namespace platform::vision
