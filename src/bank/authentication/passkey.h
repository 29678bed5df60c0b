// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/proof.h>

namespace bank::authentication {

using CeremonyId = base::Id<struct ProofTag>;

/// A WebAuthn ceremony that was begun: what the browser is given, as the JSON forms of WebAuthn
/// Level 3 sections 5.1.8 and 5.1.9, for `PublicKeyCredential.parse…OptionsFromJSON`.
struct Ceremony {
    CeremonyId id;
    platform::json::Object options;
    base::Instant expires;
};

struct Passkey {
    platform::crypto::Bytes credential_id;
    std::string name;  // As the customer calls it.
    std::string attestation;
    bool backed_up;
    base::Instant created;
    base::Instant last_used;
};

/// Begins to register a passkey for a login that is signed in. `display_name` is shown by the
/// authenticator and stays there. Errors: authentication.login_unknown,
/// authentication.too_many_passkeys (10).
base::Result<Ceremony> begin_registration(platform::sql::Transaction& transaction,
                                          const Environment& environment, LoginId login,
                                          std::string_view display_name, base::Instant now);

/// What the verification on a worker found, to be written by finish_registration.
struct RegistrationCheck {
    CeremonyId ceremony;
    platform::crypto::Bytes credential_id;
    platform::crypto::Bytes public_key;  // COSE_Key.
    std::int64_t sign_count;
    bool user_verified, backup_eligible, backed_up;
    platform::crypto::Bytes aaguid;
    std::string attestation;  // "none", "packed/self", …
    std::string transports;   // As JSON.
};

/// Verifies `credential`, the RegistrationResponseJSON of the browser, against the ceremony.
/// Errors: authentication.challenge_unknown, authentication.challenge_used,
/// authentication.challenge_expired, those of verify_registration (webauthn.h).
base::Result<RegistrationCheck> check_registration(platform::sql::Snapshot& snapshot,
                                                   const Environment& environment,
                                                   CeremonyId ceremony, LoginId login,
                                                   const platform::json::Value& credential,
                                                   base::Instant now);

/// Stores the passkey. Errors: authentication.challenge_used, authentication.passkey_taken.
base::Result<void> finish_registration(platform::sql::Transaction& transaction,
                                       const RegistrationCheck& check, LoginId login,
                                       std::string_view name, base::Instant now);

/// Begins a sign-in by whichever passkey the person picks.
Ceremony begin_passkey_sign_in(platform::sql::Transaction& transaction,
                               const Environment& environment, base::Instant now);

/// What the verification on a worker found, to be written by a finishing function.
struct AssertionCheck {
    CeremonyId ceremony;
    LoginId login;
    platform::crypto::Bytes credential_id;
    std::int64_t stored_sign_count, sign_count;
    bool user_verified, backed_up;
};

/// Verifies `credential`, the AuthenticationResponseJSON of the browser, against a sign-in or a
/// proof challenge. Errors: authentication.challenge_unknown, authentication.challenge_used,
/// authentication.challenge_expired, authentication.passkey_unknown, those of verify_assertion.
base::Result<AssertionCheck> check_assertion(platform::sql::Snapshot& snapshot,
                                             const Environment& environment, CeremonyId ceremony,
                                             const platform::json::Value& credential,
                                             base::Instant now);

/// Completes a sign-in: the login whose passkey it was; open a session for it next.
/// Errors: authentication.challenge_used, authentication.passkey_moved_on (another use of the same
/// passkey came between), authentication.login_unknown.
base::Result<Login> finish_passkey_sign_in(platform::sql::Transaction& transaction,
                                           const AssertionCheck& check, base::Instant now);

/// Completes a proof. Errors: those of finish_passkey_sign_in, authentication.challenge_unknown.
base::Result<Proof> answer_with_passkey(platform::sql::Transaction& transaction,
                                        const AssertionCheck& check, LoginId login,
                                        base::Instant now);

std::vector<Passkey> passkeys_of(platform::sql::Snapshot& snapshot, LoginId login);
bool has_passkey(platform::sql::Snapshot& snapshot, int book, std::uint64_t customer);

/// Errors: authentication.passkey_unknown.
base::Result<void> remove_passkey(platform::sql::Transaction& transaction, LoginId login,
                                  platform::crypto::ByteView credential_id);

}  // namespace bank::authentication
