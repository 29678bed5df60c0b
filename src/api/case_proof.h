// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/proof.h>
#include <bank/counter/counter.h>

#include <api/call.h>
#include <api/parts.h>

namespace api {

/// What a proof for a case is bound to: the case and exactly what was entered for it.
bank::authentication::Content content_of_case(std::string_view case_id,
                                              const platform::json::Value& entered);

/// What stands in place of an SMS code that was right.
inline constexpr std::string_view code_was_right = "right";

/// For which SMS codes of a case are sent: the phone that was entered in its application.
inline constexpr std::string_view case_code_purpose = "case";
bank::authentication::Content content_of_code(std::string_view case_id);

/// Hashes PINs and redeems codes of an answer (bank::counter::Secrets). Errors: those of
/// authentication::redeem_code.
bank::counter::Secrets case_secrets(Parts& parts);

/// A proof of what `case` would do: by SMS where the service's setting `proof` says sms, else by
/// password; by passkey where the setting says so. Errors: case.unknown, case.step_not_current
/// (nothing is to be proven now).
struct CaseProof {
    bank::authentication::Method method;
    bank::authentication::Content content;
    std::string service;  // Its name in the caller's language.
};
base::Result<CaseProof> provable_case(Call& call, std::string_view case_id);

}  // namespace api
