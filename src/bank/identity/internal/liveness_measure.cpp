// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/internal/liveness_measure.h>

#include <cmath>

namespace bank::identity {

namespace {

using platform::vision::Point;

// Points of the face mesh by their published numbers.
constexpr std::size_t nose_tip = 1, nasion = 168, chin = 152, right_wing = 129, left_wing = 358;
constexpr std::size_t right_eye = 33, left_eye = 263, right_side = 234, left_side = 454;

constexpr float straight_lateral = .13F;

Point operator-(Point a, Point b)
{
    return {a.x - b.x, a.y - b.y};
}

float dot(Point a, Point b)
{
    return a.x * b.x + a.y * b.y;
}

float cross(Point a, Point b)
{
    return a.x * b.y - a.y * b.x;
}

float length(Point a)
{
    return std::hypot(a.x, a.y);
}

}  // namespace

FrameEvidence measure_frame(const platform::vision::Image& frame,
                            const platform::vision::Face& face)
{
    const platform::vision::FaceMesh& m = face.mesh;
    const Point wings = m[left_wing] - m[right_wing], middle = m[chin] - m[nasion];
    const Point between{(m[left_wing].x + m[right_wing].x) / 2,
                        (m[left_wing].y + m[right_wing].y) / 2};
    const float width = length(m[left_side] - m[right_side]);
    const float eyes = length(m[left_eye] - m[right_eye]);
    FrameEvidence out;
    out.faces = 1;
    out.yaw = face.yaw_degrees;
    out.pitch = face.pitch_degrees;
    out.openness = (face.right_eye_openness + face.left_eye_openness) / 2;
    out.x = (face.points[0].x + face.points[1].x) / 2;
    out.y = (face.points[0].y + face.points[1].y) / 2;
    out.size = length(middle);
    out.lateral = dot(m[nose_tip] - between, wings) / dot(wings, wings);
    // The picture's y grows downwards: a tip left of the line nasion to chin in the picture has a
    // positive cross product; the person's own left is the picture's right.
    out.midline = -cross(middle, m[nose_tip] - m[nasion]) / dot(middle, middle);
    out.narrowness = std::log(out.size / width);
    out.perspective = std::log(eyes / width) + std::log(length(wings) / width);
    out.moire = platform::vision::FaceReader::texture(frame, face).moire;
    return out;
}

bool looks_straight(const FrameEvidence& frame)
{
    return frame.faces == 1 && std::abs(frame.lateral) < straight_lateral;
}

std::uint64_t hash_of(std::string_view bytes)
{
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return hash;
}

}  // namespace bank::identity
