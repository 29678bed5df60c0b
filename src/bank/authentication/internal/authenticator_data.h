// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/internal/cose_key.h>
#include <bank/authentication/webauthn.h>

#include <optional>

namespace bank::authentication {

/// Attested credential data (WebAuthn Level 3, section 6.5.2).
struct AttestedCredential {
    platform::crypto::Bytes aaguid;
    platform::crypto::Bytes id;
    platform::crypto::Bytes public_key;  // The bytes of the COSE_Key.
    CoseKey key;
};

/// Authenticator data (section 6.1).
struct AuthenticatorData {
    platform::crypto::Bytes rp_id_hash;
    bool user_present;
    bool user_verified;
    bool backup_eligible;
    bool backed_up;
    std::uint32_t sign_count;
    std::optional<AttestedCredential> credential;
};

/// Reads it whole. Errors: webauthn.authenticator_data, webauthn.algorithm, webauthn.public_key.
base::Result<AuthenticatorData> read_authenticator_data(platform::crypto::ByteView bytes);

/// The steps about it that both ceremonies share. Errors: webauthn.rp_id,
/// webauthn.user_not_present, webauthn.user_not_verified, webauthn.backup_flags.
base::Result<void> check_authenticator_data(const AuthenticatorData& data, const Demand& demand);

}  // namespace bank::authentication
