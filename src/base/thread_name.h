// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace base {

/// Names the calling thread for those who look at the running program (top, a debugger); what is
/// longer than 15 bytes is cut.
void name_this_thread(std::string_view name);

}  // namespace base
