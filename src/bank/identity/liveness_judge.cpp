// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/internal/liveness_acts.h>
#include <bank/identity/internal/liveness_measure.h>
#include <bank/identity/liveness.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace bank::identity {

namespace {

constexpr std::size_t least_frames = 5;  // Of each challenge, with a face.
constexpr float depth_limit = .5F;
constexpr float same_person_limit = .6F;  // Within one take, light and camera are the same.
constexpr std::int64_t longest_gap_ms = 1500;
constexpr float skin_moire = 2.2F, screen_moire = 3.2F;
constexpr float texture_limit = .7F;
constexpr std::int64_t hour_seconds = 3600;

/// Whether `b` can follow `a` when a head moves as fast as heads do.
bool follows(const FrameEvidence& a, const FrameEvidence& b)
{
    const auto ms = static_cast<float>(b.client_ms - a.client_ms);
    if (b.client_ms - a.client_ms > longest_gap_ms) return false;
    return std::abs(b.yaw - a.yaw) < 9 + .13F * ms &&
           std::abs(b.lateral - a.lateral) < .12F + .0022F * ms &&
           std::abs(std::log(b.size / a.size)) < .06F + .0022F * ms &&
           std::hypot(b.x - a.x, b.y - a.y) / a.size < .12F + .0025F * ms;
}

float share_that_follow(const std::vector<FrameEvidence>& frames)
{
    std::set<std::uint64_t> seen;
    std::size_t breaks = 0, pairs = 0;
    const FrameEvidence* last = nullptr;
    for (const FrameEvidence& f : frames) {
        const bool repeated = !seen.insert(f.bytes_hash).second;
        if (f.faces != 1) {
            if (repeated) ++breaks;
            continue;
        }
        if (last != nullptr) {
            ++pairs;
            if (repeated || !follows(*last, f)) ++breaks;
        }
        last = &f;
    }
    return pairs == 0 ? 0 : 1 - static_cast<float>(breaks) / static_cast<float>(pairs);
}

/// The least similarity, one frame in ten left out: a lowered eyelid makes a face strange.
float least_similarity(const std::vector<FrameEvidence>& frames, float open)
{
    std::vector<float> values;
    for (const FrameEvidence& f : frames)
        if (f.same_person > -2 && f.openness > .8F * open) values.push_back(f.same_person);
    return values.empty() ? -1 : quantile(std::move(values), .1F);
}

float skin_texture(const std::vector<FrameEvidence>& frames)
{
    std::vector<float> values;
    for (const FrameEvidence& f : frames)
        if (looks_straight(f)) values.push_back(f.moire);
    if (values.empty()) return 0;
    return std::clamp(
        (screen_moire - quantile(std::move(values), .5F)) / (screen_moire - skin_moire), 0.F, 1.F);
}

}  // namespace

LivenessVerdict judge_liveness(const LivenessSession& session, base::Instant now)
{
    LivenessVerdict out;
    const auto refuse = [&](std::string_view reason) {
        if (std::ranges::find(out.reasons, reason) == out.reasons.end())
            out.reasons.push_back(reason);
    };
    if (now > base::after_seconds(session.deadline, hour_seconds))
        refuse("identity.liveness_expired");

    const float open = open_eyes(session.evidence);
    float depth = 1, performed = 0;
    bool depth_seen = false;
    for (std::size_t i = 0; i < session.challenges.size(); ++i) {
        const std::vector<FrameEvidence> frames = frames_of(session, static_cast<int>(i));
        if (frames.size() < least_frames) {
            refuse("identity.liveness_incomplete");
            continue;
        }
        const ActSeen act = see_act(session.challenges[i], frames, open);
        if (act.performed)
            performed += 1;
        else
            refuse("identity.liveness_act_missing");
        if (!act.depth) continue;
        depth = std::min(depth, *act.depth);
        depth_seen = true;
    }
    out.acts =
        session.challenges.empty() ? 0 : performed / static_cast<float>(session.challenges.size());
    out.depth = depth_seen ? depth : 0;
    if (depth_seen && depth < depth_limit) refuse("identity.liveness_flat");

    out.same_person = least_similarity(session.evidence, open);
    if (!session.evidence.empty() && out.same_person < same_person_limit)
        refuse("identity.liveness_person_changed");
    out.steadiness = share_that_follow(session.evidence);
    if (session.evidence.size() >= least_frames && out.steadiness < 1)
        refuse("identity.liveness_not_one_take");
    out.texture = skin_texture(session.evidence);
    if (out.texture < texture_limit) out.doubts.push_back("identity.liveness_screen_suspected");
    out.passed = out.reasons.empty();
    return out;
}

}  // namespace bank::identity
