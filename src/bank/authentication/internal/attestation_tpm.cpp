// SPDX-License-Identifier: Apache-2.0
#include <bank/authentication/internal/attestation.h>
#include <platform/crypto/hash.h>

#include <algorithm>
#include <optional>

namespace bank::authentication {

namespace cbor = platform::cbor;
namespace crypto = platform::crypto;
using base::Result;
using crypto::HashAlgorithm;

namespace {

// TPM 2.0 Library, part 2: constants.
constexpr std::uint64_t generated_value = 0xff544347, st_attest_certify = 0x8017;
constexpr std::uint64_t alg_rsa = 0x0001, alg_ecc = 0x0023, alg_null = 0x0010;
constexpr std::size_t clock_and_firmware_size = 17 + 8;

constexpr std::string_view oid_tpm_manufacturer = "2.23.133.2.1", oid_tpm_model = "2.23.133.2.2",
                           oid_tpm_version = "2.23.133.2.3", oid_aik_certificate = "2.23.133.8.3";

base::Error malformed_tpm()
{
    return bad_statement("a structure of the TPM cannot be read");
}

class TpmReader {
public:
    explicit TpmReader(crypto::ByteView bytes) : rest_(bytes) {}

    Result<crypto::ByteView> take(std::size_t count)
    {
        if (rest_.size() < count) return malformed_tpm();
        const crypto::ByteView taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    Result<std::uint64_t> number(std::size_t count)
    {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : TRY(take(count))) value = (value << 8) | byte;
        return value;
    }

    /// A TPM2B: two bytes of length, then as many bytes.
    Result<crypto::ByteView> sized()
    {
        const std::uint64_t size = TRY(number(2));
        return take(size);
    }

    /// A scheme or symmetric algorithm: its number and, unless that is "null", `details` bytes.
    Result<void> skip_algorithm(std::size_t details)
    {
        const std::uint64_t algorithm = TRY(number(2));
        if (algorithm != alg_null) TRY(take(details));
        return {};
    }

    Result<void> finish() const
    {
        if (!rest_.empty()) return malformed_tpm();
        return {};
    }

private:
    crypto::ByteView rest_;
};

std::optional<HashAlgorithm> hash_of_tpm(std::uint64_t algorithm)
{
    switch (algorithm) {
        case 0x0004:
            return HashAlgorithm::sha1;
        case 0x000b:
            return HashAlgorithm::sha256;
        case 0x000c:
            return HashAlgorithm::sha384;
        case 0x000d:
            return HashAlgorithm::sha512;
        default:
            return std::nullopt;
    }
}

/// The hash inside a signature algorithm; none for EdDSA, which TPMs do not have.
std::optional<HashAlgorithm> hash_of_signature(crypto::SignatureAlgorithm algorithm)
{
    using enum crypto::SignatureAlgorithm;
    switch (algorithm) {
        case es256:
        case esp256:
        case ps256:
        case rs256:
            return HashAlgorithm::sha256;
        case es384:
        case esp384:
        case ps384:
        case rs384:
            return HashAlgorithm::sha384;
        case es512:
        case esp512:
        case ps512:
        case rs512:
            return HashAlgorithm::sha512;
        default:
            return std::nullopt;
    }
}

/// A number without its leading zeros, which TPMs may leave out, in `width` bytes.
crypto::Bytes widened(crypto::ByteView number, std::size_t width)
{
    while (!number.empty() && number.front() == 0) number = number.subspan(1);
    crypto::Bytes bytes(width > number.size() ? width - number.size() : 0, 0);
    bytes.insert(bytes.end(), number.begin(), number.end());
    return bytes;
}

struct PublicArea {
    HashAlgorithm name_algorithm;
    std::uint64_t name_number;
    crypto::PublicKey key;
};

/// TPMT_PUBLIC (part 2, section 12.2.4) of an RSA or ECC key.
Result<PublicArea> read_public_area(crypto::ByteView bytes)
{
    constexpr std::size_t attributes_size = 4;
    TpmReader reader(bytes);
    const std::uint64_t type = TRY(reader.number(2));
    const std::uint64_t name_number = TRY(reader.number(2));
    const auto name_algorithm = hash_of_tpm(name_number);
    if (!name_algorithm) return malformed_tpm();
    TRY(reader.take(attributes_size));
    TRY(reader.sized());            // authPolicy
    TRY(reader.skip_algorithm(4));  // symmetric: key bits and mode
    TRY(reader.skip_algorithm(2));  // scheme: hash
    const auto area = [&](Result<crypto::PublicKey> key) -> Result<PublicArea> {
        TRY(reader.finish());
        if (!key) return malformed_tpm();
        return PublicArea{*name_algorithm, name_number, key.value()};
    };
    if (type == alg_rsa) {
        TRY(reader.take(2));  // Key bits; the modulus tells.
        std::uint64_t exponent = TRY(reader.number(4));
        if (exponent == 0) exponent = 65537;
        const crypto::ByteView modulus = TRY(reader.sized());
        crypto::Bytes exponent_bytes;
        crypto::append_u32(exponent_bytes, static_cast<std::uint32_t>(exponent));
        return area(crypto::PublicKey::from_rsa(modulus, exponent_bytes));
    }
    if (type != alg_ecc) return malformed_tpm();
    const std::uint64_t curve_number = TRY(reader.number(2));
    TRY(reader.skip_algorithm(2));  // kdf: hash
    const crypto::ByteView x = TRY(reader.sized());
    const crypto::ByteView y = TRY(reader.sized());
    switch (curve_number) {
        case 3:
            return area(
                crypto::PublicKey::from_point(crypto::Curve::p256, widened(x, 32), widened(y, 32)));
        case 4:
            return area(
                crypto::PublicKey::from_point(crypto::Curve::p384, widened(x, 48), widened(y, 48)));
        case 5:
            return area(
                crypto::PublicKey::from_point(crypto::Curve::p521, widened(x, 66), widened(y, 66)));
        default:
            return malformed_tpm();
    }
}

/// 8.3 step 4: certInfo is a TPMS_ATTEST by a TPM, of kind "certify", over what was to be signed,
/// and of the key in pubArea.
Result<void> check_cert_info(crypto::ByteView cert_info, crypto::ByteView to_be_signed,
                             HashAlgorithm hash, const PublicArea& area,
                             crypto::ByteView public_area)
{
    TpmReader reader(cert_info);
    if (TRY(reader.number(4)) != generated_value || TRY(reader.number(2)) != st_attest_certify) {
        return bad_statement("the TPM certified something else");
    }
    TRY(reader.sized());  // qualifiedSigner
    const crypto::ByteView extra = TRY(reader.sized());
    TRY(reader.take(clock_and_firmware_size));
    const crypto::ByteView name = TRY(reader.sized());
    TRY(reader.sized());  // qualifiedName
    TRY(reader.finish());

    if (!crypto::equal_constant_time(extra, crypto::hash(hash, to_be_signed))) {
        return bad_statement("the TPM certified another registration");
    }
    crypto::Bytes expected{static_cast<std::uint8_t>(area.name_number >> 8),
                           static_cast<std::uint8_t>(area.name_number)};
    const crypto::Bytes digest = crypto::hash(area.name_algorithm, public_area);
    expected.insert(expected.end(), digest.begin(), digest.end());
    if (!crypto::equal_constant_time(name, expected)) {
        return bad_statement("the TPM certified another key");
    }
    return {};
}

/// 8.3.1: what the certificate of an attestation identity key has to say.
Result<void> check_tpm_certificate(const crypto::Certificate& certificate)
{
    const auto names = certificate.alternative_directory_names();
    const auto is_named = [&](std::string_view oid) {
        return std::ranges::any_of(names, [&](const crypto::NameAttribute& name) {
            return name.oid == oid && !name.text.empty();
        });
    };
    const bool well_named = certificate.subject().empty() && is_named(oid_tpm_manufacturer) &&
                            is_named(oid_tpm_model) && is_named(oid_tpm_version);
    if (certificate.version() != 3 || !well_named || certificate.is_authority() ||
        !certificate.has_extended_key_usage(oid_aik_certificate)) {
        return bad_statement("the certificate is not one of a TPM");
    }
    return {};
}

}  // namespace

Result<Statement> verify_tpm(const cbor::Value& statement, const Attested& attested)
{
    // 8.3 step 1: read the fields.
    const cbor::Value* version = statement.find("ver");
    if (version == nullptr || version->text() == nullptr || *version->text() != "2.0") {
        return bad_statement("the attestation is not of TPM 2.0");
    }
    const auto algorithm = TRY(statement_algorithm(statement));
    const crypto::Bytes signature = TRY(statement_bytes(statement, "sig"));
    const crypto::Bytes cert_info = TRY(statement_bytes(statement, "certInfo"));
    const crypto::Bytes public_area = TRY(statement_bytes(statement, "pubArea"));
    auto chain = TRY(statement_chain(statement));

    // Step 2: pubArea holds the credential's key.
    const PublicArea area = TRY(read_public_area(public_area));
    if (area.key.to_der() != attested.credential.key.key.to_der()) {
        return bad_statement("the TPM holds another key");
    }

    // Steps 3, 4: certInfo is over this registration and this key.
    const auto hash = hash_of_signature(algorithm);
    if (!hash) return bad_statement("the attestation's algorithm is not one of TPMs");
    TRY(check_cert_info(cert_info, attested.to_be_signed(), *hash, area, public_area));

    // And signed by the attestation identity key, whose certificate is of the right form.
    TRY(check_signature(chain.front(), algorithm, cert_info, signature));
    TRY(check_tpm_certificate(chain.front()));
    TRY(check_aaguid(chain.front(), attested.credential));
    return Statement{"basic", std::move(chain)};
}

}  // namespace bank::authentication
