// SPDX-License-Identifier: Apache-2.0
// Formats and algorithms of which the public vectors hold none, with certificates made here.
#include <bank/authentication/webauthn.h>

#include <platform/cbor/value.h>
#include <platform/crypto/encoding.h>
#include <platform/crypto/hash.h>

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <memory>

namespace bank::authentication {
namespace {

namespace cbor = platform::cbor;
namespace crypto = platform::crypto;

using Key = std::shared_ptr<EVP_PKEY>;
using cbor::Bytes;

Key generate(const char* kind)
{
    const std::string name(kind);
    EVP_PKEY* key = name == "RSA"            ? EVP_RSA_gen(2048)
                    : name.starts_with("P-") ? EVP_EC_gen(kind)
                                             : EVP_PKEY_Q_keygen(nullptr, nullptr, kind);
    return {key, EVP_PKEY_free};
}

Bytes sign(const Key& key, const char* digest, const Bytes& message, bool pss = false)
{
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_PKEY_CTX* parameters = nullptr;
    EVP_DigestSignInit_ex(context.get(), &parameters, digest, nullptr, nullptr, key.get(), nullptr);
    if (pss) {
        EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
        EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
    }
    std::size_t size = 0;
    EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size());
    Bytes signature(size);
    EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size());
    signature.resize(size);
    return signature;
}

Bytes number(const Key& key, const char* name, int width = 0)
{
    BIGNUM* value = nullptr;
    EVP_PKEY_get_bn_param(key.get(), name, &value);
    Bytes bytes(static_cast<std::size_t>(width > 0 ? width : BN_num_bytes(value)));
    BN_bn2binpad(value, bytes.data(), static_cast<int>(bytes.size()));
    BN_free(value);
    return bytes;
}

cbor::Map cose(const Key& key, int algorithm, int curve, int width)
{
    if (curve == 0) {
        return {{1, 3},
                {3, algorithm},
                {-1, number(key, OSSL_PKEY_PARAM_RSA_N)},
                {-2, number(key, OSSL_PKEY_PARAM_RSA_E)}};
    }
    if (curve >= 6) {
        Bytes raw(57);
        std::size_t size = raw.size();
        EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size);
        raw.resize(size);
        return {{1, 1}, {3, algorithm}, {-1, curve}, {-2, raw}};
    }
    return {{1, 2},
            {3, algorithm},
            {-1, curve},
            {-2, number(key, OSSL_PKEY_PARAM_EC_PUB_X, width)},
            {-3, number(key, OSSL_PKEY_PARAM_EC_PUB_Y, width)}};
}

/// A certificate for `key`, signed by itself, with one extension of raw DER.
Bytes certificate(const Key& key, const char* oid, const Bytes& extension)
{
    const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), X509_free);
    X509_set_version(x509.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), 3600);
    X509_set_pubkey(x509.get(), key.get());
    if (oid != nullptr) {
        ASN1_OBJECT* object = OBJ_txt2obj(oid, 1);
        ASN1_OCTET_STRING* value = ASN1_OCTET_STRING_new();
        ASN1_OCTET_STRING_set(value, extension.data(), static_cast<int>(extension.size()));
        X509_EXTENSION* made = X509_EXTENSION_create_by_OBJ(nullptr, object, 0, value);
        X509_add_ext(x509.get(), made, -1);
        X509_EXTENSION_free(made);
        ASN1_OCTET_STRING_free(value);
        ASN1_OBJECT_free(object);
    }
    X509_sign(x509.get(), key.get(), EVP_sha256());
    Bytes der(static_cast<std::size_t>(i2d_X509(x509.get(), nullptr)));
    unsigned char* at = der.data();
    i2d_X509(x509.get(), &at);
    return der;
}

Bytes operator+(Bytes a, const Bytes& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// DER of one element with a short or two-byte length.
Bytes tlv(Bytes identifier, const Bytes& content)
{
    if (content.size() >= 0x80) identifier.push_back(0x81);
    identifier.push_back(static_cast<std::uint8_t>(content.size()));
    return std::move(identifier) + content;
}

class Attestation : public testing::Test {
protected:
    Attestation()
    {
        client_ = R"({"type":"webauthn.create","challenge":")" + crypto::to_base64url(challenge_) +
                  R"(","origin":"https://bank.example","crossOrigin":false})";
        const auto digest = crypto::sha256(crypto::as_bytes(client_));
        client_hash_ = Bytes(digest.begin(), digest.end());
    }

    Bytes authenticator_data(const cbor::Map& key) const
    {
        Bytes data = crypto::to_bytes(crypto::sha256(crypto::as_bytes(party_.id)));
        data = std::move(data) + Bytes{0x45, 0, 0, 0, 0} + Bytes(16, 0) + Bytes{0, 4} + id_;
        return std::move(data) + cbor::encode(key);
    }

    std::string verdict(const char* format, cbor::Map statement, const Bytes& data) const
    {
        const Bytes object = cbor::encode(
            cbor::Map{{"fmt", format}, {"attStmt", std::move(statement)}, {"authData", data}});
        const auto result =
            verify_registration(crypto::as_bytes(client_), object,
                                {.relying_party = party_, .challenge = challenge_}, {});
        return result ? result.value().attestation : std::string(result.error().reason);
    }

    /// android-key with this description and, where given, another key in the certificate.
    std::string android(const Bytes& description, const Key& other = nullptr) const
    {
        const Bytes data = authenticator_data(cose(key_, -7, 1, 32));
        return verdict("android-key",
                       {{"alg", -7},
                        {"sig", sign(other ? other : key_, "SHA256", data + client_hash_)},
                        {"x5c", cbor::Array{certificate(other ? other : key_,
                                                        "1.3.6.1.4.1.11129.2.1.17", description)}}},
                       data);
    }

    static Bytes description(const Bytes& challenge, const Bytes& software, const Bytes& hardware)
    {
        return tlv({0x30}, Bytes{0x02, 1, 3, 0x0a, 1, 1, 0x02, 1, 4, 0x0a, 1, 1} +
                               tlv({0x04}, challenge) + tlv({0x04}, {}) + tlv({0x30}, software) +
                               tlv({0x30}, hardware));
    }

    const Bytes challenge_ = Bytes(32, 9);
    const Bytes id_{1, 2, 3, 4};
    const RelyingParty party_{"bank.example", "", {"https://bank.example"}};
    const Key key_ = generate("P-256");
    std::string client_;
    Bytes client_hash_;

    const Bytes purpose_sign_ = tlv({0xa1}, tlv({0x31}, {0x02, 1, 2}));
    const Bytes purpose_verify_ = tlv({0xa1}, tlv({0x31}, {0x02, 1, 3}));
    const Bytes generated_ = tlv({0xbf, 0x85, 0x3e}, {0x02, 1, 0});
    const Bytes imported_ = tlv({0xbf, 0x85, 0x3e}, {0x02, 1, 2});
    const Bytes all_applications_ = tlv({0xbf, 0x84, 0x58}, {0x05, 0});
};

TEST_F(Attestation, SelfSignedByEveryAlgorithmVerifies)
{
    struct Scheme {
        const char* key;
        int algorithm, curve, width;
        const char* digest;
    };
    for (const Scheme& scheme : {Scheme{"P-256", -7, 1, 32, "SHA256"},
                                 {"P-384", -35, 2, 48, "SHA384"},
                                 {"P-521", -36, 3, 66, "SHA512"},
                                 {"P-256", -9, 1, 32, "SHA256"},
                                 {"P-384", -51, 2, 48, "SHA384"},
                                 {"P-521", -52, 3, 66, "SHA512"},
                                 {"ED25519", -8, 6, 0, nullptr},
                                 {"ED25519", -19, 6, 0, nullptr},
                                 {"ED448", -53, 7, 0, nullptr},
                                 {"RSA", -257, 0, 0, "SHA256"},
                                 {"RSA", -258, 0, 0, "SHA384"},
                                 {"RSA", -259, 0, 0, "SHA512"},
                                 {"RSA", -37, 0, 0, "SHA256"},
                                 {"RSA", -38, 0, 0, "SHA384"},
                                 {"RSA", -39, 0, 0, "SHA512"}}) {
        const Key key = generate(scheme.key);
        const bool pss = scheme.algorithm <= -37 && scheme.algorithm >= -39;
        const Bytes data =
            authenticator_data(cose(key, scheme.algorithm, scheme.curve, scheme.width));
        const Bytes signature = sign(key, scheme.digest, data + client_hash_, pss);
        EXPECT_EQ(verdict("packed", {{"alg", scheme.algorithm}, {"sig", signature}}, data), "self")
            << scheme.algorithm;
        Bytes wrong = signature;
        wrong[wrong.size() / 2] ^= 1;
        EXPECT_EQ(verdict("packed", {{"alg", scheme.algorithm}, {"sig", wrong}}, data),
                  "webauthn.attestation");
        EXPECT_EQ(verdict("packed", {{"alg", scheme.algorithm - 1000}, {"sig", signature}}, data),
                  "webauthn.attestation");
    }
}

TEST_F(Attestation, KeysThatDoNotFitTheirAlgorithmAreRefused)
{
    const auto none = [&](const cbor::Map& key) {
        return verdict("none", {}, authenticator_data(key));
    };
    EXPECT_EQ(none(cose(key_, -7, 1, 32)), "none");
    EXPECT_EQ(none(cose(key_, -35, 1, 32)), "webauthn.public_key");
    EXPECT_EQ(none(cose(key_, -7, 2, 32)), "webauthn.public_key");
    EXPECT_EQ(none(cose(key_, -65535, 1, 32)), "webauthn.algorithm");
    EXPECT_EQ(none(cose(key_, -47, 1, 32)), "webauthn.algorithm");
    EXPECT_EQ(none(cose(generate("RSA"), -7, 0, 0)), "webauthn.public_key");
    EXPECT_EQ(none(cose(generate("P-384"), -7, 2, 48)), "webauthn.public_key");
    EXPECT_EQ(none({{1, 2}, {-1, 1}}), "webauthn.public_key");
    EXPECT_EQ(none({}), "webauthn.public_key");
    cbor::Map point = cose(key_, -7, 1, 32);
    point[4].second = Bytes(32, 1);
    EXPECT_EQ(none(point), "webauthn.public_key");
    Bytes longer = authenticator_data(cose(key_, -7, 1, 32));
    longer.push_back(0);
    EXPECT_EQ(verdict("none", {}, longer), "webauthn.authenticator_data");
    EXPECT_EQ(verdict("none", {{"sig", Bytes{1}}}, authenticator_data(cose(key_, -7, 1, 32))),
              "webauthn.attestation");
    EXPECT_EQ(verdict("unheard-of", {}, authenticator_data(cose(key_, -7, 1, 32))),
              "webauthn.format");
}

TEST_F(Attestation, AndroidKeysSayWhatTheyAreFor)
{
    const Bytes good = purpose_sign_ + generated_;
    EXPECT_EQ(android(description(client_hash_, {}, good)), "basic");
    EXPECT_EQ(android(description(client_hash_, good, {})), "basic");
    EXPECT_EQ(android(description(client_hash_, generated_, purpose_sign_)), "basic");
    for (const Bytes& bad :
         {description(Bytes(32, 1), {}, good), description(client_hash_, {}, {}),
          description(client_hash_, {}, purpose_sign_), description(client_hash_, {}, generated_),
          description(client_hash_, {}, purpose_sign_ + imported_),
          description(client_hash_, {}, purpose_verify_ + generated_),
          description(client_hash_, {}, good + all_applications_),
          description(client_hash_, all_applications_, good), Bytes{}, Bytes{0x30, 0},
          Bytes{0x30, 0x7f}, Bytes{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}}) {
        EXPECT_EQ(android(bad), "webauthn.attestation");
    }
    EXPECT_EQ(android(description(client_hash_, {}, good), generate("P-256")),
              "webauthn.attestation");
}

TEST_F(Attestation, U2fSignsTheRegistrationMessage)
{
    const Key maker = generate("P-256");
    const Bytes data = authenticator_data(cose(key_, -7, 1, 32));
    const Bytes message = Bytes{0} + crypto::to_bytes(crypto::sha256(crypto::as_bytes(party_.id))) +
                          client_hash_ + id_ + Bytes{4} +
                          number(key_, OSSL_PKEY_PARAM_EC_PUB_X, 32) +
                          number(key_, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
    const Bytes der = certificate(maker, nullptr, {});
    const auto with = [&](const Bytes& signature, cbor::Array chain) {
        return verdict("fido-u2f", {{"sig", signature}, {"x5c", std::move(chain)}}, data);
    };
    EXPECT_EQ(with(sign(maker, "SHA256", message), {der}), "basic");
    EXPECT_EQ(with(sign(maker, "SHA256", message), {der, der}), "webauthn.attestation");
    EXPECT_EQ(with(sign(maker, "SHA256", message), {}), "webauthn.attestation");
    EXPECT_EQ(with(sign(maker, "SHA256", message), {Bytes{1, 2}}), "webauthn.attestation");
    EXPECT_EQ(with(sign(key_, "SHA256", message), {der}), "webauthn.attestation");
    EXPECT_EQ(with(sign(maker, "SHA256", message + Bytes{0}), {der}), "webauthn.attestation");
    const Key wide = generate("P-384");
    EXPECT_EQ(with(sign(wide, "SHA256", message), {certificate(wide, nullptr, {})}),
              "webauthn.attestation");
}

}  // namespace
}  // namespace bank::authentication
