// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>
#include <platform/http/server.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace server {

/// The certificate of the data folder; nothing before the first start with TLS.
std::optional<platform::http::Tls> known_tls_identity(const std::filesystem::path& folder);

/// A certificate for `names`, issued anew at each start by an authority that stays in the data
/// folder: a phone that trusted the authority once goes on trusting whatever the names and the
/// date. A certificate that was put there by somebody else is taken as it is. Errors: those of
/// platform::crypto::issue.
base::Result<platform::http::Tls> tls_identity(const std::filesystem::path& folder,
                                               const std::vector<std::string>& names,
                                               base::Instant now);

/// What a phone, or a program beside us, has to trust: our authority, or the certificate itself
/// where it is somebody else's.
std::filesystem::path trusted_certificate(const std::filesystem::path& folder);

}  // namespace server
