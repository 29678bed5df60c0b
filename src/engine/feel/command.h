// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>

#include <iosfwd>
#include <string_view>

namespace engine::feel {

/// `yungui feel 'EXPR' [--context FILE]`: evaluates `text` with the members of the JSON object
/// `context_json` ("" for none) as variables and prints the answer, or what is wrong and where. A
/// null is followed by the reasons for it. Answers 0; 1 where the text or its evaluation was
/// refused; 2 where the context is no JSON object.
int print_answer(std::string_view text, std::string_view context_json, const base::Clock& clock,
                 std::ostream& out);

}  // namespace engine::feel
