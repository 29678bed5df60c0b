// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/counter/counter.h>
#include <server/operations.h>

namespace server {

/// What a field with `options_from` may be chosen from (bank::counter::Offers): "accounts" and
/// "cards" of the applicant, "days": the business days from tomorrow on, as many as the setting
/// `days_ahead` says; "pictures" that were given in the case, by visitors too.
platform::json::Array offered(platform::sql::Snapshot& snapshot, const OperationParts& parts,
                              bank::counter::CaseId id, std::string_view source,
                              std::string_view applicant, const platform::json::Value& settings);

}  // namespace server
