// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/attestation.h>

#include <bank/authentication/internal/client_data.h>
#include <bank/authentication/internal/der.h>

#include <array>

namespace bank::authentication {

namespace cbor = platform::cbor;
namespace crypto = platform::crypto;
using base::Result;

namespace {

constexpr std::size_t max_chain = 8;
constexpr std::string_view oid_aaguid = "1.3.6.1.4.1.45724.1.1.4";

/// 8.7: an empty map, and nothing is attested.
Result<Statement> verify_none(const cbor::Value& statement, const Attested&)
{
    if (statement.map() == nullptr || !statement.map()->empty()) {
        return bad_statement("the statement of format none is not empty");
    }
    return Statement{"none", {}};
}

using Verifier = Result<Statement> (*)(const cbor::Value&, const Attested&);

constexpr std::array<std::pair<std::string_view, Verifier>, 6> formats{{
    {"none", verify_none},
    {"packed", verify_packed},
    {"tpm", verify_tpm},
    {"android-key", verify_android_key},
    {"fido-u2f", verify_fido_u2f},
    {"apple", verify_apple},
}};

}  // namespace

crypto::Bytes Attested::to_be_signed() const
{
    crypto::Bytes bytes = crypto::to_bytes(authenticator_data);
    bytes.insert(bytes.end(), client_data_hash.begin(), client_data_hash.end());
    return bytes;
}

Result<Statement> verify_statement(std::string_view format, const cbor::Value& statement,
                                   const Attested& attested)
{
    for (const auto& [name, verify] : formats) {
        if (name == format) return verify(statement, attested);
    }
    return refused("webauthn.format", "this format of attestation is not supported");
}

base::Error bad_statement(std::string detail)
{
    return refused("webauthn.attestation", std::move(detail));
}

Result<crypto::Bytes> statement_bytes(const cbor::Value& statement, std::string_view name)
{
    const cbor::Value* value = statement.find(name);
    if (value == nullptr || value->bytes() == nullptr) {
        return bad_statement("the attestation has no " + std::string(name));
    }
    return *value->bytes();
}

Result<crypto::SignatureAlgorithm> statement_algorithm(const cbor::Value& statement)
{
    const cbor::Value* value = statement.find("alg");
    if (value == nullptr || value->integer() == nullptr) {
        return bad_statement("the attestation names no algorithm");
    }
    const auto algorithm = crypto::signature_algorithm(*value->integer());
    if (!algorithm) return bad_statement("the attestation's algorithm is not supported");
    return algorithm.value();
}

Result<std::vector<crypto::Certificate>> statement_chain(const cbor::Value& statement)
{
    const cbor::Value* value = statement.find("x5c");
    if (value == nullptr || value->array() == nullptr || value->array()->empty() ||
        value->array()->size() > max_chain) {
        return bad_statement("the attestation has no certificates, or too many");
    }
    std::vector<crypto::Certificate> chain;
    for (const cbor::Value& element : *value->array()) {
        if (element.bytes() == nullptr) return bad_statement("a certificate is not bytes");
        auto certificate = crypto::Certificate::from_der(*element.bytes());
        if (!certificate) return bad_statement("a certificate cannot be read");
        chain.push_back(std::move(certificate).value());
    }
    return chain;
}

Result<void> check_signature(const crypto::Certificate& certificate,
                             crypto::SignatureAlgorithm algorithm, crypto::ByteView message,
                             crypto::ByteView signature)
{
    const auto key = certificate.public_key();
    if (!key || !key.value().verify(algorithm, message, signature)) {
        return bad_statement("the attestation's signature does not verify");
    }
    return {};
}

Result<void> check_same_key(const crypto::Certificate& certificate,
                            const AttestedCredential& credential)
{
    const auto key = certificate.public_key();
    if (!key || key.value().to_der() != credential.key.key.to_der()) {
        return bad_statement("the certificate is for another key");
    }
    return {};
}

Result<void> check_aaguid(const crypto::Certificate& certificate,
                          const AttestedCredential& credential)
{
    const auto extension = certificate.extension(oid_aaguid);
    if (!extension) return {};
    const auto value = der::octet_string(extension->value);
    if (extension->critical || !value || !crypto::equal_constant_time(*value, credential.aaguid)) {
        return bad_statement("the certificate is for another kind of authenticator");
    }
    return {};
}

}  // namespace bank::authentication
