// SPDX-License-Identifier: Apache-2.0
// Pictures that a form asks for: a certificate, a receipt, a broken card.
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/audit/trail.h>
#include <platform/crypto/encoding.h>
#include <platform/vision/image.h>

#include <algorithm>

namespace api {

namespace counter = bank::counter;
namespace evidence = bank::evidence;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Object;

namespace {

constexpr std::size_t form_picture_bytes = 12U << 20U;
constexpr std::size_t form_pictures_per_case = 40;

/// Whether the step that waits asks for pictures in that field.
bool asks_for_picture(const counter::CaseView& view, std::string_view field)
{
    if (!view.step) return false;
    const auto* fields = view.step->section["fields"].array();
    if (fields == nullptr) return false;
    return std::any_of(fields->begin(), fields->end(), [&](const auto& each) {
        return each["name"].text_or() == field && each["input"].text_or() == "file";
    });
}

Result<http::Response> take_picture(Call& call, Parts&)
{
    const auto id = TRY(call.id<counter::CaseId>("case"));
    Institution& institution = *call.caller->institution;
    const auto view = TRY(institution.counter.view(id, call.caller->applicant()));
    if (view.ended_at) return base::conflict("case.ended", "this case has ended");
    const std::string field{call.request.parameter("field")};
    if (!asks_for_picture(view, field)) {
        return base::conflict("case.step_not_current",
                              "the case does not ask for this picture now");
    }
    const auto given = institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.evidence.of_case(snapshot, id.value).size();
    });
    if (given >= form_pictures_per_case) {
        return base::rejected("evidence.too_many",
                              "too many pictures were given in this case; please call us");
    }
    // Drawn anew, so that neither the place where it was taken nor anything hidden is kept.
    const auto picture = TRY(platform::vision::decode_image(call.request.body));
    const evidence::EvidenceId piece{institution.book.next_id()};
    const auto written = institution.evidence.write(piece, platform::vision::encode_jpeg(picture));
    TRY(institution.book.write([&](sql::Transaction& transaction) -> Result<void> {
        institution.evidence.record(transaction, written, id.value, "picture", "image/jpeg");
        bank::audit::append(
            transaction, {.actor = {bank::audit::ActorKind::customer, call.caller->customer.value},
                          .action = "evidence.give",
                          .object = {"case", id.value},
                          .reason = {},
                          .details = Object{{"evidence", to_string(piece)},
                                            {"kind", "picture"},
                                            {"hash", platform::crypto::to_hex(written.hash)}}});
        return {};
    }));
    return ok(Object{{"evidence", to_string(piece)}}, 201);
}

}  // namespace

void add_picture_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    routes.add("uploadPicture", Access::phone,
               [&parts](Call& call) { return take_picture(call, parts); },
               {.body_bytes = form_picture_bytes, .deadline_ms = 60'000});
}

}  // namespace api
