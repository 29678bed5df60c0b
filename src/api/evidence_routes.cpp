// SPDX-License-Identifier: Apache-2.0
// Pictures and faces given in a case: read and judged on a worker, kept sealed.
#include <api/card_readings.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/audit/trail.h>
#include <bank/identity/face_match.h>
#include <bank/identity/id_card.h>
#include <bank/identity/liveness.h>
#include <platform/crypto/encoding.h>
#include <platform/http/problem.h>

namespace api {

namespace counter = bank::counter;
namespace evidence = bank::evidence;
namespace http = platform::http;
namespace identity = bank::identity;
namespace json = platform::json;
namespace sql = platform::sql;
using base::Result;
using json::Object;

namespace {

constexpr std::size_t picture_bytes = 12U << 20U;
constexpr std::size_t frames_bytes = 9U << 20U;
constexpr std::int64_t liveness_attempts =
    12;  // Sessions a case may begin; the process counts what it was given.
constexpr std::int64_t pictures_per_case = 40;

using LivenessId = base::Id<struct LivenessTag>;

/// The consents of a form that these routes ask for before they take anything.
constexpr std::string_view consent_to_data = "agreement_privacy";
constexpr std::string_view consent_to_face = "agreement_face";

/// The caller's own case, still running, with that consent given. Errors: case.unknown, case.ended,
/// identity.consent_missing.
Result<counter::CaseId> open_case(Call& call, std::string_view consent)
{
    const auto id = TRY(call.id<counter::CaseId>("case"));
    const auto view = TRY(call.caller->institution->counter.view(id, call.caller->applicant()));
    if (view.ended_at) return base::conflict("case.ended", "this case has ended");
    if (!call.caller->institution->counter.has_agreed(id, consent)) {
        return base::forbidden("identity.consent_missing",
                               "the person has not yet agreed to this use of card and face");
    }
    return id;
}

/// What one side says, with the picture to keep and, of the front, the portrait.
struct Read {
    Object reading;
    platform::vision::Image picture;
    platform::vision::Image portrait;
};

Result<Read> read_side(Call& call, Parts& parts, bool front)
{
    Read read;
    const auto add = [&](std::string_view name, const identity::CardField& field) {
        add_reading(read.reading, name, field);
    };
    if (front) {
        auto card =
            TRY(identity::read_card_front(call.request.body, parts.text_reader, parts.face_reader));
        add("name", card.name);
        add("sex", card.sex);
        add("ethnicity", card.ethnicity);
        add("birth_date", card.birth_date);
        add("address", card.address);
        add("number", card.number);
        read.picture = std::move(card.picture);
        read.portrait = std::move(card.portrait);
    } else {
        auto card = TRY(identity::read_card_back(call.request.body, parts.text_reader));
        add("issuer", card.issuer);
        add("valid_from", card.valid_from);
        add("valid_until", card.valid_until);
        read.picture = std::move(card.picture);
    }
    return read;
}

Result<http::Response> upload_id_card(Call& call, Parts& parts)
{
    const auto case_id = TRY(open_case(call, consent_to_data));
    Institution& institution = *call.caller->institution;
    const bool front = call.request.parameter("side") == "front";
    const auto given = institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.evidence.of_case(snapshot, case_id.value).size();
    });
    if (static_cast<std::int64_t>(given) >= pictures_per_case) {
        return base::rejected("evidence.too_many",
                              "too many pictures were given in this case; please call us");
    }
    auto read = TRY(read_side(call, parts, front));

    const evidence::EvidenceId id{institution.book.next_id()};
    const auto written =
        institution.evidence.write(id, platform::vision::encode_jpeg(read.picture));
    std::optional<evidence::Written> portrait;
    if (!read.portrait.empty()) {
        const evidence::EvidenceId portrait_id{institution.book.next_id()};
        portrait = institution.evidence.write(portrait_id,
                                              platform::vision::encode_jpeg(read.portrait, 95));
        read.reading.set("portrait", to_string(portrait_id));
    }
    TRY(institution.book.write([&](sql::Transaction& transaction) -> Result<void> {
        institution.evidence.record(transaction, written, case_id.value,
                                    front ? "id-card-front" : "id-card-back", "image/jpeg");
        if (portrait) {
            institution.evidence.record(transaction, *portrait, case_id.value, "id-card-portrait",
                                        "image/jpeg");
        }
        institution.evidence.set_note(transaction, case_id.value, "reading", id.value,
                                      json::serialise(read.reading));
        bank::audit::append(
            transaction, {.actor = {bank::audit::ActorKind::customer, call.caller->customer.value},
                          .action = "evidence.give",
                          .object = {"case", case_id.value},
                          .reason = {},
                          .details = Object{{"evidence", to_string(id)},
                                            {"kind", front ? "id-card-front" : "id-card-back"},
                                            {"hash", platform::crypto::to_hex(written.hash)}}});
        return {};
    }));
    return ok(reading_shape(id, front, std::move(read.reading)));
}

/// The contract's Liveness. A session that was judged keeps its verdict in `judged`.
Object liveness_shape(LivenessId id, const identity::LivenessSession& session, int current,
                      std::string_view hint, const identity::LivenessVerdict* verdict,
                      std::int64_t attempts_left)
{
    json::Array challenges;
    for (const auto challenge : session.challenges)
        challenges.push_back(identity::to_string(challenge));
    Object object{{"id", to_string(id)},
                  {"nonce", session.nonce},
                  {"challenges", std::move(challenges)},
                  {"current", current},
                  {"state", verdict == nullptr ? "running"
                            : verdict->passed  ? "passed"
                                               : "failed"},
                  {"attempts_left", attempts_left},
                  {"expires_at", shape(session.deadline)}};
    if (!hint.empty()) object.set("hint", hint);
    if (verdict != nullptr && !verdict->passed && !verdict->reasons.empty())
        object.set("reason", verdict->reasons.front());
    return object;
}

Result<http::Response> start_liveness(Call& call, Parts& parts)
{
    const auto case_id = TRY(open_case(call, consent_to_face));
    Institution& institution = *call.caller->institution;
    const auto begun = institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.evidence.count_notes(snapshot, case_id.value, "liveness");
    });
    if (begun >= liveness_attempts) {
        return base::rejected("identity.liveness_attempts",
                              "too many tries; please call us or come to a branch");
    }
    const auto session =
        identity::start_liveness(parts.clock.now(), [&](unsigned char* bytes, std::size_t count) {
            parts.authentication.random.fill({bytes, count});
        });
    const LivenessId id{institution.book.next_id()};
    TRY(institution.book.write([&](sql::Transaction& transaction) -> Result<void> {
        institution.evidence.set_note(transaction, case_id.value, "liveness", id.value,
                                      json::serialise(identity::to_json(session)));
        return {};
    }));
    return ok(liveness_shape(id, session, 0, "", nullptr, liveness_attempts - begun - 1), 201);
}

Result<std::vector<std::string>> frames_of(const json::Value& body)
{
    std::vector<std::string> frames;
    for (const auto& frame : *body["frames"].array()) {
        auto bytes = platform::crypto::from_base64(frame["jpeg"].text_or());
        if (!bytes) return base::invalid("identity.frame_malformed", "a frame is not base64");
        frames.push_back(platform::crypto::as_text(bytes.value()));
    }
    return frames;
}

/// Compares the best frame with the portrait on the card that was given last; adds what was found
/// to `judged`.
Result<void> match_with_card(Parts& parts, Institution& institution, counter::CaseId case_id,
                             const identity::LivenessSession& session, Object& judged)
{
    std::optional<evidence::Piece> portrait;
    institution.book.read([&](sql::Snapshot& snapshot) {
        for (auto& piece : institution.evidence.of_case(snapshot, case_id.value)) {
            if (piece.kind == "id-card-portrait") portrait = std::move(piece);
        }
        return 0;
    });
    if (!portrait || session.best_frame.empty()) return {};
    const std::string picture = TRY(institution.evidence.content(*portrait));
    const auto card = TRY(platform::vision::decode_image(picture));
    const auto live = TRY(platform::vision::decode_image(session.best_frame));
    judged.set("portrait", to_string(portrait->id));
    judged.set("threshold", static_cast<double>(identity::same_person_similarity));
    const auto match = identity::match_faces(card, live, parts.face_reader);
    judged.set("similarity", match ? static_cast<double>(match.value().similarity) : 0.0);
    judged.set("same", match && match.value().same);
    judged.set("different", !match || match.value().different);
    return {};
}

/// Keeps the verdict and the best picture of a judged session.
Result<void> keep_verdict(Call& call, Parts& parts, counter::CaseId case_id, LivenessId id,
                          const identity::LivenessSession& session,
                          const identity::LivenessVerdict& verdict)
{
    Institution& institution = *call.caller->institution;
    Object judged = *identity::to_json(verdict).object();
    TRY(match_with_card(parts, institution, case_id, session, judged));
    std::optional<evidence::Written> picture;
    if (!session.best_frame.empty()) {
        const evidence::EvidenceId picture_id{institution.book.next_id()};
        picture = institution.evidence.write(picture_id, session.best_frame);
        judged.set("picture", to_string(picture_id));
    }
    return institution.book.write([&](sql::Transaction& transaction) -> Result<void> {
        if (picture)
            institution.evidence.record(transaction, *picture, case_id.value, "face", "image/jpeg");
        institution.evidence.set_note(transaction, case_id.value, "verdict", id.value,
                                      json::serialise(judged));
        bank::audit::append(
            transaction,
            {.actor = {bank::audit::ActorKind::customer, call.caller->customer.value},
             .action = "identity.liveness",
             .object = {"case", case_id.value},
             .reason = verdict.reasons.empty() ? std::string_view{} : verdict.reasons.front(),
             .details = Object{{"passed", verdict.passed}}});
        return {};
    });
}

Result<http::Response> add_frames(Call& call, Parts& parts)
{
    const auto case_id = TRY(open_case(call, consent_to_face));
    const auto id = TRY(call.id<LivenessId>("liveness"));
    Institution& institution = *call.caller->institution;
    struct Stored {
        std::optional<std::string> session;
        std::optional<std::string> verdict;
        std::int64_t begun = 0;
    };
    auto found = institution.book.read([&](sql::Snapshot& snapshot) -> Result<Stored> {
        return Stored{TRY(institution.evidence.note(snapshot, case_id.value, "liveness", id.value)),
                      TRY(institution.evidence.note(snapshot, case_id.value, "verdict", id.value)),
                      institution.evidence.count_notes(snapshot, case_id.value, "liveness")};
    });
    const auto stored = TRY(std::move(found));
    if (!stored.session)
        return base::not_found("identity.liveness_nonce", "this check is not known; begin again");
    if (stored.verdict)
        return base::conflict("identity.liveness_over", "this check is over; begin a new one");
    const auto parsed = TRY(json::parse(*stored.session));
    auto session = TRY(identity::liveness_from_json(parsed));

    const auto frames = TRY(frames_of(call.body));
    identity::LivenessBatch batch{
        call.body["nonce"].text_or(), static_cast<int>(call.body["challenge"].integer_or(0)), {}};
    std::size_t place = 0;
    for (const auto& frame : *call.body["frames"].array()) {
        batch.frames.push_back({frames[place++], frame["at_ms"].integer_or(0)});
    }
    const auto now = parts.clock.now();
    const auto progress = TRY(identity::add_frames(session, batch, now, parts.face_reader));
    const int current = batch.challenge_index + (progress.performed ? 1 : 0);
    TRY(institution.book.write([&](sql::Transaction& transaction) -> Result<void> {
        institution.evidence.set_note(transaction, case_id.value, "liveness", id.value,
                                      json::serialise(identity::to_json(session)));
        return {};
    }));
    const std::int64_t left = liveness_attempts - stored.begun;
    if (current < static_cast<int>(session.challenges.size())) {
        return ok(liveness_shape(id, session, current, progress.hint, nullptr, left));
    }
    const auto verdict = identity::judge_liveness(session, now);
    TRY(keep_verdict(call, parts, case_id, id, session, verdict));
    return ok(liveness_shape(id, session, current - 1, "", &verdict, left));
}

}  // namespace

void add_evidence_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("uploadIdCard", Access::phone, with(upload_id_card),
               {.body_bytes = picture_bytes, .deadline_ms = 60'000});
    routes.add("startLiveness", Access::phone, with(start_liveness));
    routes.add("addLivenessFrames", Access::phone, with(add_frames),
               {.body_bytes = frames_bytes, .deadline_ms = 60'000});
}

}  // namespace api
