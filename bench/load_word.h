// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace bench {

/// PORT plain|tls file FILE, or PORT plain|tls fixed PATH SECONDS: loads a server that runs on this
/// machine over 64 kept connections and prints what came of it as one JSON object.
int load_word(const std::vector<std::string>& words);

}  // namespace bench
