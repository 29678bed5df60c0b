// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/proof.h>

namespace bank::authentication {

enum class ChallengeKind { registration, sign_in, proof };

/// A row of authentication_challenge.
struct Challenge {
    ProofId id;
    ChallengeKind kind;
    LoginId login;  // None for a sign-in.
    Method method = Method::passkey;
    platform::crypto::Digest content{};  // Zero but for proofs.
    platform::crypto::Bytes nonce;       // 32 bytes.
    CodeId code{};
    base::Instant expires;
};

/// What an authenticator signs: the nonce alone, or for a proof a hash over nonce and content.
platform::crypto::Bytes signed_challenge(const Challenge& challenge);

/// A fresh one with a random nonce, not yet stored.
Challenge new_challenge(platform::sql::Transaction& transaction, const Environment& environment,
                        ChallengeKind kind, LoginId login, base::Instant now);
void store(platform::sql::Transaction& transaction, const Challenge& challenge);

/// The challenge, if it may still be answered. Errors: authentication.challenge_unknown (also where
/// it is of another kind, or not of `login`, if one is given), authentication.challenge_used,
/// authentication.challenge_expired.
base::Result<Challenge> open_challenge(platform::sql::Snapshot& snapshot, ProofId id,
                                       std::optional<LoginId> login, base::Instant now);

/// Closes it: it cannot be answered again.
void close(platform::sql::Transaction& transaction, ProofId id);

/// The proof that a right answer to `challenge` gives.
base::Result<Proof> proven(platform::sql::Snapshot& snapshot, const Challenge& challenge);

base::Error challenge_unknown();

}  // namespace bank::authentication
