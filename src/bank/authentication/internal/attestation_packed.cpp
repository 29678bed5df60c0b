// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/attestation.h>

#include <algorithm>

namespace bank::authentication {

namespace cbor = platform::cbor;
namespace crypto = platform::crypto;
using base::Result;

namespace {

/// 8.2.1: what the certificate of an authenticator's maker has to say.
Result<void> check_packed_certificate(const crypto::Certificate& certificate)
{
    const auto subject = certificate.subject();
    const auto text_of = [&](std::string_view oid) {
        const auto found = std::ranges::find(subject, oid, &crypto::NameAttribute::oid);
        return found == subject.end() ? std::string_view() : std::string_view(found->text);
    };
    const bool well_named = text_of("2.5.4.6").size() == 2 && !text_of("2.5.4.10").empty() &&
                            text_of("2.5.4.11") == "Authenticator Attestation" &&
                            !text_of("2.5.4.3").empty();
    if (certificate.version() != 3 || !well_named || certificate.is_authority()) {
        return bad_statement("the certificate is not one of an authenticator");
    }
    return {};
}

}  // namespace

Result<Statement> verify_packed(const cbor::Value& statement, const Attested& attested)
{
    // 8.2 step 1: read the fields.
    const auto algorithm = TRY(statement_algorithm(statement));
    const crypto::Bytes signature = TRY(statement_bytes(statement, "sig"));

    // Step 2: with certificates, the first one's key signed; it is of the maker's form; its AAGUID,
    // if it names one, is the authenticator's.
    if (statement.find("x5c") != nullptr) {
        auto chain = TRY(statement_chain(statement));
        TRY(check_signature(chain.front(), algorithm, attested.to_be_signed(), signature));
        TRY(check_packed_certificate(chain.front()));
        TRY(check_aaguid(chain.front(), attested.credential));
        return Statement{"basic", std::move(chain)};
    }

    // Step 3: without, the credential's own key signed, by its own algorithm.
    const CoseKey& own = attested.credential.key;
    if (algorithm != own.algorithm ||
        !own.key.verify(algorithm, attested.to_be_signed(), signature)) {
        return bad_statement("the self-attestation does not verify");
    }
    return Statement{"self", {}};
}

Result<Statement> verify_fido_u2f(const cbor::Value& statement, const Attested& attested)
{
    // 8.6 steps 1, 2: read the fields; exactly one certificate, for a key on P-256 (only such a key
    // verifies below, because esp256 names the curve).
    const crypto::Bytes signature = TRY(statement_bytes(statement, "sig"));
    auto chain = TRY(statement_chain(statement));
    if (chain.size() != 1) return bad_statement("the attestation needs exactly one certificate");

    // Steps 3, 4: the credential key as U2F writes it: an uncompressed point of P-256.
    const AttestedCredential& credential = attested.credential;
    if (credential.key.x.size() != 32 || credential.key.y.size() != 32) {
        return bad_statement("the credential's key is not on P-256");
    }

    // Step 5: what U2F signs at a registration.
    crypto::Bytes message{0};
    const crypto::Bytes point_head{4};
    for (const crypto::ByteView part :
         {crypto::ByteView(attested.rp_id_hash), attested.client_data_hash,
          crypto::ByteView(credential.id), crypto::ByteView(point_head),
          crypto::ByteView(credential.key.x), crypto::ByteView(credential.key.y)}) {
        message.insert(message.end(), part.begin(), part.end());
    }

    // Step 6: the certificate's key signed it.
    TRY(check_signature(chain.front(), crypto::SignatureAlgorithm::esp256, message, signature));
    return Statement{"basic", std::move(chain)};
}

}  // namespace bank::authentication
