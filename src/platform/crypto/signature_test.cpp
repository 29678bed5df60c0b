// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/signature.h>

#include <platform/crypto/certificate.h>
#include <platform/crypto/encoding.h>

#include <gtest/gtest.h>

namespace platform::crypto {
namespace {

using namespace std::string_literals;

Bytes of_hex(std::string_view text)
{
    return from_hex(text).value();
}

TEST(Ed25519, GivesTheSignatureOfRfc8032)
{
    const Bytes seed = of_hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
    const Ed25519Key key(SecretKey(std::span<const std::uint8_t, 32>{seed}));
    EXPECT_EQ(to_hex(key.public_bytes()),
              "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
    const Bytes message = of_hex("af82");
    const Bytes signature = key.sign(message);
    EXPECT_EQ(to_hex(signature),
              "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
              "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
    EXPECT_TRUE(ed25519_verify(key.public_bytes(), message, signature));
    EXPECT_FALSE(ed25519_verify(key.public_bytes(), of_hex("af83"), signature));
    EXPECT_FALSE(ed25519_verify(of_hex("00"), message, signature));
}

TEST(PublicKey, VerifiesOnlyWithTheAlgorithmOfItsKind)
{
    const P256Key key = P256Key::generate();
    const Bytes message = of_hex("0102");
    const Bytes signature = key.sign(message);
    const PublicKey verifier = key.public_key();
    EXPECT_TRUE(verifier.verify(SignatureAlgorithm::es256, message, signature));
    EXPECT_TRUE(verifier.verify(SignatureAlgorithm::esp256, message, signature));
    for (const auto other :
         {SignatureAlgorithm::es384, SignatureAlgorithm::esp384, SignatureAlgorithm::eddsa,
          SignatureAlgorithm::rs256, SignatureAlgorithm::ps256, SignatureAlgorithm::ed448}) {
        EXPECT_FALSE(verifier.verify(other, message, signature));
    }
    EXPECT_FALSE(verifier.verify(SignatureAlgorithm::es256, message, {}));
    EXPECT_EQ(PublicKey::from_der(verifier.to_der()).value().to_der(), verifier.to_der());
}

TEST(PublicKey, RefusesPointsOffTheCurveAndWeakKeys)
{
    const P256Key key = P256Key::generate();
    Bytes off = key.y();
    off[5] ^= 1;
    const auto reason = [](const auto& result) {
        return result ? "accepted" : std::string(result.error().reason);
    };
    EXPECT_EQ(reason(PublicKey::from_point(Curve::p256, key.x(), off)), "crypto.bad_key");
    EXPECT_EQ(reason(PublicKey::from_point(Curve::p384, key.x(), key.y())), "crypto.bad_key");
    EXPECT_EQ(reason(PublicKey::from_point(Curve::ed25519, key.x(), key.y())), "crypto.bad_key");
    EXPECT_EQ(reason(PublicKey::from_edwards(Curve::ed25519, of_hex("0102"))), "crypto.bad_key");
    EXPECT_EQ(reason(PublicKey::from_rsa(Bytes(128, 0xff), of_hex("010001"))), "crypto.bad_key");
    EXPECT_EQ(reason(PublicKey::from_rsa(Bytes(256, 0xff), of_hex("01"))), "crypto.bad_key");
    EXPECT_EQ(reason(PublicKey::from_der(of_hex("3000"))), "crypto.bad_key");
    EXPECT_EQ(reason(signature_algorithm(-65535)), "crypto.unknown_algorithm");
}

class Issuing : public testing::Test {
protected:
    static constexpr base::Instant start{1'700'000'000'000'000};
    std::vector<std::string> names{"bank.example", "192.0.2.7"};
    TlsIdentity authority = make_authority("the bank here", start, 60);
    TlsIdentity identity = issue(authority, names, start, 30).value();

    /// The certificates of a PEM, in their order.
    static std::vector<Certificate> certificates_of(const std::string& pem)
    {
        std::vector<Certificate> all;
        for (auto at = pem.find("-----BEGIN"); at != pem.npos; at = pem.find("-----BEGIN", at)) {
            const auto begin = pem.find('\n', at) + 1;
            at = pem.find("-----END", begin);
            std::string body = pem.substr(begin, at - begin);
            std::erase(body, '\n');
            all.push_back(Certificate::from_der(from_base64(body).value()).value());
        }
        return all;
    }
};

TEST_F(Issuing, ReadsBackAsWhatItWasMadeFor)
{
    const auto chain = certificates_of(identity.certificate_pem);
    ASSERT_EQ(chain.size(), 2U);
    const Certificate& certificate = chain[0];
    EXPECT_EQ(certificate.version(), 3);
    EXPECT_FALSE(certificate.is_authority());
    ASSERT_EQ(certificate.subject().size(), 1U);
    EXPECT_EQ(certificate.subject()[0].oid, "2.5.4.3");
    EXPECT_EQ(certificate.subject()[0].text, "bank.example");
    EXPECT_TRUE(certificate.has_extended_key_usage("1.3.6.1.5.5.7.3.1"));
    EXPECT_FALSE(certificate.has_extended_key_usage("1.3.6.1.5.5.7.3.2"));
    EXPECT_TRUE(certificate.extension("2.5.29.19")->critical);
    EXPECT_FALSE(certificate.extension("1.2.3.4").has_value());
    EXPECT_TRUE(certificate.public_key());
    EXPECT_TRUE(identity.private_key_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
    EXPECT_TRUE(chain[1].is_authority());
    EXPECT_EQ(chain[1].subject()[0].text, "the bank here");
    const std::string alternatives{as_text(certificate.extension("2.5.29.17")->value)};
    EXPECT_NE(alternatives.find("bank.example"), alternatives.npos);
    EXPECT_NE(alternatives.find("\xC0\x00\x02\x07"s), alternatives.npos)
        << "192.0.2.7 as an address";
}

TEST_F(Issuing, IsTrustedUnderItsAuthorityAloneAndInItsTime)
{
    const auto chain = certificates_of(identity.certificate_pem);
    const std::vector<Certificate> anchor{chain[1]};
    EXPECT_TRUE(verify_chain(chain, anchor, base::after_seconds(start, 60)));
    EXPECT_FALSE(verify_chain(chain, anchor, base::after_seconds(start, -60)));
    EXPECT_FALSE(verify_chain(chain, anchor, base::after_seconds(start, 31 * 86400)));
    EXPECT_FALSE(verify_chain({}, anchor, start));
    const auto other = certificates_of(make_authority("the bank here", start, 60).certificate_pem);
    EXPECT_FALSE(verify_chain(chain, other, base::after_seconds(start, 60)));
}

TEST_F(Issuing, NoAuthorityBelowIsTrusted)
{
    const auto server_key = TlsIdentity{identity.certificate_pem, identity.private_key_pem};
    const auto below = issue(server_key, names, start, 10);
    ASSERT_TRUE(below);
    const auto chain = certificates_of(below.value().certificate_pem);
    ASSERT_EQ(chain.size(), 3U);
    const std::vector<Certificate> anchor{chain[2]};
    EXPECT_FALSE(verify_chain(chain, anchor, base::after_seconds(start, 60)));
}

TEST_F(Issuing, AnAuthorityThatCannotBeReadIsRefused)
{
    const auto reason = [this](const TlsIdentity& given) {
        const auto made = issue(given, names, start, 30);
        return made ? std::string{} : std::string{made.error().reason};
    };
    EXPECT_EQ(reason({"", authority.private_key_pem}), "certificate.malformed");
    EXPECT_EQ(reason({authority.certificate_pem, "no key"}), "crypto.bad_key");
    EXPECT_EQ(reason({authority.certificate_pem, identity.private_key_pem}), "crypto.bad_key");
}

}  // namespace
}  // namespace platform::crypto
