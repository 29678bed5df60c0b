// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/environment.h>
#include <platform/crypto/certificate.h>

namespace bank::authentication {

/// The algorithms that a new passkey may have, best first.
std::span<const platform::crypto::SignatureAlgorithm> accepted_algorithms();

/// What a relying party demands of a ceremony (WebAuthn Level 3, sections 7.1 and 7.2).
struct Demand {
    const RelyingParty& relying_party;
    platform::crypto::ByteView challenge;
    bool user_verification = true;
    bool cross_origin = false;               // Inside a frame of another site.
    std::vector<std::string> top_origins{};  // Of which sites, where it may be.
};

/// What a relying party demands of an attestation beyond its being well made.
struct AttestationDemand {
    std::span<const platform::crypto::Certificate> anchors{};
    bool trusted_only = false;  // False: "none", self and unknown roots go, and are noted as such.
    base::Instant now{};        // Certificates must be valid then.
};

/// A verified registration.
struct Registration {
    platform::crypto::Bytes credential_id;
    platform::crypto::Bytes public_key;  // COSE_Key, as the authenticator gave it.
    platform::crypto::SignatureAlgorithm algorithm;
    std::uint32_t sign_count;
    bool user_verified;
    bool backup_eligible;
    bool backed_up;
    platform::crypto::Bytes aaguid;  // 16 bytes.
    std::string format;              // "none", "packed", "tpm", …
    std::string attestation;         // "none", "self", "basic", "anonymisation"
    bool trusted;                    // The chain leads to one of the anchors.
};

/// Registers a credential: section 7.1 from the client data on.
///
/// Errors, all `invalid`: webauthn.client_data (not the JSON of a registration),
/// webauthn.challenge, webauthn.origin, webauthn.top_origin, webauthn.attestation_object (not CBOR
/// of its form), webauthn.authenticator_data, webauthn.rp_id, webauthn.user_not_present,
/// webauthn.user_not_verified, webauthn.backup_flags, webauthn.algorithm, webauthn.public_key,
/// webauthn.credential_id, webauthn.format (not one of none, packed, tpm, android-key, apple,
/// fido-u2f), webauthn.attestation (the statement does not verify), webauthn.attestation_untrusted.
base::Result<Registration> verify_registration(platform::crypto::ByteView client_data_json,
                                               platform::crypto::ByteView attestation_object,
                                               const Demand& demand,
                                               const AttestationDemand& attestation);

/// What was stored of a credential.
struct Credential {
    platform::crypto::ByteView public_key;  // COSE_Key.
    std::uint32_t sign_count;
    bool backup_eligible;
};

/// The parts of an assertion.
struct Assertion {
    platform::crypto::ByteView client_data_json;
    platform::crypto::ByteView authenticator_data;
    platform::crypto::ByteView signature;
};

struct Assertee {
    std::uint32_t sign_count;
    bool user_verified;
    bool backed_up;
};

/// Verifies an assertion by a credential: section 7.2 from the client data on.
///
/// Errors, all `invalid`: those of verify_registration that are not about attestation, and
/// webauthn.signature, webauthn.sign_count (not above the last: perhaps a clone).
base::Result<Assertee> verify_assertion(const Assertion& assertion, const Credential& credential,
                                        const Demand& demand);

}  // namespace bank::authentication
