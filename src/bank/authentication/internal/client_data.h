// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/webauthn.h>

namespace bank::authentication {

/// A refusal of a ceremony. `reason` is one of those that webauthn.h lists.
base::Error refused(std::string_view reason, std::string detail);

/// The steps about the client data that registration (type "webauthn.create") and authentication
/// ("webauthn.get") share. Errors: webauthn.client_data, webauthn.challenge, webauthn.origin,
/// webauthn.top_origin.
base::Result<void> check_client_data(platform::crypto::ByteView client_data_json,
                                     std::string_view type, const Demand& demand);

}  // namespace bank::authentication
