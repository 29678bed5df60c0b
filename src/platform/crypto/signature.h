// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/crypto/bytes.h>
#include <platform/crypto/random.h>

#include <memory>

namespace platform::crypto {

/// Signature algorithms by their COSE number (RFC 9053, RFC 9864, RFC 8812). SHA-1 with RSA
/// (-65535) and secp256k1 are not among them.
enum class SignatureAlgorithm {
    es256 = -7,
    eddsa = -8,
    esp256 = -9,
    ed25519 = -19,
    es384 = -35,
    es512 = -36,
    ps256 = -37,
    ps384 = -38,
    ps512 = -39,
    esp384 = -51,
    esp512 = -52,
    ed448 = -53,
    rs256 = -257,
    rs384 = -258,
    rs512 = -259,
};

/// Errors: crypto.unknown_algorithm.
base::Result<SignatureAlgorithm> signature_algorithm(std::int64_t cose_number);

/// Curves that public keys may lie on, by their COSE number (RFC 9053 section 7.1).
enum class Curve { p256 = 1, p384 = 2, p521 = 3, ed25519 = 6, ed448 = 7 };

/// A public key that verifies signatures. Thread-safe, cheap to copy.
class PublicKey {
public:
    /// A point of P-256, P-384 or P-521, each coordinate in the full width of the field.
    /// Errors: crypto.bad_key (not a point of the curve).
    static base::Result<PublicKey> from_point(Curve curve, ByteView x, ByteView y);

    /// Modulus (2048 to 8192 bits) and exponent, big-endian. Errors: crypto.bad_key.
    static base::Result<PublicKey> from_rsa(ByteView modulus, ByteView exponent);

    /// An Ed25519 (32 bytes) or Ed448 (57 bytes) key. Errors: crypto.bad_key.
    static base::Result<PublicKey> from_edwards(Curve curve, ByteView key);

    /// A SubjectPublicKeyInfo (RFC 5280), as certificates hold it. Errors: crypto.bad_key.
    static base::Result<PublicKey> from_der(ByteView der);

    /// The SubjectPublicKeyInfo; equal keys give equal bytes.
    Bytes to_der() const;

    /// Whether `signature` is this key's over `message`. ECDSA signatures are DER (as WebAuthn and
    /// X.509 carry them). False also where the algorithm does not fit the key, its curve included
    /// for all but es256/es384/es512, which name only a hash.
    bool verify(SignatureAlgorithm algorithm, ByteView message, ByteView signature) const;

    struct Handle;
    explicit PublicKey(std::shared_ptr<const Handle> handle) : handle_(std::move(handle)) {}

private:
    std::shared_ptr<const Handle> handle_;
};

/// Ed25519 (RFC 8032) from a 32-byte seed.
class Ed25519Key {
public:
    explicit Ed25519Key(const SecretKey& seed);

    Bytes sign(ByteView message) const;  // 64 bytes.
    Bytes public_bytes() const;          // 32 bytes.

private:
    struct Handle;
    std::shared_ptr<const Handle> handle_;
};

bool ed25519_verify(ByteView public_bytes, ByteView message, ByteView signature);

/// A P-256 key pair, as authenticators and self-signed certificates use it.
class P256Key {
public:
    static P256Key generate();

    /// DER over SHA-256 of `message`.
    Bytes sign(ByteView message) const;
    Bytes x() const;  // 32 bytes.
    Bytes y() const;  // 32 bytes.
    PublicKey public_key() const;

private:
    struct Handle;
    explicit P256Key(std::shared_ptr<const Handle> handle) : handle_(std::move(handle)) {}

    std::shared_ptr<const Handle> handle_;
};

}  // namespace platform::crypto
