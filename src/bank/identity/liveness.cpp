// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/liveness.h>

#include <bank/identity/internal/liveness_acts.h>
#include <bank/identity/internal/liveness_measure.h>

#include <algorithm>
#include <array>

namespace bank::identity {

namespace {

using namespace platform;

constexpr std::size_t nonce_bytes = 16;
constexpr std::array all_challenges{Challenge::turn_left, Challenge::turn_right, Challenge::blink,
                                    Challenge::come_closer};
constexpr float least_face = .14F;  // Of the picture's shorter side, ear to ear.
constexpr float largest_face = .85F;
constexpr float least_brightness = .12F;
constexpr vision::ImageLimits frame_limits{
    .max_bytes = 1U << 20U, .max_pixels = 4'000'000, .longest_side = 960};

/// 0 to bound - 1, each equally likely.
std::size_t below(std::size_t bound, const RandomBytes& random)
{
    const unsigned char limit = static_cast<unsigned char>(256 - 256 % bound);
    for (unsigned char byte = 0;;) {
        random(&byte, 1);
        if (limit == 0 || byte < limit) return byte % bound;
    }
}

struct Measured {
    FrameEvidence evidence{};
    std::string_view hint{};
    float frontal_score = 0;
    std::optional<vision::Embedding> embedding{};
};

std::string_view complaint(const vision::Image& image, const std::vector<vision::Face>& found)
{
    if (found.empty())
        return vision::measure_quality(image).brightness < least_brightness ? "too-dark"
                                                                            : "no-face";
    if (found.size() > 1 && found[1].box.width > found[0].box.width / 2) return "several-faces";
    const auto side = static_cast<float>(std::min(image.width, image.height));
    if (found[0].box.width < least_face * side) return "too-far";
    if (found[0].box.width > largest_face * side) return "too-near";
    return {};
}

base::Result<Measured> measure(const LivenessFrame& frame, vision::FaceReader& faces)
{
    const vision::Image image = TRY(vision::decode_image(frame.jpeg, frame_limits));
    const std::vector<vision::Face> found = faces.find(image);
    Measured out{.hint = complaint(image, found)};
    if (out.hint.empty() || out.hint == "too-near" || out.hint == "too-far")
        out.evidence = measure_frame(image, found[0]);
    out.evidence.client_ms = frame.client_ms;
    out.evidence.bytes_hash = hash_of(frame.jpeg);
    if (out.hint.empty() && looks_straight(out.evidence)) {
        out.embedding = faces.embed(image, found[0]);
        out.frontal_score =
            out.evidence.size * out.evidence.openness * (1 - 2 * std::abs(out.evidence.lateral));
    }
    return out;
}

base::Result<void> check_batch(const LivenessSession& session, const LivenessBatch& batch,
                               base::Instant now)
{
    if (batch.nonce != session.nonce)
        return base::conflict("identity.liveness_nonce",
                              "These pictures belong to another or an old check.");
    if (now > session.deadline)
        return base::rejected("identity.liveness_expired",
                              "The time for this check is over; begin a new one.");
    const int current = session.evidence.empty() ? 0 : session.evidence.back().challenge;
    const auto count = static_cast<int>(session.challenges.size());
    if (batch.challenge_index < current || batch.challenge_index > current + 1 ||
        batch.challenge_index >= count || (session.evidence.empty() && batch.challenge_index != 0))
        return base::conflict("identity.liveness_order",
                              "The pictures are of another challenge than the open one.");
    std::int64_t last = session.evidence.empty() ? -1 : session.evidence.back().client_ms;
    for (const LivenessFrame& frame : batch.frames) {
        if (frame.client_ms <= last)
            return base::conflict("identity.liveness_order", "The pictures go back in time.");
        last = frame.client_ms;
    }
    const auto had =
        std::ranges::count(session.evidence, batch.challenge_index, &FrameEvidence::challenge);
    if (batch.frames.size() > max_frames_per_batch ||
        static_cast<std::size_t>(had) + batch.frames.size() > max_frames_per_challenge)
        return base::rejected("identity.liveness_too_many_frames",
                              "There are more pictures than this check needs.");
    return {};
}

}  // namespace

std::string_view to_string(Challenge challenge)
{
    static constexpr std::array<std::string_view, 4> names{"turn-left", "turn-right", "blink",
                                                           "come-closer"};
    return names[static_cast<std::size_t>(challenge)];
}

LivenessSession start_liveness(base::Instant now, const RandomBytes& random)
{
    std::array<unsigned char, nonce_bytes> bytes{};
    random(bytes.data(), bytes.size());
    LivenessSession out;
    for (const unsigned char byte : bytes) {
        out.nonce += "0123456789abcdef"[byte >> 4U];
        out.nonce += "0123456789abcdef"[byte & 15U];
    }
    // Three of the four in random order: whichever is left out, a turn remains.
    std::vector<Challenge> rest(all_challenges.begin(), all_challenges.end());
    while (out.challenges.size() < challenges_per_session) {
        const auto chosen = rest.begin() + static_cast<std::ptrdiff_t>(below(rest.size(), random));
        out.challenges.push_back(*chosen);
        rest.erase(chosen);
    }
    out.started = now;
    out.deadline = base::after_seconds(now, session_seconds);
    return out;
}

base::Result<LivenessProgress> add_frames(LivenessSession& session, const LivenessBatch& batch,
                                          base::Instant now, vision::FaceReader& faces)
{
    TRY(check_batch(session, batch, now));
    std::vector<Measured> measured;
    for (const LivenessFrame& frame : batch.frames) measured.push_back(TRY(measure(frame, faces)));

    LivenessProgress progress;
    progress.challenge_index = batch.challenge_index;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        Measured& m = measured[i];
        if (!session.evidence.empty() &&
            session.evidence.back().bytes_hash == m.evidence.bytes_hash)
            continue;
        m.evidence.challenge = batch.challenge_index;
        if (m.embedding) {
            if (session.face_template.empty())
                session.face_template.assign(m.embedding->begin(), m.embedding->end());
            vision::Embedding first{};
            std::ranges::copy(session.face_template, first.begin());
            m.evidence.same_person = vision::similarity(first, *m.embedding);
            if (m.frontal_score > session.best_frame_score) {
                session.best_frame_score = m.frontal_score;
                session.best_frame = batch.frames[i].jpeg;
            }
        }
        session.evidence.push_back(m.evidence);
        progress.hint = m.hint;
    }
    const std::vector<FrameEvidence> frames = frames_of(session, batch.challenge_index);
    const ActSeen act = see_act(session.challenges[static_cast<std::size_t>(batch.challenge_index)],
                                frames, open_eyes(session.evidence));
    progress.performed = act.performed;
    if (act.performed)
        progress.hint = {};
    else if (progress.hint.empty())
        progress.hint = act.hint;
    return progress;
}

}  // namespace bank::identity
