// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/identity/liveness.h>

#include <optional>
#include <span>
#include <string_view>

namespace bank::identity {

/// What the frames of one challenge say about its act.
struct ActSeen {
    bool performed = false;
    std::optional<float> depth{};  // 0 to 1, where the act can tell a head from a sheet; .5 limits.
    std::string_view hint{};       // Why not performed; as in LivenessProgress.
};

/// The session's frames with one face, of challenge `index` only.
std::vector<FrameEvidence> frames_of(const LivenessSession& session, int index);

/// How open the eyes are when open: the upper quartile of the straight frames.
float open_eyes(std::span<const FrameEvidence> frames);

/// Judges one act. `open` as by open_eyes over the session.
ActSeen see_act(Challenge challenge, std::span<const FrameEvidence> frames, float open);

/// The value that `share` of the values lie below. `values` is not empty.
float quantile(std::vector<float> values, float share);

}  // namespace bank::identity
