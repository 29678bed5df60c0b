// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/login.h>
#include <platform/json/value.h>

namespace bank::authentication {

/// PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3, section 5.1.9) for the passkeys of
/// `login`, or for any where it is none. Errors: authentication.no_passkey.
base::Result<platform::json::Object> assertion_options(platform::sql::Snapshot& snapshot,
                                                       const Environment& environment,
                                                       LoginId login,
                                                       platform::crypto::ByteView challenge);

/// PublicKeyCredentialCreationOptionsJSON (section 5.1.8) for a new passkey of `login`.
platform::json::Object creation_options(platform::sql::Snapshot& snapshot,
                                        const Environment& environment, const Login& login,
                                        std::string_view display_name,
                                        platform::crypto::ByteView challenge);

}  // namespace bank::authentication
