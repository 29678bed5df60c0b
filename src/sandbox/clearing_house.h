// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sandbox/journal.h>
#include <sandbox/partners.h>

#include <bank/iso20022/messages.h>

#include <optional>
#include <string>
#include <string_view>

namespace sandbox {

/// The clearing house of the demonstration, and the banks behind it. A payment is decided once, by
/// its end-to-end id, however often and in how many calls it is asked for.
///
/// What it knows (clearing.yaml): `hours` {open, close, offset_minutes}, `large_from`: amounts from
/// there on wait from closing to opening and over weekends, smaller ones always go through; `gate`
/// open or shut instead of the clock; `accounts` {bank (BIC), number, name, state, returns
/// {seconds, reason}}. An account that is not there is refused with AC01.

/// The account that a pacs.008 question pays; null where it has none.
platform::json::Value creditor_account(const platform::json::Value& known, const Asked& asked);

/// The answer to a pacs.008: {status: answered, message: pacs.002}, or a refusal of the message.
platform::json::Value answer_clearing(const platform::json::Value& known, const Asked& asked,
                                      Journal& journal, base::Instant now);

/// Whether large amounts go through now.
bool is_open(const platform::json::Value& known, base::Instant now);

/// What an answer said: "ACSC", "PDNG", "RJCT"; empty where it is none.
std::string status_said(const platform::json::Value& answer);

/// The pacs.004 with which the payee's bank gives a settled payment back, where its data say so;
/// `seconds` after it was settled.
struct GivenBack {
    std::string message;
    double seconds = 0;
};
std::optional<GivenBack> given_back(const platform::json::Value& known, const Asked& asked,
                                    base::Instant now);

}  // namespace sandbox
