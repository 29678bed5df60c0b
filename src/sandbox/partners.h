// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/json/value.h>
#include <sandbox/journal.h>
#include <sandbox/knowledge.h>

#include <string>
#include <string_view>

namespace sandbox {

/// A question as it came, and what the partner has in its books about it.
struct Asked {
    std::string call;
    std::string question;
    platform::json::Value content;
    std::string institution = {};
};

/// The record of the partner's data that a question is about; null where there is none. Its
/// behaviour is that of the answer.
platform::json::Value find_record(std::string_view partner, const platform::json::Value& known,
                                  const Asked& asked);

/// The answers, worked out from what is known; the README lists them.
platform::json::Value answer_police(const platform::json::Value& record, const Asked& asked);
platform::json::Value answer_bank(const platform::json::Value& record, const Asked& asked,
                                  Journal& journal);
platform::json::Value answer_biller(const platform::json::Value& known,
                                    const platform::json::Value& record, const Asked& asked,
                                    Journal& journal, base::Instant now);
/// Notes in a biller's list of a day what it was paid, once a call: {payment, amount, receipt,
/// number (of the customer) or merchant}.
void note_of_day(Journal& journal, std::string_view institution, std::string_view biller,
                 std::string_view day, std::string_view call, const platform::json::Value& line);
/// A biller's day, or a wallet's: it takes the bank's file, and tells its own list with the
/// differences that `known` asks for.
platform::json::Value answer_daily(const platform::json::Value& known, const Asked& asked,
                                   Journal& journal);
platform::json::Value answer_sms(const Asked& asked, Journal& journal, base::Instant now);

}  // namespace sandbox
