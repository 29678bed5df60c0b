// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/internal/authenticator_data.h>

namespace bank::authentication {

/// What every attestation statement speaks of.
struct Attested {
    const AttestedCredential& credential;
    const platform::crypto::Bytes& rp_id_hash;
    platform::crypto::ByteView authenticator_data;
    platform::crypto::ByteView client_data_hash;

    /// Authenticator data and client data hash, one after the other.
    platform::crypto::Bytes to_be_signed() const;
};

/// A statement that verified: its type, and the certificates from the leaf on (none: no trust
/// path).
struct Statement {
    std::string type;  // "none", "self", "basic", "anonymisation"
    std::vector<platform::crypto::Certificate> chain;
};

/// Verifies a statement by the procedure of its format (section 8).
/// Errors: webauthn.format, webauthn.attestation.
base::Result<Statement> verify_statement(std::string_view format,
                                         const platform::cbor::Value& statement,
                                         const Attested& attested);

/// The formats one by one, by section. Errors: webauthn.attestation.
base::Result<Statement> verify_packed(const platform::cbor::Value&, const Attested&);       // 8.2
base::Result<Statement> verify_tpm(const platform::cbor::Value&, const Attested&);          // 8.3
base::Result<Statement> verify_android_key(const platform::cbor::Value&, const Attested&);  // 8.4
base::Result<Statement> verify_fido_u2f(const platform::cbor::Value&, const Attested&);     // 8.6
base::Result<Statement> verify_apple(const platform::cbor::Value&, const Attested&);        // 8.8

// What the formats share. ------------------------------------------------------------------------

base::Error bad_statement(std::string detail);

/// Members of the statement. Errors: webauthn.attestation.
base::Result<platform::crypto::Bytes> statement_bytes(const platform::cbor::Value& statement,
                                                      std::string_view name);
base::Result<platform::crypto::SignatureAlgorithm> statement_algorithm(
    const platform::cbor::Value& statement);

/// "x5c": at least one certificate, at most 8.
base::Result<std::vector<platform::crypto::Certificate>> statement_chain(
    const platform::cbor::Value& statement);

/// Whether the certificate's key made `signature`.
base::Result<void> check_signature(const platform::crypto::Certificate& certificate,
                                   platform::crypto::SignatureAlgorithm algorithm,
                                   platform::crypto::ByteView message,
                                   platform::crypto::ByteView signature);

/// Whether the certificate is for the credential's own key.
base::Result<void> check_same_key(const platform::crypto::Certificate& certificate,
                                  const AttestedCredential& credential);

/// Where the certificate has the extension id-fido-gen-ce-aaguid, it is not critical and names the
/// credential's AAGUID.
base::Result<void> check_aaguid(const platform::crypto::Certificate& certificate,
                                const AttestedCredential& credential);

}  // namespace bank::authentication
