// SPDX-License-Identifier: Apache-2.0
#include <api/card_readings.h>

#include <array>
#include <optional>
#include <span>

namespace api {

namespace evidence = bank::evidence;
namespace json = platform::json;
using json::Object;

namespace {

constexpr std::array<std::string_view, 6> front_fields{"name",       "sex",     "ethnicity",
                                                       "birth_date", "address", "number"};
constexpr std::array<std::string_view, 3> back_fields{"issuer", "valid_from", "valid_until"};

}  // namespace

void add_reading(Object& reading, std::string_view name, const bank::identity::CardField& field)
{
    reading.set(name, Object{{"value", field.text},
                             {"confidence", static_cast<double>(field.confidence)},
                             {"read", field.read}});
}

Object reading_shape(evidence::EvidenceId id, bool front, const json::Value& reading)
{
    json::Array fields;
    for (const std::string_view name :
         front ? std::span<const std::string_view>{front_fields} : back_fields) {
        const json::Value& field = reading[name];
        if (field.is_null()) continue;
        fields.push_back(Object{{"name", name},
                                {"value", field["value"]},
                                {"confidence", field["confidence"]},
                                {"read", field["read"]}});
    }
    return Object{{"evidence", to_string(id)},
                  {"side", front ? "front" : "back"},
                  {"fields", std::move(fields)}};
}

json::Array card_readings(Institution& institution, bank::counter::CaseId case_id)
{
    return institution.book.read([&](platform::sql::Snapshot& snapshot) {
        std::optional<evidence::EvidenceId> front;
        std::optional<evidence::EvidenceId> back;
        for (const auto& piece : institution.evidence.of_case(snapshot, case_id.value)) {
            if (piece.kind == "id-card-front") front = piece.id;
            if (piece.kind == "id-card-back") back = piece.id;
        }
        json::Array readings;
        for (const auto& side : {front, back}) {
            if (!side) continue;
            const auto note =
                institution.evidence.note(snapshot, case_id.value, "reading", side->value);
            if (!note || !note.value()) continue;  // Erased with the person's key.
            const auto reading = json::parse(*note.value());
            if (reading) readings.push_back(reading_shape(*side, side == front, reading.value()));
        }
        return readings;
    });
}

}  // namespace api
