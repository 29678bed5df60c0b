// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/attestation.h>
#include <bank/authentication/internal/der.h>
#include <platform/crypto/hash.h>

#include <algorithm>

namespace bank::authentication {

namespace cbor = platform::cbor;
namespace crypto = platform::crypto;
using base::Result;

namespace {

constexpr std::string_view oid_android_key = "1.3.6.1.4.1.11129.2.1.17";
constexpr std::string_view oid_apple_nonce = "1.2.840.113635.100.8.2";

/// Fields of Android's KeyDescription, and tags and values inside its authorisation lists.
constexpr std::size_t field_challenge = 4, field_software = 6, field_hardware = 7, fields = 8;
constexpr std::uint32_t tag_purpose = 1, tag_all_applications = 600, tag_origin = 702;
constexpr std::int64_t purpose_sign = 2, origin_generated = 0;

base::Error bad_description()
{
    return bad_statement("the description of the Android key does not fit");
}

using Elements = std::vector<der::Element>;

/// The content of the entry [tag], or nothing.
std::optional<Elements> entry(const Elements& list, std::uint32_t tag)
{
    for (const der::Element& element : list) {
        if (element.kind == der::context && element.tag == tag) {
            return der::elements(element.content);
        }
    }
    return std::nullopt;
}

bool says_sign(const Elements& list)
{
    const auto purpose = entry(list, tag_purpose);
    if (!purpose || purpose->size() != 1 || purpose->front().tag != der::set_tag) return false;
    const auto values = der::elements(purpose->front().content);
    return values && std::ranges::any_of(*values, [](const der::Element& value) {
               return der::small_integer(value) == purpose_sign;
           });
}

bool says_generated(const Elements& list)
{
    const auto origin = entry(list, tag_origin);
    return origin && origin->size() == 1 && der::small_integer(origin->front()) == origin_generated;
}

/// 8.4.1: the key description names the client data hash as its challenge, is for this application
/// only, and for a key that was made inside and signs.
Result<void> check_key_description(crypto::ByteView extension, crypto::ByteView client_data_hash)
{
    const auto outer = der::first(extension);
    if (!outer || outer->tag != der::sequence_tag || !outer->rest.empty()) return bad_description();
    const auto description = der::elements(outer->content);
    if (!description || description->size() < fields) return bad_description();
    const der::Element& challenge = (*description)[field_challenge];
    if (challenge.tag != der::octet_string_tag ||
        !crypto::equal_constant_time(challenge.content, client_data_hash)) {
        return bad_description();
    }
    const auto software = der::elements((*description)[field_software].content);
    const auto hardware = der::elements((*description)[field_hardware].content);
    if (!software || !hardware) return bad_description();
    if (entry(*software, tag_all_applications) || entry(*hardware, tag_all_applications)) {
        return bad_description();
    }
    // What either list says counts: keys of software keystores are accepted too.
    if (!(says_generated(*software) || says_generated(*hardware)) ||
        !(says_sign(*software) || says_sign(*hardware))) {
        return bad_description();
    }
    return {};
}

}  // namespace

Result<Statement> verify_android_key(const cbor::Value& statement, const Attested& attested)
{
    // 8.4 step 1: read the fields.
    const auto algorithm = TRY(statement_algorithm(statement));
    const crypto::Bytes signature = TRY(statement_bytes(statement, "sig"));
    auto chain = TRY(statement_chain(statement));
    const crypto::Certificate& certificate = chain.front();

    // Steps 2, 3: the first certificate's key signed, and is the credential's own.
    TRY(check_signature(certificate, algorithm, attested.to_be_signed(), signature));
    TRY(check_same_key(certificate, attested.credential));

    // Steps 4, 5: what Android says of the key.
    const auto description = certificate.extension(oid_android_key);
    if (!description) return bad_description();
    TRY(check_key_description(description->value, attested.client_data_hash));
    return Statement{"basic", std::move(chain)};
}

Result<Statement> verify_apple(const cbor::Value& statement, const Attested& attested)
{
    // 8.8 step 1: read the fields.
    auto chain = TRY(statement_chain(statement));
    const crypto::Certificate& certificate = chain.front();

    // Steps 2 to 4: the hash of what would be signed stands in the certificate:
    // SEQUENCE { [1] { OCTET STRING } }.
    const crypto::Digest nonce = crypto::sha256(attested.to_be_signed());
    const auto extension = certificate.extension(oid_apple_nonce);
    if (!extension) return bad_statement("the certificate holds no nonce");
    const auto outer = der::first(extension->value);
    const auto tagged = outer ? der::first(outer->content) : std::nullopt;
    const auto held = tagged && tagged->kind == der::context && tagged->tag == 1
                          ? der::octet_string(tagged->content)
                          : std::nullopt;
    if (!held || !crypto::equal_constant_time(*held, nonce)) {
        return bad_statement("the certificate is for another registration");
    }

    // Step 5: the certificate is for the credential's key.
    TRY(check_same_key(certificate, attested.credential));
    return Statement{"anonymisation", std::move(chain)};
}

}  // namespace bank::authentication
