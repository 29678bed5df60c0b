// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/internal/liveness_acts.h>
#include <bank/identity/internal/liveness_measure.h>
#include <bank/identity/liveness.h>
#include <platform/vision/models.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>

namespace bank::identity {
namespace {

namespace fs = std::filesystem;
using platform::vision::Face;
using platform::vision::Point;

const fs::path source = YUNGUI_SOURCE_DIR;
const base::Instant start{1'800'000'000'000'000};

RandomBytes seeded(unsigned seed)
{
    return [generator = std::mt19937{seed}](unsigned char* bytes, std::size_t count) mutable {
        for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<unsigned char>(generator());
    };
}

// ---- a head of a few points, in millimetres: x to the picture's right, y down, z to the camera
// ----

struct Spot {
    double x, y, z;
};

const std::map<std::size_t, Spot> head{
    {1, {0, 25, 32}},     {2, {0, 37, 18}},    {168, {0, -8, 12}},    {152, {0, 95, 4}},
    {129, {-18, 30, 12}}, {358, {18, 30, 12}}, {33, {-46, 0, -6}},    {133, {-17, 0, 0}},
    {263, {46, 0, -6}},   {362, {17, 0, 0}},   {234, {-70, 20, -75}}, {454, {70, 20, -75}},
};

struct Pose {
    double yaw = 0;         // Degrees, to the person's left.
    double distance = 450;  // Millimetres.
    double openness = .3;
    double bend = 0;  // Of a sheet: radians over the face's width, about a standing axis.
};

enum class What { living_head, sheet };

FrameEvidence shown(What what, const Pose& pose, std::int64_t ms)
{
    const double a = pose.yaw * 3.14159265 / 180;
    Face face;
    for (const auto& [number, spot] : head) {
        Spot p = spot;
        if (what == What::sheet) {
            // The print shows the frontal face from 600 mm away.
            const double zoom = 600 / (600 - p.z);
            p = {p.x * zoom, p.y * zoom, 0};
            if (pose.bend > 0) {
                const double radius = 140 / pose.bend;
                p = {radius * std::sin(p.x / radius), p.y, radius * (std::cos(p.x / radius) - 1)};
            }
        }
        const Spot turned{p.x * std::cos(a) + p.z * std::sin(a), p.y,
                          p.z * std::cos(a) - p.x * std::sin(a)};
        const double scale = 600 / (pose.distance - turned.z);
        face.mesh[number] = {static_cast<float>(320 + turned.x * scale),
                             static_cast<float>(200 + turned.y * scale)};
    }
    face.points = {Point{300, 200}, Point{340, 200}, face.mesh[1], {}, {}};
    face.right_eye_openness = face.left_eye_openness = static_cast<float>(pose.openness);
    face.yaw_degrees = static_cast<float>(what == What::living_head ? pose.yaw : 0);
    FrameEvidence out = measure_frame(platform::vision::Image{}, face);
    out.client_ms = ms;
    out.bytes_hash = static_cast<std::uint64_t>(ms) + 1;
    out.same_person = .9F;
    return out;
}

/// Sixteen frames of an act, tenth of a second apart.
std::vector<FrameEvidence> act(What what, Challenge challenge, std::int64_t from, double bend = 0)
{
    std::vector<FrameEvidence> out;
    for (int i = 0; i < 16; ++i) {
        const double swell = std::sin(i / 15.0 * 3.14159265);
        Pose pose{.bend = bend * swell};
        if (challenge == Challenge::turn_left) pose.yaw = 32 * swell;
        if (challenge == Challenge::turn_right) pose.yaw = -32 * swell;
        if (challenge == Challenge::blink) pose.openness = swell > .8 ? .13 : .3;
        if (challenge == Challenge::come_closer) pose.distance = 450 - 180 * swell;
        out.push_back(shown(what, pose, from + 100 * i));
    }
    return out;
}

LivenessSession session_of(What what, const std::vector<Challenge>& asked,
                           const std::vector<Challenge>& done, double bend = 0)
{
    LivenessSession s = start_liveness(start, seeded(1));
    s.challenges = asked;
    std::int64_t ms = 0;
    for (std::size_t i = 0; i < done.size(); ++i, ms += 1600)
        for (FrameEvidence& f : act(what, done[i], ms, bend)) {
            f.challenge = static_cast<int>(i);
            s.evidence.push_back(f);
        }
    return s;
}

bool has(const LivenessVerdict& verdict, std::string_view reason)
{
    return std::ranges::find(verdict.reasons, reason) != verdict.reasons.end();
}

const std::array all{Challenge::turn_left, Challenge::turn_right, Challenge::blink,
                     Challenge::come_closer};

std::vector<std::vector<Challenge>> every_order()
{
    std::vector<std::vector<Challenge>> out;
    for (const Challenge a : all)
        for (const Challenge b : all)
            for (const Challenge c : all)
                if (a != b && b != c && a != c) out.push_back({a, b, c});
    return out;
}

TEST(Liveness, a_head_that_does_what_is_asked_passes_in_every_order)
{
    ASSERT_EQ(every_order().size(), 24U);
    for (const auto& order : every_order()) {
        const LivenessVerdict verdict =
            judge_liveness(session_of(What::living_head, order, order), start);
        EXPECT_TRUE(verdict.passed) << (verdict.reasons.empty() ? "" : verdict.reasons[0]);
        EXPECT_EQ(verdict.acts, 1);
        EXPECT_GT(verdict.depth, .5F);
    }
}

TEST(Liveness, a_sheet_never_passes_turned_or_bent_by_any_amount)
{
    for (const auto& order : every_order())
        for (const double bend : {0.0, .5, 1.0, 1.5}) {
            const LivenessVerdict verdict =
                judge_liveness(session_of(What::sheet, order, order, bend), start);
            EXPECT_FALSE(verdict.passed);
            EXPECT_LT(verdict.depth, .5F) << bend;
            EXPECT_TRUE(has(verdict, "identity.liveness_act_missing"));
        }
}

TEST(Liveness, a_recording_of_any_other_order_fails)
{
    for (const auto& asked : every_order())
        for (const auto& done : every_order()) {
            if (asked == done) continue;
            EXPECT_FALSE(judge_liveness(session_of(What::living_head, asked, done), start).passed);
        }
}

TEST(Liveness, jumps_loops_and_another_person_are_noticed)
{
    const std::vector<Challenge> order{Challenge::turn_left, Challenge::blink,
                                       Challenge::come_closer};
    LivenessSession jump = session_of(What::living_head, order, order);
    for (FrameEvidence& f : jump.evidence)
        if (f.challenge == 0 && f.lateral > .2F) f.lateral += .5F;
    EXPECT_TRUE(has(judge_liveness(jump, start), "identity.liveness_not_one_take"));

    LivenessSession loop = session_of(What::living_head, order, order);
    loop.evidence[30].bytes_hash = loop.evidence[3].bytes_hash;
    EXPECT_TRUE(has(judge_liveness(loop, start), "identity.liveness_not_one_take"));

    LivenessSession gap = session_of(What::living_head, order, order);
    for (FrameEvidence& f : gap.evidence)
        if (f.challenge == 2) f.client_ms += 5000;
    EXPECT_TRUE(has(judge_liveness(gap, start), "identity.liveness_not_one_take"));

    LivenessSession other = session_of(What::living_head, order, order);
    for (FrameEvidence& f : other.evidence)
        if (f.challenge == 2) f.same_person = .4F;
    EXPECT_TRUE(has(judge_liveness(other, start), "identity.liveness_person_changed"));

    LivenessSession fewer = session_of(What::living_head, order, {order[0], order[1]});
    EXPECT_TRUE(has(judge_liveness(fewer, start), "identity.liveness_incomplete"));
    EXPECT_TRUE(has(judge_liveness(LivenessSession{.challenges = order}, start),
                    "identity.liveness_incomplete"));
}

TEST(Liveness, the_grid_of_a_screen_raises_a_doubt_only)
{
    const std::vector<Challenge> order{Challenge::turn_left, Challenge::blink,
                                       Challenge::come_closer};
    LivenessSession s = session_of(What::living_head, order, order);
    for (FrameEvidence& f : s.evidence) f.moire = 3.3F;
    const LivenessVerdict verdict = judge_liveness(s, start);
    EXPECT_TRUE(verdict.passed);
    ASSERT_EQ(verdict.doubts.size(), 1U);
    EXPECT_EQ(verdict.doubts[0], "identity.liveness_screen_suspected");
}

TEST(Liveness, nonce_and_order_are_new_each_time_and_hold_a_turn)
{
    std::set<std::string> nonces;
    std::set<std::vector<Challenge>> orders;
    for (unsigned seed = 0; seed < 400; ++seed) {
        const LivenessSession s = start_liveness(start, seeded(seed));
        EXPECT_EQ(s.nonce.size(), 32U);
        ASSERT_EQ(s.challenges.size(), 3U);
        EXPECT_TRUE(std::ranges::count(s.challenges, Challenge::turn_left) +
                        std::ranges::count(s.challenges, Challenge::turn_right) >=
                    1);
        nonces.insert(s.nonce);
        orders.insert(s.challenges);
    }
    EXPECT_EQ(nonces.size(), 400U);
    EXPECT_EQ(orders.size(), 24U);
}

TEST(Liveness, what_is_stored_comes_back_the_same_and_what_is_broken_is_refused)
{
    LivenessSession s = session_of(What::living_head, {all[0], all[2], all[3]}, {all[0], all[2]});
    s.best_frame = "\xFF\xD8 not really a picture";
    s.face_template.assign(128, .25F);
    const auto json = to_json(s);
    const LivenessSession back =
        liveness_from_json(platform::json::parse(platform::json::serialise(json)).value()).value();
    EXPECT_EQ(to_json(back), json);
    EXPECT_EQ(back.best_frame, s.best_frame);
    EXPECT_EQ(judge_liveness(back, start).depth, judge_liveness(s, start).depth);

    for (
        const char* text :
        {"{}", "[]",
         R"({"nonce":"a","challenges":["fly"],"started":1,"deadline":2,"evidence":[],"face_template":[]})",
         R"({"nonce":"a","challenges":[],"started":1,"deadline":2,"evidence":[[1]],"face_template":[]})"}) {
        const auto broken = liveness_from_json(platform::json::parse(text).value());
        ASSERT_FALSE(broken) << text;
        EXPECT_EQ(broken.error().reason, "identity.liveness_malformed");
    }
}

class Frames : public testing::Test {
protected:
    void SetUp() override
    {
        if (!platform::vision::models_present(platform::vision::models_folder(source)))
            GTEST_SKIP() << "the models are not here: tools/setup/models.py";
        std::ifstream in(source / "tests/data/identities/02/selfie.jpg", std::ios::binary);
        jpeg.assign(std::istreambuf_iterator<char>(in), {});
    }

    std::string add(LivenessSession& session, std::string_view nonce, int index, std::int64_t ms,
                    base::Instant now = start)
    {
        const auto result = add_frames(session, {nonce, index, {{jpeg, ms}}}, now, faces);
        return result ? std::string(result.value().hint) : std::string(result.error().reason);
    }

    platform::vision::FaceReader faces{platform::vision::models_folder(source)};
    std::string jpeg;
};

TEST_F(Frames, the_nonce_the_order_and_the_clock_are_held_to)
{
    LivenessSession s = start_liveness(start, seeded(3));
    EXPECT_EQ(add(s, "0123", 0, 0), "identity.liveness_nonce");
    EXPECT_EQ(add(s, s.nonce, 1, 0), "identity.liveness_order");
    EXPECT_EQ(add(s, s.nonce, 0, 0, base::after_seconds(start, session_seconds + 1)),
              "identity.liveness_expired");
    EXPECT_TRUE(s.evidence.empty());

    EXPECT_NE(add(s, s.nonce, 0, 100), "");  // Some hint: a still face has done nothing yet.
    ASSERT_EQ(s.evidence.size(), 1U);
    EXPECT_EQ(s.evidence[0].faces, 1);
    EXPECT_EQ(s.face_template.size(), 128U);
    EXPECT_EQ(s.best_frame, jpeg);
    EXPECT_EQ(add(s, s.nonce, 0, 100), "identity.liveness_order");
    EXPECT_EQ(add(s, s.nonce, 2, 200), "identity.liveness_order");
    add(s, s.nonce, 0, 200);
    EXPECT_EQ(s.evidence.size(), 1U) << "the camera was slower than the page";
    jpeg = platform::vision::encode_jpeg(platform::vision::decode_image(jpeg).value(), 80);
    add(s, s.nonce, 1, 300);
    EXPECT_EQ(add(s, s.nonce, 0, 400), "identity.liveness_order");

    LivenessBatch many{s.nonce, 1, {}};
    for (int i = 0; i <= max_frames_per_batch; ++i) many.frames.push_back({jpeg, 1000 + i});
    EXPECT_EQ(add_frames(s, many, start, faces).error().reason,
              "identity.liveness_too_many_frames");
    EXPECT_EQ(add_frames(s, {s.nonce, 1, {{"no picture", 2000}}}, start, faces).error().reason,
              "vision.unreadable_picture");
}

}  // namespace
}  // namespace bank::identity
