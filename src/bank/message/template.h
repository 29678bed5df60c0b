// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <base/text.h>
#include <platform/json/value.h>

#include <string>
#include <string_view>
#include <vector>

namespace bank::message {

/// A message of the bank's folder or of a service.
struct Template {
    std::string code;                   // "payment.sent"
    std::string purpose;                // "code", "transaction", "service", "marketing"
    std::vector<std::string> channels;  // "sms", "push", in order of preference.
    base::Text text;                    // With {names}.
};

/// The text in a language with each {name} replaced by that value, a text or a whole number. What
/// values hold is never read as a template again. Errors: message.value_missing (a name without a
/// value).
base::Result<std::string> render(const Template& message, std::string_view language,
                                 const platform::json::Object& values);

}  // namespace bank::message
