// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/passkey_options.h>

#include <bank/authentication/internal/secrets.h>
#include <bank/authentication/webauthn.h>
#include <platform/crypto/encoding.h>

namespace bank::authentication {

namespace crypto = platform::crypto;
namespace json = platform::json;
namespace sql = platform::sql;

namespace {

json::Array descriptors(sql::Snapshot& snapshot, LoginId login)
{
    auto row = snapshot.query(
        "select credential_id, transports from authentication_passkey where login = ? "
        "order by created",
        login);
    json::Array list;
    while (row.next()) {
        json::Object descriptor{{"type", "public-key"},
                                {"id", crypto::to_base64url(bytes_of(row.blob(0)))}};
        const auto transports = json::parse(row.text(1));
        if (transports && transports.value().array() != nullptr) {
            descriptor.set("transports", transports.value());
        }
        list.emplace_back(std::move(descriptor));
    }
    return list;
}

std::int64_t timeout_ms(const Environment& environment)
{
    return environment.policy.challenge_seconds * 1000;
}

}  // namespace

base::Result<json::Object> assertion_options(sql::Snapshot& snapshot,
                                             const Environment& environment, LoginId login,
                                             crypto::ByteView challenge)
{
    json::Array allowed;
    if (login) {
        allowed = descriptors(snapshot, login);
        if (allowed.empty()) {
            return base::rejected("authentication.no_passkey", "no passkey is registered");
        }
    }
    return json::Object{{"challenge", crypto::to_base64url(challenge)},
                        {"timeout", timeout_ms(environment)},
                        {"rpId", environment.relying_party.id},
                        {"allowCredentials", std::move(allowed)},
                        {"userVerification", "required"}};
}

json::Object creation_options(sql::Snapshot& snapshot, const Environment& environment,
                              const Login& login, std::string_view display_name,
                              crypto::ByteView challenge)
{
    json::Array parameters;
    for (const crypto::SignatureAlgorithm algorithm : accepted_algorithms()) {
        parameters.emplace_back(
            json::Object{{"type", "public-key"}, {"alg", static_cast<int>(algorithm)}});
    }
    return {{"rp", json::Object{{"id", environment.relying_party.id},
                                {"name", environment.relying_party.name}}},
            {"user", json::Object{{"id", crypto::to_base64url(login.user_handle)},
                                  {"name", display_name},
                                  {"displayName", display_name}}},
            {"challenge", crypto::to_base64url(challenge)},
            {"pubKeyCredParams", std::move(parameters)},
            {"timeout", timeout_ms(environment)},
            {"excludeCredentials", descriptors(snapshot, login.id)},
            {"authenticatorSelection", json::Object{{"residentKey", "required"},
                                                    {"requireResidentKey", true},
                                                    {"userVerification", "required"}}},
            {"attestation", "none"}};
}

}  // namespace bank::authentication
