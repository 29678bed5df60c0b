// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/certificate.h>

#include <base/ensure.h>
#include <platform/crypto/internal/openssl.h>
#include <platform/crypto/random.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>

namespace platform::crypto {

namespace {

using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using X509Owned = Owned<X509, X509_free>;
using MemoryBio = Owned<BIO, BIO_free>;

void add_extension(X509* certificate, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
         "a certificate extension");
}

std::string alternative_names(std::span<const std::string> names)
{
    std::string list;
    for (const std::string& name : names) {
        const Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> address(a2i_IPADDRESS(name.c_str()));
        if (!list.empty()) list += ',';
        list += address ? "IP:" : "DNS:";
        list += name;
    }
    return list;
}

std::string text_of(BIO* bio)
{
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(length)};
}

}  // namespace

TlsIdentity make_self_signed(std::span<const std::string> names, base::Instant now, int days)
{
    base::ensure(!names.empty());
    const Pkey key(EVP_EC_gen("P-256"));
    const X509Owned certificate(X509_new());
    must(key != nullptr && certificate != nullptr, "EVP_EC_gen");
    X509* x509 = certificate.get();

    SystemRandom random;
    Bytes serial = random.bytes(16);
    serial[0] &= 0x7f;  // RFC 5280 section 4.1.2.2: positive.
    const Owned<BIGNUM, BN_free> number(BN_bin2bn(serial.data(), 16, nullptr));
    std::time_t start = now.micros / base::micros_per_second;
    const auto* common_name = reinterpret_cast<const unsigned char*>(names.front().c_str());
    X509_NAME* subject = X509_get_subject_name(x509);
    must(X509_set_version(x509, 2) == 1 &&
             BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) != nullptr &&
             X509_time_adj_ex(X509_getm_notBefore(x509), 0, 0, &start) != nullptr &&
             X509_time_adj_ex(X509_getm_notAfter(x509), days, 0, &start) != nullptr &&
             X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, common_name, -1, -1,
                                        0) == 1 &&
             X509_set_issuer_name(x509, subject) == 1 && X509_set_pubkey(x509, key.get()) == 1,
         "X509");
    add_extension(x509, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(x509, NID_key_usage, "critical,digitalSignature");
    add_extension(x509, NID_ext_key_usage, "serverAuth");
    add_extension(x509, NID_subject_key_identifier, "hash");
    add_extension(x509, NID_subject_alt_name, alternative_names(names));
    must(X509_sign(x509, key.get(), EVP_sha256()) > 0, "X509_sign");

    const MemoryBio certificate_text(BIO_new(BIO_s_mem()));
    const MemoryBio key_text(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_X509(certificate_text.get(), x509) == 1 &&
             PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                           nullptr) == 1,
         "PEM");
    return {text_of(certificate_text.get()), text_of(key_text.get())};
}

}  // namespace platform::crypto
