// SPDX-License-Identifier: Apache-2.0
#include <platform/vision/face_reader.h>
#include <platform/vision/internal/face_detector.h>
#include <platform/vision/internal/matrix.h>
#include <platform/vision/internal/net.h>

#include <base/ensure.h>

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>
#include <mutex>

namespace platform::vision {

namespace {

constexpr int mesh_side = 192;
constexpr int embed_side = 150;
constexpr float room_around_face = 1.5F;
constexpr float least_presence = .5F;
constexpr float degrees = 57.29578F;

// Points of the mesh by their published numbers.
constexpr std::size_t right_outer = 33, right_inner = 133, left_inner = 362, left_outer = 263;
constexpr std::size_t nose_tip = 1, nose_base = 2, right_mouth = 61, left_mouth = 291;
constexpr std::size_t forehead = 10, chin = 152, right_side = 234, left_side = 454;

/// The square that the mesh net looks at: turned with the head.
struct Frame {
    cv::Point2f centre;
    float side = 0;
    float angle = 0;  // Radians, of the line from the right to the left eye.
};

Frame frame_of(const Sighting& s)
{
    return {{s.box.x + s.box.width / 2, s.box.y + s.box.height / 2},
            room_around_face * std::max(s.box.width, s.box.height),
            std::atan2(s.left_eye.y - s.right_eye.y, s.left_eye.x - s.right_eye.x)};
}

Frame frame_of(const FaceMesh& mesh)
{
    const float angle = std::atan2(mesh[left_outer].y - mesh[right_outer].y,
                                   mesh[left_outer].x - mesh[right_outer].x);
    const float c = std::cos(angle), s = std::sin(angle);
    float x0 = 1e9F, x1 = -1e9F, y0 = 1e9F, y1 = -1e9F;
    for (const Point& p : mesh) {  // Bounds in the turned axes.
        const float u = c * p.x + s * p.y, v = -s * p.x + c * p.y;
        x0 = std::min(x0, u), x1 = std::max(x1, u), y0 = std::min(y0, v), y1 = std::max(y1, v);
    }
    const float u = (x0 + x1) / 2, v = (y0 + y1) / 2;
    return {{c * u - s * v, s * u + c * v}, room_around_face * std::max(x1 - x0, y1 - y0), angle};
}

float apart(Point a, Point b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

/// Mean lid opening by the eye's width.
float openness(const FaceMesh& m, const std::array<std::size_t, 8>& eye)
{
    const float width = apart(m[eye[0]], m[eye[1]]);
    const float height =
        (apart(m[eye[2]], m[eye[3]]) + apart(m[eye[4]], m[eye[5]]) + apart(m[eye[6]], m[eye[7]])) /
        3;
    return width > 0 ? height / width : 0;
}

Point middle(Point a, Point b)
{
    return {(a.x + b.x) / 2, (a.y + b.y) / 2};
}

/// The similarity (turn, scale, shift) that maps `from` onto `to` best: least squares.
cv::Mat similarity_map(const std::vector<cv::Point2f>& from, const std::vector<cv::Point2f>& to)
{
    const auto count = static_cast<float>(from.size());
    cv::Point2f a{}, b{};
    for (std::size_t i = 0; i < from.size(); ++i) {
        a += from[i] / count;
        b += to[i] / count;
    }
    float dot = 0, cross = 0, norm = 0;
    for (std::size_t i = 0; i < from.size(); ++i) {
        const cv::Point2f p = from[i] - a, q = to[i] - b;
        dot += static_cast<float>(p.dot(q));
        cross += static_cast<float>(p.cross(q));
        norm += static_cast<float>(p.dot(p));
    }
    dot /= norm;
    cross /= norm;
    return (cv::Mat_<double>(2, 3) << dot, -cross, b.x - dot * a.x + cross * a.y, cross, dot,
            b.y - cross * a.x - dot * a.y);
}

/// Two sightings of one face may settle on the same mesh: the larger stays.
std::vector<Face> without_doubles(std::vector<Face> faces)
{
    std::vector<Face> out;
    for (Face& face : faces) {
        const bool known = std::ranges::any_of(out, [&](const Face& other) {
            return apart(other.points[2], face.points[2]) < .5F * other.eye_distance;
        });
        if (!known) out.push_back(std::move(face));
    }
    return out;
}

/// Red first, (value - mean) · scale.
std::vector<float> red_first(const cv::Mat& pixels, const cv::Scalar& mean, float scale)
{
    const std::size_t area = pixels.total();
    std::vector<float> out(3 * area);
    std::size_t i = 0;
    for (int y = 0; y < pixels.rows; ++y)
        for (int x = 0; x < pixels.cols; ++x, ++i)
            for (int c = 0; c < 3; ++c)
                out[static_cast<std::size_t>(2 - c) * area + i] =
                    (static_cast<float>(pixels.at<cv::Vec3b>(y, x)[c]) -
                     static_cast<float>(mean[2 - c])) *
                    scale;
    return out;
}

}  // namespace

struct FaceReader::Nets {
    struct Loaded {
        FaceDetector detector;
        Net mesh, embed;
    };

    std::filesystem::path models;
    std::once_flag once{};
    std::optional<Loaded> loaded{};

    const Loaded& get()
    {
        std::call_once(once, [this] {
            loaded.emplace(Loaded{FaceDetector{models},
                                  Net{models, "face_mesh.onnx", "t0", {"t213", "t210"}},
                                  Net{models, "face_embed.onnx", "face", {"embedding"}}});
        });
        return *loaded;
    }

    /// The face in `frame`, or nothing where the net sees none there.
    std::optional<Face> measure(const cv::Mat& picture, const Frame& frame)
    {
        if (!(frame.side > 8)) return std::nullopt;
        const float zoom = mesh_side / frame.side;
        const float c = std::cos(frame.angle), s = std::sin(frame.angle), half = mesh_side / 2.F;
        const cv::Mat into = (cv::Mat_<double>(2, 3) << zoom * c, zoom * s,
                              half - zoom * (c * frame.centre.x + s * frame.centre.y), -zoom * s,
                              zoom * c, half - zoom * (-s * frame.centre.x + c * frame.centre.y));
        cv::Mat seen;
        cv::warpAffine(picture, seen, into, {mesh_side, mesh_side},
                       zoom < .5F ? cv::INTER_AREA : cv::INTER_LINEAR);
        std::vector<float> values = red_first(seen, {}, 1 / 255.F);
        const std::array<std::int64_t, 4> shape{1, 3, mesh_side, mesh_side};
        const std::vector<Tensor> result = get().mesh.run(shape, values);

        Face face{.confidence = 1 / (1 + std::exp(-result[1].values[0]))};
        if (!(face.confidence > least_presence)) return std::nullopt;
        std::array<float, std::tuple_size_v<FaceMesh>> depth{};
        for (std::size_t i = 0; i < face.mesh.size(); ++i) {
            const float u = result[0].values[3 * i] - half, v = result[0].values[3 * i + 1] - half;
            face.mesh[i] = {frame.centre.x + (c * u - s * v) / zoom,
                            frame.centre.y + (s * u + c * v) / zoom};
            depth[i] = result[0].values[3 * i + 2] / zoom;
        }
        describe(face, depth);
        return face;
    }

    static void describe(Face& face, const std::array<float, 468>& depth)
    {
        const FaceMesh& m = face.mesh;
        float x0 = m[0].x, x1 = x0, y0 = m[0].y, y1 = y0;
        for (const Point& p : m) {
            x0 = std::min(x0, p.x), x1 = std::max(x1, p.x);
            y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
        }
        face.box = {x0, y0, x1 - x0, y1 - y0};
        face.points = {middle(m[right_outer], m[right_inner]), middle(m[left_inner], m[left_outer]),
                       m[nose_tip], m[right_mouth], m[left_mouth]};
        face.eye_distance = apart(face.points[0], face.points[1]);
        // The depth grows away from the camera.
        face.yaw_degrees = degrees * std::atan2(depth[left_side] - depth[right_side],
                                                apart(m[right_side], m[left_side]));
        face.pitch_degrees =
            degrees * std::atan2(depth[forehead] - depth[chin], apart(m[forehead], m[chin]));
        face.roll_degrees = degrees * std::atan2(m[left_outer].y - m[right_outer].y,
                                                 m[left_outer].x - m[right_outer].x);
        face.right_eye_openness = openness(m, {33, 133, 160, 144, 159, 145, 158, 153});
        face.left_eye_openness = openness(m, {263, 362, 387, 373, 386, 374, 385, 380});
    }

    /// Measured twice: what the first look finds places the second better.
    std::optional<Face> settle(const cv::Mat& picture, const Frame& frame)
    {
        const std::optional<Face> first = measure(picture, frame);
        if (!first) return std::nullopt;
        return measure(picture, frame_of(first->mesh));
    }
};

FaceReader::FaceReader(std::filesystem::path models) : nets_(new Nets{.models = std::move(models)})
{
    keep_to_own_thread();
}
FaceReader::~FaceReader() = default;

std::vector<Face> FaceReader::find(const Image& image, float smallest_share)
{
    base::ensure(!image.empty());
    const cv::Mat picture = as_matrix(image);
    std::vector<Face> out;
    for (const Sighting& sighting : nets_->get().detector.find(picture, smallest_share))
        if (std::optional<Face> face = nets_->settle(picture, frame_of(sighting)))
            out.push_back(*face);
    std::ranges::sort(out, std::ranges::greater{}, [](const Face& f) { return f.box.width; });
    return without_doubles(std::move(out));
}

std::optional<Face> FaceReader::follow(const Image& image, const Face& before)
{
    base::ensure(!image.empty());
    return nets_->settle(as_matrix(image), frame_of(before.mesh));
}

Embedding FaceReader::embed(const Image& image, const Face& face)
{
    // Where dlib's trainer put the eyes' corners and the nose's base, with its margin of a quarter.
    static constexpr std::array<std::size_t, 5> points{left_outer, left_inner, right_outer,
                                                       right_inner, nose_base};
    static constexpr std::array<Point, 5> places{Point{.8595675F, .2134982F},
                                                 {.6460605F, .2289674F},
                                                 {.1205751F, .2137275F},
                                                 {.3340851F, .2290642F},
                                                 {.4901123F, .6277975F}};
    std::vector<cv::Point2f> from, to;
    for (std::size_t i = 0; i < points.size(); ++i) {
        from.emplace_back(face.mesh[points[i]].x, face.mesh[points[i]].y);
        to.emplace_back((places[i].x + .25F) / 1.5F * embed_side,
                        (places[i].y + .25F) / 1.5F * embed_side);
    }
    const cv::Mat map = similarity_map(from, to);
    cv::Mat source = as_matrix(image), aligned;
    const double zoom = std::hypot(map.at<double>(0, 0), map.at<double>(1, 0));
    if (zoom < .5) cv::GaussianBlur(source, source, {}, .4 / zoom);  // No aliasing.
    cv::warpAffine(source, aligned, map, {embed_side, embed_side}, cv::INTER_LINEAR);
    std::vector<float> values = red_first(aligned, {122.782, 117.001, 104.298}, 1 / 256.F);
    const std::array<std::int64_t, 4> shape{1, 3, embed_side, embed_side};
    const std::vector<Tensor> result = nets_->get().embed.run(shape, values);
    Embedding out{};
    std::ranges::copy(result.at(0).values, out.begin());
    return out;
}

float similarity(const Embedding& a, const Embedding& b)
{
    float sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return 1 - std::sqrt(sum);
}

Texture FaceReader::texture(const Image& image, const Face& face)
{
    const cv::Mat picture = as_matrix(image);
    const cv::Rect wanted{cvRound(face.box.x), cvRound(face.box.y), cvRound(face.box.width),
                          cvRound(face.box.height)};
    const cv::Rect inside = wanted & cv::Rect{0, 0, picture.cols, picture.rows};
    if (inside.width < 32 || inside.height < 32) return {};
    cv::Mat patch, grey, edges, window, lab;
    cv::resize(picture(inside), patch, {128, 128}, 0, 0, cv::INTER_AREA);
    cv::cvtColor(patch, grey, cv::COLOR_BGR2GRAY);
    cv::cvtColor(patch, lab, cv::COLOR_BGR2Lab);
    cv::Laplacian(grey, edges, CV_32F);
    cv::Scalar mean, deviation, lab_mean, lab_deviation;
    cv::meanStdDev(edges, mean, deviation);
    cv::meanStdDev(lab, lab_mean, lab_deviation);

    grey.convertTo(grey, CV_32F);
    cv::createHanningWindow(window, grey.size(), CV_32F);
    cv::Mat spectrum;
    cv::dft((grey - cv::mean(grey)).mul(window), spectrum, cv::DFT_COMPLEX_OUTPUT);
    cv::Mat parts[2], power;
    cv::split(spectrum, parts);
    cv::magnitude(parts[0], parts[1], power);
    cv::log(power + 1, power);
    // The largest value over the mean of its ring, in the upper half of the frequencies.
    std::array<std::pair<float, int>, 64> rings{};
    const auto each = [&](auto&& take) {
        for (int y = 0; y < 128; ++y)
            for (int x = 0; x < 128; ++x) {
                const int r = cvRound(std::hypot(std::min(y, 128 - y), std::min(x, 128 - x)));
                if (r >= 24 && r < 64)
                    take(rings[static_cast<std::size_t>(r)], power.at<float>(y, x));
            }
    };
    float peak = 0;
    each([](auto& ring, float value) { ring.first += value, ++ring.second; });
    each([&](const auto& ring, float value) {
        peak = std::max(peak, value - ring.first / static_cast<float>(ring.second));
    });
    return {.moire = peak,
            .sharpness = static_cast<float>(deviation[0] * deviation[0]),
            .colours = static_cast<float>(lab_deviation[1] + lab_deviation[2])};
}

}  // namespace platform::vision
