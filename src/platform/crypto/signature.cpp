// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/signature.h>

#include <platform/crypto/internal/pkey.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <optional>

namespace platform::crypto {

namespace {

enum class Family { ecdsa, edwards, rsa_pkcs1, rsa_pss };

struct Scheme {
    SignatureAlgorithm algorithm;
    Family family;
    const char* digest;  // Null where the scheme hashes by itself.
    int key_bits;        // Zero where any size of the family goes.
};

using enum SignatureAlgorithm;

constexpr std::array schemes{
    Scheme{es256, Family::ecdsa, "SHA256", 0},     Scheme{es384, Family::ecdsa, "SHA384", 0},
    Scheme{es512, Family::ecdsa, "SHA512", 0},     Scheme{esp256, Family::ecdsa, "SHA256", 256},
    Scheme{esp384, Family::ecdsa, "SHA384", 384},  Scheme{esp512, Family::ecdsa, "SHA512", 521},
    Scheme{eddsa, Family::edwards, nullptr, 0},    Scheme{ed25519, Family::edwards, nullptr, 256},
    Scheme{ed448, Family::edwards, nullptr, 456},  Scheme{rs256, Family::rsa_pkcs1, "SHA256", 0},
    Scheme{rs384, Family::rsa_pkcs1, "SHA384", 0}, Scheme{rs512, Family::rsa_pkcs1, "SHA512", 0},
    Scheme{ps256, Family::rsa_pss, "SHA256", 0},   Scheme{ps384, Family::rsa_pss, "SHA384", 0},
    Scheme{ps512, Family::rsa_pss, "SHA512", 0},
};

const Scheme* scheme_of(std::int64_t cose_number)
{
    for (const Scheme& scheme : schemes) {
        if (static_cast<std::int64_t>(scheme.algorithm) == cose_number) return &scheme;
    }
    return nullptr;
}

std::optional<Family> family_of(const EVP_PKEY* key)
{
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_EC:
            return Family::ecdsa;
        case EVP_PKEY_ED25519:
        case EVP_PKEY_ED448:
            return Family::edwards;
        case EVP_PKEY_RSA:
            return Family::rsa_pkcs1;
        default:
            return std::nullopt;
    }
}

bool fits(const Scheme& scheme, const EVP_PKEY* key)
{
    const auto family = family_of(key);
    const auto wanted = scheme.family == Family::rsa_pss ? Family::rsa_pkcs1 : scheme.family;
    return family == wanted && (scheme.key_bits == 0 || EVP_PKEY_get_bits(key) == scheme.key_bits);
}

}  // namespace

base::Result<SignatureAlgorithm> signature_algorithm(std::int64_t cose_number)
{
    if (const Scheme* scheme = scheme_of(cose_number)) return scheme->algorithm;
    return base::invalid("crypto.unknown_algorithm", "the signature algorithm is not supported");
}

bool PublicKey::verify(SignatureAlgorithm algorithm, ByteView message, ByteView signature) const
{
    const Scheme* scheme = scheme_of(static_cast<std::int64_t>(algorithm));
    EVP_PKEY* key = handle_->key.get();
    if (scheme == nullptr || !fits(*scheme, key)) return false;

    const DigestContext context(EVP_MD_CTX_new());
    must(context != nullptr, "EVP_MD_CTX_new");
    EVP_PKEY_CTX* parameters = nullptr;  // Owned by the context.
    must(EVP_DigestVerifyInit_ex(context.get(), &parameters, scheme->digest, nullptr, nullptr, key,
                                 nullptr) == 1,
         "EVP_DigestVerifyInit_ex");
    if (scheme->family == Family::rsa_pss) {
        // RFC 8230: the salt is as long as the hash, which also makes the mask.
        must(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
                 EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1,
             "RSA-PSS");
    }
    const bool verified = EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                                           message.data(), message.size()) == 1;
    ERR_clear_error();
    return verified;
}

}  // namespace platform::crypto
