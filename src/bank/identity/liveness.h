// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>
#include <platform/json/value.h>
#include <platform/vision/face_reader.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bank::identity {

/// What the person is asked to do; left and right are the person's own.
enum class Challenge { turn_left, turn_right, blink, come_closer };

std::string_view to_string(Challenge challenge);  // "turn-left" …

/// Fills a buffer with random bytes from a CSPRNG (platform/crypto in service).
using RandomBytes = std::function<void(unsigned char* bytes, std::size_t count)>;

inline constexpr int challenges_per_session = 3;
inline constexpr int session_seconds = 90;
inline constexpr int max_frames_per_challenge = 40;
inline constexpr int max_frames_per_batch = 12;

/// A picture of the camera, JPEG, not mirrored, as the page sends it.
struct LivenessFrame {
    std::string_view jpeg;
    std::int64_t client_ms = 0;  // Milliseconds since the page showed the first challenge; rising.
};

struct LivenessBatch {
    std::string_view nonce;
    int challenge_index = 0;  // 0 to 2.
    std::vector<LivenessFrame> frames;
};

/// What was measured of one frame; small, without pixels.
struct FrameEvidence {
    std::int64_t client_ms = 0;
    std::uint64_t bytes_hash = 0;  // Of the JPEG: a repeated frame is known again.
    int challenge = 0;             // Index.
    int faces = 0;                 // 0 or 1 (more are refused); all below is of the face.
    float yaw = 0, pitch = 0;  // Degrees, as the net guesses them: for hints and continuity only.
    float openness = 0;        // Of the lids, mean of both.
    float x = 0, y = 0;        // Middle of the eyes, in pixels.
    float size = 0;            // Length of the midline, nasion to chin, in pixels.
    float lateral = 0;         // Nose tip off the middle of its wings, by their distance.
    float midline = 0;         // Nose tip off the line nasion to chin, by its length.
    float narrowness = 0;      // Log of midline length by face width.
    float perspective = 0;     // Log of inner widths (eyes, nose) by face width.
    float same_person = -2;    // Similarity with the template; -2 where it was not compared.
    float moire = 0;
};

/// One attempt to show that a living person is before the camera. A value: the caller stores it as
/// JSON between requests (it holds a face template: encrypt it at rest), one writer at a time.
struct LivenessSession {
    std::string nonce{};  // 32 hexadecimal digits, never used twice.
    std::vector<Challenge> challenges{};
    base::Instant started{};
    base::Instant deadline{};
    std::vector<FrameEvidence> evidence{};
    std::vector<float> face_template{};  // Of the first frontal frame.
    std::string best_frame{};            // JPEG of the best frontal frame: compare with the card.
    float best_frame_score = 0;
};

/// Nonce and order from `random`; always one turn at least, because only a turn shows depth surely.
LivenessSession start_liveness(base::Instant now, const RandomBytes& random);

/// Where the person stands, for the page to go on or to ask again.
struct LivenessProgress {
    int challenge_index = 0;  // Of the batch.
    bool performed = false;   // The act has been seen; the page may go to the next.
    std::string_view hint;    // "", or why not yet: "no-face", "several-faces", "too-far",
                              // "too-near", "too-dark", "look-straight", "turn-more",
                              // "turn-other-way", "close-eyes", "come-closer".
};

/// Measures the frames of a batch (about 40 ms each) and adds them to the session. All or nothing.
///
/// A page may go on to the next challenge before the act was seen (it gives up waiting); the
/// judgement then misses it. Frames that repeat the one before byte by byte are dropped: the camera
/// was slower than the page.
///
/// Errors: identity.liveness_nonce (another session's or an old one), identity.liveness_expired,
/// identity.liveness_order (back to an earlier challenge, over one, or frames back in time),
/// identity.liveness_too_many_frames, vision.* of decode_image.
base::Result<LivenessProgress> add_frames(LivenessSession& session, const LivenessBatch& batch,
                                          base::Instant now, platform::vision::FaceReader& faces);

/// The judgement with its grounds, for the decision table and the teller. Scores are 0 to 1.
struct LivenessVerdict {
    bool passed = false;
    float same_person = 0;  // Least similarity of an open-eyed frontal frame to the first, -1 to 1.
    float acts = 0;         // Share of the challenges that were performed.
    float depth = 0;        // How far the face moved as a head and not as a sheet; .5 is the limit.
    float steadiness = 0;   // Whether it is one take: share of frames that follow on from the last.
    float texture = 0;      // Near 1: skin; near 0: the grid of a screen. Advisory.
    std::vector<std::string_view> reasons{};  // Why it did not pass; empty where it did.
    std::vector<std::string_view> doubts{};   // Why a person should look although it passed.
};

/// Judges what was gathered. Pure.
///
/// Reasons: identity.liveness_incomplete (too few frames of a challenge), identity.liveness_expired
/// (the last frame came in time, but the judgement was asked an hour late),
/// identity.liveness_act_missing, identity.liveness_flat (a plane or a bent sheet explains the
/// motion), identity.liveness_person_changed, identity.liveness_not_one_take (jumps, loops).
/// Doubts: identity.liveness_screen_suspected.
LivenessVerdict judge_liveness(const LivenessSession& session, base::Instant now);

/// For storage. from_json's errors: identity.liveness_malformed.
platform::json::Value to_json(const LivenessSession& session);
base::Result<LivenessSession> liveness_from_json(const platform::json::Value& value);

/// What the page gets to know: nonce, challenges, seconds left.
platform::json::Value challenge_json(const LivenessSession& session, base::Instant now);

platform::json::Value to_json(const LivenessVerdict& verdict);

}  // namespace bank::identity
