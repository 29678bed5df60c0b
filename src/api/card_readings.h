// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/parts.h>

#include <bank/identity/id_card.h>

#include <string_view>

namespace api {

/// What is kept of a reading beside its picture: fields by name, of the front also the portrait.
void add_reading(platform::json::Object& reading, std::string_view name,
                 const bank::identity::CardField& field);

/// The contract's IdCardReading of what was kept.
platform::json::Object reading_shape(bank::evidence::EvidenceId id, bool front,
                                     const platform::json::Value& reading);

/// The newest reading of each side that was given in the case; none where none was.
platform::json::Array card_readings(Institution& institution, bank::counter::CaseId case_id);

}  // namespace api
