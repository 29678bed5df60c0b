// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/code.h>
#include <bank/authentication/login.h>
#include <bank/authentication/password.h>
#include <platform/json/value.h>

#include <utility>

namespace bank::authentication {

/// How someone proves that they want something, weakest first.
enum class Method { password, code, passkey };
std::string_view to_string(Method method);

/// Errors: authentication.method_unknown.
base::Result<Method> parse_method(std::string_view name);

/// What a proof is about: the operation and each value that matters, name by name. For a payment
/// from, payee, amount and currency, so that none of them can change after the proof.
struct Content {
    std::string operation;  // "payment.transfer"
    std::vector<std::pair<std::string, std::string>> values;
};

/// SHA-256 over operation, names and values, each framed; the order of the values does not count.
platform::crypto::Digest digest(const Content& content);

using ProofId = base::Id<struct ProofTag>;

/// A challenge to prove `content`, to be answered once.
struct ProofChallenge {
    ProofId id;
    Method method;
    base::Instant expires;
    std::optional<IssuedCode> code;  // For `code`: to be sent with a text that names the content.
    platform::json::Object passkey;  // For `passkey`: options of navigator.credentials.get().
};

/// Opens a challenge for a login. The passkey challenge is a hash over a random nonce and the
/// content, so that the signature of the authenticator covers both.
///
/// Errors: authentication.login_unknown, authentication.no_phone, authentication.no_password,
/// authentication.no_passkey, authentication.code_too_soon, authentication.code_cap.
base::Result<ProofChallenge> open_proof_challenge(platform::sql::Transaction& transaction,
                                                  const Environment& environment, LoginId login,
                                                  Method method, const Content& content,
                                                  base::Instant now);

/// That a login proved `content`. Travels sealed by a MAC as a token (write_proof); the book that
/// acts on it notes that it was used.
struct Proof {
    ProofId id;
    int book;
    std::uint64_t subject;
    Method method;
    platform::crypto::Digest content;
    base::Instant expires;
};

/// Each answers an open challenge of `login`; a right answer closes it, a wrong one counts.
///
/// Answer with: authentication.challenge_unknown (also another's), authentication.challenge_used,
/// authentication.challenge_expired, and those of settle_password, redeem_code and, for passkeys,
/// of check_assertion (passkey.h), which is where that answer comes from.
Recorded<Proof> answer_with_password(platform::sql::Transaction& transaction,
                                     const Environment& environment, ProofId id,
                                     const PasswordCheck& check, base::Instant now);
Recorded<Proof> answer_with_code(platform::sql::Transaction& transaction,
                                 const Environment& environment, ProofId id, LoginId login,
                                 std::string_view code, base::Instant now);

/// The token of a proof and back. Errors of read_proof: authentication.proof_forged.
std::string write_proof(const Environment& environment, const Proof& proof);
base::Result<Proof> read_proof(const Environment& environment, std::string_view token);

/// Whether `proof` is one of this customer, about exactly this content, by a method at least as
/// strong as `at_least`, in time.
///
/// Errors: authentication.proof_of_another, authentication.proof_of_other_content,
/// authentication.proof_too_weak, authentication.proof_expired.
base::Result<void> check_proof(const Proof& proof, int book, std::uint64_t subject,
                               const Content& content, Method at_least, base::Instant now);

/// Uses a proof up in the book that acts on it, inside the unit of work that does; call it before
/// anything is written. Errors: authentication.proof_used, authentication.proof_expired.
base::Result<void> consume_proof(platform::sql::Transaction& transaction, const Proof& proof,
                                 base::Instant now);

}  // namespace bank::authentication
