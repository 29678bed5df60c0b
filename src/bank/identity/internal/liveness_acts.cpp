// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/internal/liveness_acts.h>

#include <bank/identity/internal/liveness_measure.h>

#include <base/ensure.h>

#include <algorithm>
#include <cmath>

namespace bank::identity {

namespace {

// A turned head carries its nose tip off the middle of the wings and off the midline, as the tip
// stands a good 2 cm before both; a sheet, flat or bent, does not. Of the heads that were measured
// a turn that people make when asked gave .25 to .55 and .09 to .16; of sheets at most .07 and .03.
constexpr float full_lateral = .36F;
constexpr float full_midline = .13F;
constexpr float turned_lateral = .18F;
// A sheet that is turned shows it by growing narrow.
constexpr float sheet_narrowing = .07F;

constexpr float closed_eyes = .76F;  // Of the open ones.
constexpr float opened_eyes = .85F;
constexpr float nearer = 1.25F;  // Times as large.
// Near by, the inner face (eyes, nose), which is in front, grows more than the outline.
constexpr float full_perspective = .1F;
constexpr std::size_t lasting = 3;  // Frames that a peak must last.

float lasting_peak(std::vector<float> values)
{
    if (values.size() < lasting) return 0;
    std::ranges::nth_element(values, values.begin() + lasting - 1, std::ranges::greater{});
    return values[lasting - 1];
}

template <class Value>
std::vector<float> each(std::span<const FrameEvidence> frames, Value value)
{
    std::vector<float> out;
    for (const FrameEvidence& f : frames) out.push_back(value(f));
    return out;
}

ActSeen see_turn(std::span<const FrameEvidence> frames, float side)
{
    const auto straight = std::ranges::find_if(frames, looks_straight);
    if (straight == frames.end()) return {.hint = "look-straight"};
    const auto from = std::span{straight, frames.end()};
    const FrameEvidence& start = *straight;
    const float lateral =
        lasting_peak(each(from, [&](const auto& f) { return side * (f.lateral - start.lateral); }));
    const float midline =
        lasting_peak(each(from, [&](const auto& f) { return side * (f.midline - start.midline); }));
    const float narrowing =
        lasting_peak(each(from, [&](const auto& f) { return f.narrowness - start.narrowness; }));
    ActSeen out;
    out.performed = lateral >= turned_lateral;
    if (out.performed || narrowing >= sheet_narrowing)
        out.depth = std::clamp(std::min(lateral / full_lateral, midline / full_midline), 0.F, 1.F);
    const float other = lasting_peak(
        each(from, [&](const auto& f) { return -side * (f.lateral - start.lateral); }));
    if (!out.performed) out.hint = other >= turned_lateral ? "turn-other-way" : "turn-more";
    return out;
}

ActSeen see_blink(std::span<const FrameEvidence> frames, float open)
{
    bool was_open = false, was_closed = false;
    for (const FrameEvidence& f : frames) {
        if (!looks_straight(f)) continue;
        if (f.openness >= opened_eyes * open && was_closed) return {.performed = true};
        if (f.openness >= opened_eyes * open) was_open = true;
        if (f.openness <= closed_eyes * open && was_open) was_closed = true;
    }
    return {.hint = "close-eyes"};
}

ActSeen see_approach(std::span<const FrameEvidence> frames)
{
    std::vector<FrameEvidence> straight;
    std::ranges::copy_if(frames, std::back_inserter(straight), looks_straight);
    if (straight.size() < 2 * lasting) return {.hint = "look-straight"};
    const float far = quantile(each(straight, [](const auto& f) { return f.size; }), .1F);
    const float near = lasting_peak(each(straight, [](const auto& f) { return f.size; }));
    if (near < nearer * far) return {.hint = "come-closer"};
    // The means over the nearest and the farthest frames: one frame is too noisy.
    float far_sum = 0, near_sum = 0;
    int far_count = 0, near_count = 0;
    for (const FrameEvidence& f : straight) {
        if (f.size > .93F * near) near_sum += f.perspective, ++near_count;
        if (f.size < 1.08F * far) far_sum += f.perspective, ++far_count;
    }
    if (near_count == 0 || far_count == 0) return {.performed = true};
    const float change =
        near_sum / static_cast<float>(near_count) - far_sum / static_cast<float>(far_count);
    return {.performed = true,
            .depth = std::clamp(change / std::log(near / far) / full_perspective, 0.F, 1.F)};
}

}  // namespace

float quantile(std::vector<float> values, float share)
{
    base::ensure(!values.empty());
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<float>(values.size() - 1));
    std::ranges::nth_element(values, values.begin() + at);
    return values[static_cast<std::size_t>(at)];
}

std::vector<FrameEvidence> frames_of(const LivenessSession& session, int index)
{
    std::vector<FrameEvidence> out;
    std::ranges::copy_if(session.evidence, std::back_inserter(out), [&](const FrameEvidence& f) {
        return f.challenge == index && f.faces == 1;
    });
    return out;
}

float open_eyes(std::span<const FrameEvidence> frames)
{
    std::vector<float> values;
    for (const FrameEvidence& f : frames)
        if (looks_straight(f)) values.push_back(f.openness);
    return values.empty() ? 0 : quantile(std::move(values), .75F);
}

ActSeen see_act(Challenge challenge, std::span<const FrameEvidence> frames, float open)
{
    switch (challenge) {
        case Challenge::turn_left:
            return see_turn(frames, 1);
        case Challenge::turn_right:
            return see_turn(frames, -1);
        case Challenge::blink:
            return see_blink(frames, open);
        case Challenge::come_closer:
            return see_approach(frames);
    }
    base::ensure(false);
    return {};
}

}  // namespace bank::identity
