// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <platform/http/server.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace server {

/// The certificate of the data folder; nothing before the first start with TLS.
std::optional<platform::http::Tls> known_tls_identity(const std::filesystem::path& folder);

/// The same; made for `names` where there is none, so that a phone that trusted it once goes on
/// trusting it.
platform::http::Tls tls_identity(const std::filesystem::path& folder,
                                 const std::vector<std::string>& names, base::Instant now);

}  // namespace server
