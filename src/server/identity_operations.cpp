// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>

#include <bank/audit/trail.h>
#include <bank/customer/person.h>
#include <bank/identity/id_card.h>
#include <bank/identity/id_number.h>

#include <array>

namespace server {

namespace evidence = bank::evidence;
namespace identity = bank::identity;
namespace json = platform::json;
using base::Result;
using engine::process::OperationCall;
using json::Array;
using json::Object;
using json::Value;

namespace {

Value refused(std::string_view reason, int age)
{
    return Value{Object{{"status", "refused"}, {"reason", reason}, {"age", age}}};
}

/// What was read of a picture that belongs to this case; nothing where it does not, or the kind is
/// another.
Result<std::optional<Value>> reading_of(const OperationCall& call, evidence::Store& store,
                                        const Value& id, std::string_view kind)
{
    const auto piece_id = base::parse_id<evidence::EvidenceId>(id.text_or());
    const std::uint64_t case_id = TRY(base::parse_id_text(call.business_key));
    if (!piece_id) return std::optional<Value>{};
    const auto piece = store.piece(call.transaction, piece_id.value());
    if (!piece || piece.value().case_id != case_id || piece.value().kind != kind)
        return std::optional<Value>{};
    const auto note = TRY(store.note(call.transaction, case_id, "reading", piece_id.value().value));
    if (!note) return std::optional<Value>{};
    return std::optional{TRY(json::parse(*note))};
}

/// The fields that the customer entered differently from what was read, or that could not be read.
Array edited(const Value& card, const Value& front, const Value& back)
{
    constexpr std::array fields{"name",   "sex",    "ethnicity",  "birth_date", "address",
                                "number", "issuer", "valid_from", "valid_until"};
    Array names;
    for (const char* name : fields) {
        const Value& read = front[name].is_null() ? back[name] : front[name];
        if (card[name].is_null()) continue;
        if (!read["read"].boolean_or(false) || read["value"] != card[name]) names.push_back(name);
    }
    return names;
}

/// Why the card cannot be used as it was entered; empty where it can.
std::string_view fault_of(const Value& card, const identity::IdNumber& number)
{
    if (card["birth_date"].text_or() != base::to_string(number.born))
        return "identity.number_contradicts_birth_date";
    if (const auto sex = card["sex"].text_or(); !sex.empty()) {
        const bool male = sex == "男" || sex == "male" || sex == "M";
        const bool female = sex == "女" || sex == "female" || sex == "F";
        if ((male && number.sex != identity::Sex::male) ||
            (female && number.sex != identity::Sex::female)) {
            return "identity.number_contradicts_sex";
        }
    }
    return {};
}

/// Why the card does not hold today; empty where it does.
std::string_view validity_fault(const Value& card, base::Date today)
{
    const auto until = base::parse_date(card["valid_until"].text_or());
    if (until && until.value() < today) return "identity.card_expired";
    const auto from = base::parse_date(card["valid_from"].text_or());
    if (from && from.value() > today) return "identity.card_not_yet_valid";
    return {};
}

Result<Value> check_card(const OperationCall& call, const OperationParts& parts)
{
    const Value& card =
        call.arguments.find("card") == nullptr ? Value{} : *call.arguments.find("card");
    const auto* least_age = call.arguments.find("least_age");
    const auto front = TRY(reading_of(call, parts.evidence, card["front"], "id-card-front"));
    const auto back = TRY(reading_of(call, parts.evidence, card["back"], "id-card-back"));
    if (!front || !back) return again("identity.evidence_missing");

    const base::Date today = parts.accounts.business_date(call.transaction.now());
    const auto number = identity::parse_id_number(card["number"].text_or(), today);
    if (!number) return again(number.error().reason);
    if (const auto fault = fault_of(card, number.value()); !fault.empty()) return again(fault);

    const int age = base::age_on(number.value().born, today);
    const int least = least_age == nullptr ? 0 : static_cast<int>(least_age->integer_or(0));
    if (const auto young = identity::check_age(number.value().born, today, least); !young) {
        return refused(young.error().reason, age);
    }
    if (const auto fault = validity_fault(card, today); !fault.empty()) return refused(fault, age);
    const auto person = TRY(base::parse_id<bank::customer::CustomerId>(call.subject));
    const auto fit = TRY(fit_of_number(call.transaction, parts, person, number.value().text));
    if (fit == NumberFit::other_phone) return refused("identity.known_under_other_phone", age);
    if (fit == NumberFit::other_person) return refused("identity.phone_of_other_person", age);
    return Value{Object{{"status", "ok"}, {"age", age}, {"edited", edited(card, *front, *back)}}};
}

Result<Value> check_face(const OperationCall& call, const OperationParts& parts)
{
    const auto* face = call.arguments.find("face");
    const auto* card = call.arguments.find("card");
    if (face == nullptr || card == nullptr) return again("identity.liveness_incomplete");
    const auto id = base::parse_id_text((*face)["liveness"].text_or());
    const std::uint64_t case_id = TRY(base::parse_id_text(call.business_key));
    if (!id) return again("identity.liveness_incomplete");
    const auto note = TRY(parts.evidence.note(call.transaction, case_id, "verdict", id.value()));
    if (!note) return again("identity.liveness_incomplete");
    const Value verdict = TRY(json::parse(*note));
    const auto front = TRY(reading_of(call, parts.evidence, (*card)["front"], "id-card-front"));

    const bool live = verdict["passed"].boolean_or(false);
    const bool of_this_card = front && verdict["portrait"] == (*front)["portrait"];
    const bool different = verdict["different"].boolean_or(true) || !of_this_card;
    const auto* doubts = verdict["doubts"].array();
    const bool sure = verdict["same"].boolean_or(false) && (doubts == nullptr || doubts->empty());
    Object answer{
        {"status", !live || different ? "again"
                   : sure             ? "ok"
                                      : "uncertain"},
        {"live", live},
        {"similarity", verdict["similarity"].is_null() ? Value{0} : verdict["similarity"]},
        {"threshold", verdict["threshold"].is_null() ? Value{1} : verdict["threshold"]},
        {"portrait", verdict["portrait"]},
        {"picture", verdict["picture"]}};
    if (!live) {
        answer.set("reason", "identity.liveness_failed");
    } else if (different) {
        answer.set("reason", "identity.other_person");
    }
    return Value{std::move(answer)};
}

}  // namespace

Result<NumberFit> fit_of_number(platform::sql::Snapshot& snapshot, const OperationParts& parts,
                                bank::customer::CustomerId person, std::string_view number)
{
    namespace customer = bank::customer;
    const auto holder = customer::find_by_id_number(snapshot, parts.vault, number);
    if (holder) return *holder == person ? NumberFit::fits : NumberFit::other_phone;
    constexpr std::array names{customer::field::id_number};
    const auto fields = TRY(customer::read_fields(snapshot, parts.vault, person, names));
    const auto known = fields.find(customer::field::id_number);
    const bool another = known != fields.end() && !known->second.empty();
    return another ? NumberFit::other_person : NumberFit::fits;
}

void add_identity_operations(engine::process::OperationRegistry& registry,
                             const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"identity.check-card", check_card},
                  {"identity.check-face", check_face},
              });
}

}  // namespace server
