// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/webauthn.h>

#include <bank/authentication/internal/attestation.h>
#include <bank/authentication/internal/client_data.h>
#include <platform/cbor/value.h>
#include <platform/crypto/hash.h>

namespace bank::authentication {

namespace cbor = platform::cbor;
namespace crypto = platform::crypto;
using base::Result;

namespace {

constexpr std::size_t max_credential_id = 1023;

struct AttestationObject {
    std::string format;
    cbor::Value statement;
    crypto::Bytes authenticator_data;
};

Result<AttestationObject> read_attestation_object(crypto::ByteView bytes)
{
    const auto bad = refused("webauthn.attestation_object", "the attestation object is malformed");
    auto object = cbor::decode(bytes);
    if (!object || object.value().map() == nullptr) return bad;
    const cbor::Value* format = object.value().find("fmt");
    const cbor::Value* statement = object.value().find("attStmt");
    const cbor::Value* data = object.value().find("authData");
    if (format == nullptr || format->text() == nullptr || statement == nullptr || data == nullptr ||
        data->bytes() == nullptr) {
        return bad;
    }
    return AttestationObject{*format->text(), *statement, *data->bytes()};
}

}  // namespace

Result<Registration> verify_registration(crypto::ByteView client_data_json,
                                         crypto::ByteView attestation_object, const Demand& demand,
                                         const AttestationDemand& attestation)
{
    // 7.1 steps 1 to 4 are the browser's part. Steps 5 to 11: the client data.
    TRY(check_client_data(client_data_json, "webauthn.create", demand));

    // Step 12: their hash, over the bytes as they came.
    const crypto::Digest client_data_hash = crypto::sha256(client_data_json);

    // Step 13: take the attestation object apart.
    const AttestationObject object = TRY(read_attestation_object(attestation_object));
    const AuthenticatorData data = TRY(read_authenticator_data(object.authenticator_data));
    if (!data.credential) {
        return refused("webauthn.authenticator_data", "there is no credential in it");
    }

    // Steps 14 to 19: whose it is, and its flags. Both kinds of backup state are accepted.
    TRY(check_authenticator_data(data, demand));

    // Step 20: the algorithm is one that was offered; reading the key has checked it.
    // Step 21: no extension was asked for, and what comes unasked is ignored (section 9.4).
    // Steps 22, 23: the statement verifies by the procedure of its format.
    const Attested attested{*data.credential, data.rp_id_hash, object.authenticator_data,
                            client_data_hash};
    const Statement statement = TRY(verify_statement(object.format, object.statement, attested));

    // Steps 24, 25: whether its certificates lead to a root that we trust, and whether they must.
    const bool trusted =
        !statement.chain.empty() &&
        crypto::verify_chain(statement.chain, attestation.anchors, attestation.now).has_value();
    if (attestation.trusted_only && !trusted) {
        return refused("webauthn.attestation_untrusted", "the authenticator's maker is not known");
    }

    // Step 26: the credential id is not too long.
    if (data.credential->id.empty() || data.credential->id.size() > max_credential_id) {
        return refused("webauthn.credential_id", "the credential id is empty or too long");
    }

    // Steps 27 to 29, a credential that is not taken yet is stored, are finish_registration's.
    return Registration{.credential_id = data.credential->id,
                        .public_key = data.credential->public_key,
                        .algorithm = data.credential->key.algorithm,
                        .sign_count = data.sign_count,
                        .user_verified = data.user_verified,
                        .backup_eligible = data.backup_eligible,
                        .backed_up = data.backed_up,
                        .aaguid = data.credential->aaguid,
                        .format = object.format,
                        .attestation = statement.type,
                        .trusted = trusted};
}

Result<Assertee> verify_assertion(const Assertion& assertion, const Credential& credential,
                                  const Demand& demand)
{
    // 7.2 steps 1 to 7 are the browser's part and check_assertion's, which finds the credential.
    // Steps 8 to 14: the client data.
    TRY(check_client_data(assertion.client_data_json, "webauthn.get", demand));

    // Steps 15 to 18: whose it is, and its flags.
    const AuthenticatorData data = TRY(read_authenticator_data(assertion.authenticator_data));
    TRY(check_authenticator_data(data, demand));

    // Step 19: whether it may be backed up never changes.
    if (data.backup_eligible != credential.backup_eligible) {
        return refused("webauthn.backup_flags", "the passkey's backup eligibility has changed");
    }

    // Step 20: extensions that come unasked are ignored. Step 21: the hash of the client data.
    const crypto::Digest client_data_hash = crypto::sha256(assertion.client_data_json);

    // Step 22: the signature is the credential's, over authenticator data and hash.
    const CoseKey key = TRY(decode_cose_key(credential.public_key));
    crypto::Bytes message = crypto::to_bytes(assertion.authenticator_data);
    message.insert(message.end(), client_data_hash.begin(), client_data_hash.end());
    if (!key.key.verify(key.algorithm, message, assertion.signature)) {
        return refused("webauthn.signature", "the passkey's signature does not verify");
    }

    // Step 23: a counter that is used only grows; one that does not may be of a copy.
    if ((data.sign_count != 0 || credential.sign_count != 0) &&
        data.sign_count <= credential.sign_count) {
        return refused("webauthn.sign_count", "the passkey may have been copied");
    }

    // Step 24, the stored record follows, is for the functions that finish a ceremony.
    return Assertee{data.sign_count, data.user_verified, data.backed_up};
}

}  // namespace bank::authentication
