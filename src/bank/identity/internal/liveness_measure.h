// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/identity/liveness.h>

#include <platform/vision/image.h>

namespace bank::identity {

/// What one face in one frame says; the caller fills in time, hash, challenge and similarity.
FrameEvidence measure_frame(const platform::vision::Image& frame,
                            const platform::vision::Face& face);

/// Whether the nose stands so near the middle of its wings that the face looks into the camera.
bool looks_straight(const FrameEvidence& frame);

/// FNV-1a, for telling equal frames; not a safeguard.
std::uint64_t hash_of(std::string_view bytes);

}  // namespace bank::identity
