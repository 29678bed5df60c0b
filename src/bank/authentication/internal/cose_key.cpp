// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/cose_key.h>

#include <bank/authentication/internal/client_data.h>

#include <algorithm>
#include <array>
#include <optional>

namespace bank::authentication {

namespace cbor = platform::cbor;
namespace crypto = platform::crypto;
using base::Result;
using crypto::Curve;
using crypto::SignatureAlgorithm;

namespace {

constexpr std::array accepted{
    SignatureAlgorithm::es256,  SignatureAlgorithm::eddsa,  SignatureAlgorithm::ed25519,
    SignatureAlgorithm::esp256, SignatureAlgorithm::es384,  SignatureAlgorithm::esp384,
    SignatureAlgorithm::es512,  SignatureAlgorithm::esp512, SignatureAlgorithm::ed448,
    SignatureAlgorithm::ps256,  SignatureAlgorithm::ps384,  SignatureAlgorithm::ps512,
    SignatureAlgorithm::rs256,  SignatureAlgorithm::rs384,  SignatureAlgorithm::rs512};

/// Labels of COSE_Key parameters, and key types.
constexpr std::int64_t label_type = 1, label_algorithm = 3;
constexpr std::int64_t label_curve = -1, label_x = -2, label_y = -3;  // OKP, EC2
constexpr std::int64_t label_modulus = -1, label_exponent = -2;       // RSA
constexpr std::int64_t type_okp = 1, type_ec2 = 2, type_rsa = 3;

base::Error bad_key()
{
    return refused("webauthn.public_key", "the public key is not one of its algorithm");
}

/// The curve that WebAuthn Level 3 section 5.8.5 fixes for an algorithm; none for RSA.
std::optional<Curve> curve_of(SignatureAlgorithm algorithm)
{
    switch (algorithm) {
        case SignatureAlgorithm::es256:
        case SignatureAlgorithm::esp256:
            return Curve::p256;
        case SignatureAlgorithm::es384:
        case SignatureAlgorithm::esp384:
            return Curve::p384;
        case SignatureAlgorithm::es512:
        case SignatureAlgorithm::esp512:
            return Curve::p521;
        case SignatureAlgorithm::eddsa:
        case SignatureAlgorithm::ed25519:
            return Curve::ed25519;
        case SignatureAlgorithm::ed448:
            return Curve::ed448;
        default:
            return std::nullopt;
    }
}

Result<std::int64_t> integer(const cbor::Value& map, std::int64_t label)
{
    const cbor::Value* value = map.find(label);
    if (value == nullptr || value->integer() == nullptr) return bad_key();
    return *value->integer();
}

Result<crypto::Bytes> bytes(const cbor::Value& map, std::int64_t label)
{
    const cbor::Value* value = map.find(label);
    if (value == nullptr || value->bytes() == nullptr) return bad_key();
    return *value->bytes();
}

Result<crypto::PublicKey> checked(Result<crypto::PublicKey> key)
{
    if (!key) return bad_key();
    return key;
}

}  // namespace

std::span<const SignatureAlgorithm> accepted_algorithms()
{
    return accepted;
}

Result<CoseKey> read_cose_key(const cbor::Value& map)
{
    if (map.map() == nullptr) return bad_key();
    const auto known = crypto::signature_algorithm(TRY(integer(map, label_algorithm)));
    if (!known || std::ranges::find(accepted, known.value()) == accepted.end()) {
        return refused("webauthn.algorithm", "the passkey uses an algorithm that is not accepted");
    }
    const SignatureAlgorithm algorithm = known.value();
    const std::int64_t type = TRY(integer(map, label_type));
    const auto curve = curve_of(algorithm);
    if (!curve) {
        if (type != type_rsa) return bad_key();
        const crypto::Bytes modulus = TRY(bytes(map, label_modulus));
        const crypto::Bytes exponent = TRY(bytes(map, label_exponent));
        return CoseKey{
            algorithm, TRY(checked(crypto::PublicKey::from_rsa(modulus, exponent))), {}, {}};
    }
    if (TRY(integer(map, label_curve)) != static_cast<std::int64_t>(*curve)) return bad_key();
    const crypto::Bytes x = TRY(bytes(map, label_x));
    if (*curve == Curve::ed25519 || *curve == Curve::ed448) {
        if (type != type_okp) return bad_key();
        return CoseKey{algorithm, TRY(checked(crypto::PublicKey::from_edwards(*curve, x))), {}, {}};
    }
    if (type != type_ec2) return bad_key();
    const crypto::Bytes y = TRY(bytes(map, label_y));
    return CoseKey{algorithm, TRY(checked(crypto::PublicKey::from_point(*curve, x, y))), x, y};
}

Result<CoseKey> decode_cose_key(crypto::ByteView encoded)
{
    const auto map = cbor::decode(encoded);
    if (!map) return bad_key();
    return read_cose_key(map.value());
}

}  // namespace bank::authentication
