// SPDX-License-Identifier: Apache-2.0
#include <bank/message/template.h>

namespace bank::message {

base::Result<std::string> render(const Template& message, std::string_view language,
                                 const platform::json::Object& values)
{
    std::string_view rest = base::in_language(message.text, language);
    std::string out;
    while (true) {
        const auto open = rest.find('{');
        const auto close = rest.find('}', open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        out += rest.substr(0, open);
        const auto name = rest.substr(open + 1, close - open - 1);
        rest.remove_prefix(close + 1);
        const auto* value = values.find(name);
        if (value && value->string()) {
            out += *value->string();
        } else if (value && value->integer()) {
            out += std::to_string(*value->integer());
        } else {
            return base::invalid("message.value_missing",
                                 "The message " + message.code + " lacks a value.");
        }
    }
    return out.append(rest);
}

}  // namespace bank::message
