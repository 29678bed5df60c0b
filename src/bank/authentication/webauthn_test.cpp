// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/webauthn.h>

#include <platform/crypto/encoding.h>
#include <platform/json/value.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace bank::authentication {
namespace {

namespace crypto = platform::crypto;
namespace json = platform::json;

crypto::Bytes hex(const json::Value& value)
{
    return crypto::from_hex(value.text_or()).value();
}

/// The W3C's own vectors, from the folder of public test data beside the checkout.
class Vectors : public testing::Test {
protected:
    void SetUp() override
    {
        std::ifstream file(YUNGUI_SOURCE_DIR "/../shared/data/webauthn/w3c_l3_test_vectors.json");
        if (!file) GTEST_SKIP() << "the WebAuthn test vectors are not here";
        std::ostringstream text;
        text << file.rdbuf();
        all_ = json::parse(text.str()).value();
        party_ = {.id = std::string(all_["rpId"].text_or()),
                  .name = "",
                  .origins = {std::string(all_["origin"].text_or())}};
        for (const auto& [name, entry] : *all_["cases"].object()) {
            if (name.ends_with("attestation-root-cert")) {
                anchors_.push_back(
                    crypto::Certificate::from_der(hex(entry["values"]["attestation_ca_cert"]))
                        .value());
            } else if (entry["registration"].object() != nullptr &&
                       entry["authentication"].object() != nullptr) {
                cases_.emplace_back(name, entry);
            }
        }
        ASSERT_FALSE(cases_.empty());
        ASSERT_EQ(anchors_.size(), 1U);
    }

    Demand demand(crypto::ByteView challenge) const
    {
        return {.relying_party = party_,
                .challenge = challenge,
                .user_verification = false,
                .cross_origin = true,
                .top_origins = {std::string(all_["topOrigin"].text_or())}};
    }

    struct Parts {
        crypto::Bytes challenge, client_data, attestation;
    };
    static Parts registration_parts(const json::Value& entry)
    {
        const json::Value& r = entry["registration"];
        return {hex(r["challenge"]), hex(r["clientDataJSON"]), hex(r["attestationObject"])};
    }

    base::Result<Registration> registered(const Parts& parts, bool trusted_only) const
    {
        return verify_registration(parts.client_data, parts.attestation, demand(parts.challenge),
                                   {.anchors = anchors_,
                                    .trusted_only = trusted_only,
                                    .now = base::parse_instant("2026-11-21T00:00:00Z").value()});
    }

    struct Answer {
        crypto::Bytes challenge, client_data, authenticator_data, signature;
    };
    static Answer answer_of(const json::Value& entry)
    {
        const json::Value& a = entry["authentication"];
        return {hex(a["challenge"]), hex(a["clientDataJSON"]), hex(a["authenticatorData"]),
                hex(a["signature"])};
    }

    base::Result<Assertee> asserted(const Answer& answer, const Registration& registration) const
    {
        return verify_assertion(
            {answer.client_data, answer.authenticator_data, answer.signature},
            {registration.public_key, registration.sign_count, registration.backup_eligible},
            demand(answer.challenge));
    }

    template <class T>
    static std::string reason(const base::Result<T>& result)
    {
        return result ? "fine" : result.error().reason.data() + (": " + result.error().detail);
    }

    json::Value all_;
    RelyingParty party_;
    std::vector<crypto::Certificate> anchors_;
    std::vector<std::pair<std::string, json::Value>> cases_;
};

TEST_F(Vectors, EveryRegistrationAndAuthenticationVerifies)
{
    for (const auto& [name, entry] : cases_) {
        const auto registration = registered(registration_parts(entry), false);
        ASSERT_TRUE(registration) << name << " " << reason(registration);
        EXPECT_EQ(registration.value().credential_id, hex(entry["registration"]["credential_id"]));
        EXPECT_EQ(registration.value().aaguid, hex(entry["registration"]["aaguid"]));
        const std::string& kind = registration.value().attestation;
        EXPECT_EQ(registration.value().trusted, kind != "none" && kind != "self") << name;
        const auto assertee = asserted(answer_of(entry), registration.value());
        EXPECT_TRUE(assertee) << name << " " << reason(assertee);
    }
    std::cout << cases_.size() << " vector sets verified\n";
}

TEST_F(Vectors, NoAuthenticationVerifiesWithAnyByteChanged)
{
    int changed = 0;
    for (const auto& [name, entry] : cases_) {
        const Registration registration = registered(registration_parts(entry), false).value();
        const Answer right = answer_of(entry);
        for (crypto::Bytes Answer::*part : {&Answer::challenge, &Answer::client_data,
                                            &Answer::authenticator_data, &Answer::signature}) {
            for (std::size_t i = 0; i < (right.*part).size(); ++i, ++changed) {
                Answer wrong = right;
                (wrong.*part)[i] ^= static_cast<std::uint8_t>(1U << i % 8);
                EXPECT_FALSE(asserted(wrong, registration)) << name << " byte " << i;
            }
            Answer cut = right;
            (cut.*part).pop_back();
            EXPECT_FALSE(asserted(cut, registration)) << name;
        }
    }
    std::cout << changed << " mutations refused\n";
}

TEST_F(Vectors, NoAttestedRegistrationVerifiesWithAnyByteChanged)
{
    int changed = 0;
    for (const auto& [name, entry] : cases_) {
        const Parts right = registration_parts(entry);
        const std::string kind = registered(right, false).value().attestation;
        if (kind == "none") continue;  // Nothing but the client data can be checked; see below.
        const bool trusted_only = kind != "self";
        for (crypto::Bytes Parts::*part :
             {&Parts::challenge, &Parts::client_data, &Parts::attestation}) {
            // A certificate's bytes take a millisecond each: all of them in the soak only.
            const bool whole = part != &Parts::attestation || std::getenv("YUNGUI_SOAK") != nullptr;
            for (std::size_t i = 0; i < (right.*part).size(); i += whole ? 1 : 3, ++changed) {
                Parts wrong = right;
                (wrong.*part)[i] ^= static_cast<std::uint8_t>(1U << i % 8);
                EXPECT_FALSE(registered(wrong, trusted_only)) << name << " byte " << i;
            }
            Parts cut = right;
            (cut.*part).pop_back();
            EXPECT_FALSE(registered(cut, trusted_only)) << name;
        }
    }
    std::cout << changed << " mutations refused\n";
}

TEST_F(Vectors, EachDemandRefusesWithItsReason)
{
    for (const auto& [name, entry] : cases_) {
        const Parts parts = registration_parts(entry);
        const auto refusal = [&](const RelyingParty& party, crypto::ByteView challenge,
                                 bool verified, bool cross) {
            Demand changed{.relying_party = party,
                           .challenge = challenge,
                           .user_verification = verified,
                           .cross_origin = cross,
                           .top_origins = {std::string(all_["topOrigin"].text_or())}};
            const auto result = verify_registration(parts.client_data, parts.attestation, changed,
                                                    {.anchors = anchors_});
            return result ? "fine" : std::string(result.error().reason);
        };
        const RelyingParty other_origin{party_.id, "", {"https://example.org.evil.example"}};
        const RelyingParty other_id{"evil.example", "", party_.origins};
        EXPECT_EQ(refusal(other_origin, parts.challenge, false, true), "webauthn.origin");
        EXPECT_EQ(refusal(other_id, parts.challenge, false, true), "webauthn.rp_id");
        EXPECT_EQ(refusal(party_, crypto::Bytes(32, 7), false, true), "webauthn.challenge");
        EXPECT_EQ(refusal(party_, {}, false, true), "webauthn.challenge");

        const auto client = json::parse(crypto::as_text(parts.client_data)).value();
        const bool framed = client["crossOrigin"].boolean_or(false);
        EXPECT_EQ(refusal(party_, parts.challenge, false, false),
                  framed ? "webauthn.top_origin" : "fine")
            << name;
        const bool verified = registered(parts, false).value().user_verified;
        EXPECT_EQ(refusal(party_, parts.challenge, true, true),
                  verified ? "fine" : "webauthn.user_not_verified");

        // An authentication is no registration, nor the other way round.
        const Answer answer = answer_of(entry);
        EXPECT_EQ(reason(verify_registration(answer.client_data, parts.attestation,
                                             demand(answer.challenge), {})),
                  "webauthn.client_data: the client data are of another ceremony");
    }
}

TEST_F(Vectors, ACounterThatDoesNotGrowIsRefused)
{
    const Answer answer = answer_of(cases_.front().second);
    Registration registration =
        registered(registration_parts(cases_.front().second), false).value();
    registration.sign_count = 5;
    EXPECT_EQ(reason(asserted(answer, registration)),
              "webauthn.sign_count: the passkey may have been copied");
    registration.sign_count = 0;
    registration.backup_eligible = !registration.backup_eligible;
    EXPECT_TRUE(reason(asserted(answer, registration)).starts_with("webauthn.backup_flags"));
}

TEST_F(Vectors, AnotherCredentialsKeyDoesNotVerify)
{
    for (std::size_t i = 0; i < cases_.size(); ++i) {
        const auto& other = cases_[(i + 1) % cases_.size()].second;
        Registration registration = registered(registration_parts(other), false).value();
        registration.backup_eligible =
            registered(registration_parts(cases_[i].second), false).value().backup_eligible;
        EXPECT_TRUE(reason(asserted(answer_of(cases_[i].second), registration))
                        .starts_with("webauthn.signature"));
    }
}

}  // namespace
}  // namespace bank::authentication
