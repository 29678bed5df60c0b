// SPDX-License-Identifier: Apache-2.0
#include <bank/identity/liveness.h>

#include <platform/crypto/encoding.h>

#include <algorithm>
#include <array>

namespace bank::identity {

namespace {

using namespace platform;

base::Error malformed()
{
    return base::invalid("identity.liveness_malformed", "The stored check cannot be read.");
}

/// A frame as an array: names would be most of the bytes.
constexpr std::size_t frame_numbers = 15;

json::Array frame_json(const FrameEvidence& f)
{
    json::Array out{f.client_ms, std::to_string(f.bytes_hash), f.challenge, f.faces};
    for (const float value : {f.yaw, f.pitch, f.openness, f.x, f.y, f.size, f.lateral, f.midline,
                              f.narrowness, f.perspective, f.same_person, f.moire})
        out.emplace_back(static_cast<double>(value));
    return out;
}

base::Result<float> number(const json::Value& value)
{
    if (const double* real = value.real()) return static_cast<float>(*real);
    if (const std::int64_t* whole = value.integer()) return static_cast<float>(*whole);
    return malformed();
}

base::Result<std::uint64_t> hash_from(std::string_view text)
{
    std::uint64_t out = 0;
    if (text.empty() || text.size() > 20) return malformed();
    for (const char c : text) {
        if (c < '0' || c > '9') return malformed();
        out = out * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return out;
}

base::Result<FrameEvidence> frame_from(const json::Value& value)
{
    const json::Array* a = value.array();
    if (a == nullptr || a->size() != frame_numbers + 1) return malformed();
    FrameEvidence f;
    f.client_ms = (*a)[0].integer_or(-1);
    f.bytes_hash = TRY(hash_from((*a)[1].text_or()));
    f.challenge = static_cast<int>(std::clamp<std::int64_t>((*a)[2].integer_or(0), 0, 99));
    f.faces = (*a)[3].integer_or(0) == 1 ? 1 : 0;
    std::size_t at = 4;
    for (float* field : {&f.yaw, &f.pitch, &f.openness, &f.x, &f.y, &f.size, &f.lateral, &f.midline,
                         &f.narrowness, &f.perspective, &f.same_person, &f.moire})
        *field = TRY(number((*a)[at++]));
    return f;
}

base::Result<Challenge> challenge_from(std::string_view text)
{
    for (const Challenge c :
         {Challenge::turn_left, Challenge::turn_right, Challenge::blink, Challenge::come_closer})
        if (to_string(c) == text) return c;
    return malformed();
}

json::Array names(const std::vector<Challenge>& challenges)
{
    json::Array out;
    for (const Challenge c : challenges) out.emplace_back(to_string(c));
    return out;
}

json::Array texts(const std::vector<std::string_view>& list)
{
    json::Array out;
    for (const std::string_view text : list) out.emplace_back(text);
    return out;
}

}  // namespace

json::Value to_json(const LivenessSession& s)
{
    json::Array evidence, face;
    for (const FrameEvidence& f : s.evidence) evidence.emplace_back(frame_json(f));
    for (const float value : s.face_template) face.emplace_back(static_cast<double>(value));
    return json::Object{{"nonce", s.nonce},
                        {"challenges", names(s.challenges)},
                        {"started", s.started.micros},
                        {"deadline", s.deadline.micros},
                        {"evidence", std::move(evidence)},
                        {"face_template", std::move(face)},
                        {"best_frame", crypto::to_base64(crypto::as_bytes(s.best_frame))},
                        {"best_frame_score", static_cast<double>(s.best_frame_score)}};
}

base::Result<LivenessSession> liveness_from_json(const json::Value& value)
{
    const json::Array *challenges = value["challenges"].array(),
                      *evidence = value["evidence"].array(), *face = value["face_template"].array();
    const std::int64_t *started = value["started"].integer(),
                       *deadline = value["deadline"].integer();
    if (challenges == nullptr || evidence == nullptr || face == nullptr || started == nullptr ||
        deadline == nullptr || value["nonce"].text_or().empty())
        return malformed();
    LivenessSession s;
    s.nonce = value["nonce"].text_or();
    s.started = {*started};
    s.deadline = {*deadline};
    for (const json::Value& c : *challenges)
        s.challenges.push_back(TRY(challenge_from(c.text_or())));
    for (const json::Value& f : *evidence) s.evidence.push_back(TRY(frame_from(f)));
    for (const json::Value& v : *face) s.face_template.push_back(TRY(number(v)));
    if (!s.face_template.empty() && s.face_template.size() != std::tuple_size_v<vision::Embedding>)
        return malformed();
    const base::Result<crypto::Bytes> best = crypto::from_base64(value["best_frame"].text_or());
    if (!best) return malformed();
    s.best_frame = crypto::as_text(best.value());
    s.best_frame_score = TRY(number(value["best_frame_score"]));
    return s;
}

json::Value challenge_json(const LivenessSession& s, base::Instant now)
{
    const std::int64_t left = (s.deadline.micros - now.micros) / base::micros_per_second;
    return json::Object{{"nonce", s.nonce},
                        {"challenges", names(s.challenges)},
                        {"seconds_left", std::max<std::int64_t>(left, 0)}};
}

json::Value to_json(const LivenessVerdict& v)
{
    return json::Object{{"passed", v.passed},
                        {"same_person", static_cast<double>(v.same_person)},
                        {"acts", static_cast<double>(v.acts)},
                        {"depth", static_cast<double>(v.depth)},
                        {"steadiness", static_cast<double>(v.steadiness)},
                        {"texture", static_cast<double>(v.texture)},
                        {"reasons", texts(v.reasons)},
                        {"doubts", texts(v.doubts)}};
}

}  // namespace bank::identity
