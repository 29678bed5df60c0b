// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/vision/image.h>

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace platform::vision {

/// The 468 points of the MediaPipe face mesh in the picture, by their published numbers.
using FaceMesh = std::array<Point, 468>;

/// A face in a picture. Left and right are the person's own.
struct Face {
    Box box{};
    float confidence = 0;           // Of there being a face here, 0 to 1.
    std::array<Point, 5> points{};  // Right eye, left eye, nose tip, right and left mouth corner.
    FaceMesh mesh{};
    float yaw_degrees = 0;         // Positive: turned to the person's own left.
    float pitch_degrees = 0;       // Positive: chin up.
    float roll_degrees = 0;        // Positive: leaning to the person's own left.
    float right_eye_openness = 0;  // Height by width of the lid opening; about .3 open, .1 shut.
    float left_eye_openness = 0;
    float eye_distance = 0;  // Between the eyes' centres, in pixels.
};

/// The place of a face among all faces; near ones are of one person. Compare with `similarity`.
using Embedding = std::array<float, 128>;

/// 1 minus the distance: 1 for the same place; for what means "the same person" see
/// bank/identity/face_match.h.
float similarity(const Embedding& a, const Embedding& b);

/// Signs of a screen or a print. Advisory: never the only ground of a refusal.
struct Texture {
    float moire = 0;      // Peaks of the spectrum over its smooth fall; a screen's grid shows.
    float sharpness = 0;  // Of the face alone.
    float colours = 0;    // Spread of the skin's hue; a poor print has little.
};

/// Finds, measures and recognises faces (MediaPipe detector and mesh, dlib's residual net). Loaded
/// on first use (about 60 MB resident) and shared; each call computes on the caller's thread alone.
/// Thread-safe.
class FaceReader {
public:
    explicit FaceReader(std::filesystem::path models);
    ~FaceReader();

    /// Faces, largest first, at most 16. `smallest_share` of the shorter side is the least width of
    /// a face that is searched for; .15 takes one look, less takes more. Throws std::runtime_error
    /// where a model is missing.
    std::vector<Face> find(const Image& image, float smallest_share = .15F);

    /// The face in `image` near where it was in the frame before: quicker than `find`.
    std::optional<Face> follow(const Image& image, const Face& before);

    Embedding embed(const Image& image, const Face& face);

    static Texture texture(const Image& image, const Face& face);

private:
    struct Nets;
    std::unique_ptr<Nets> nets_;
};

}  // namespace platform::vision
