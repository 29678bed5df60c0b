// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/cbor/value.h>
#include <platform/crypto/signature.h>

namespace bank::authentication {

/// A credential public key (RFC 9052 section 7, RFC 9053, WebAuthn Level 3 section 5.8.5).
struct CoseKey {
    platform::crypto::SignatureAlgorithm algorithm;
    platform::crypto::PublicKey key;
    platform::crypto::Bytes x;  // Elliptic curves: the coordinates in full width; else empty.
    platform::crypto::Bytes y;
};

/// Reads a COSE_Key whose algorithm is one that passkeys may have and whose curve is the one that
/// WebAuthn fixes for it. Errors: webauthn.algorithm, webauthn.public_key.
base::Result<CoseKey> read_cose_key(const platform::cbor::Value& map);
base::Result<CoseKey> decode_cose_key(platform::crypto::ByteView bytes);

}  // namespace bank::authentication
