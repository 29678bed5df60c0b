// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/certificate.h>

#include <base/ensure.h>
#include <platform/crypto/internal/openssl.h>
#include <platform/crypto/random.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <utility>

namespace platform::crypto {

namespace {

using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using X509Owned = Owned<X509, X509_free>;
using MemoryBio = Owned<BIO, BIO_free>;

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
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
    ERR_clear_error();
    return list;
}

MemoryBio reading(const std::string& text)
{
    MemoryBio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    must(bio != nullptr, "BIO_new_mem_buf");
    return bio;
}

std::string text_of(BIO* bio)
{
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(length)};
}

std::string pem_of(X509* certificate)
{
    const MemoryBio text(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_X509(text.get(), certificate) == 1, "PEM");
    return text_of(text.get());
}

std::string pem_of(EVP_PKEY* key)
{
    const MemoryBio text(BIO_new(BIO_s_mem()));
    must(PEM_write_bio_PKCS8PrivateKey(text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
         "PEM");
    return text_of(text.get());
}

/// A certificate of a fresh key, with its subject, serial number and validity; not signed yet.
std::pair<X509Owned, Pkey> begin(const std::string& subject_name, base::Instant now, int days)
{
    Pkey key(EVP_EC_gen("P-256"));
    X509Owned certificate(X509_new());
    must(key != nullptr && certificate != nullptr, "EVP_EC_gen");
    X509* x509 = certificate.get();
    SystemRandom random;
    Bytes serial = random.bytes(16);
    serial[0] &= 0x7f;  // RFC 5280 section 4.1.2.2: positive.
    const Owned<BIGNUM, BN_free> number(BN_bin2bn(serial.data(), 16, nullptr));
    std::time_t start = now.micros / base::micros_per_second;
    const auto* common_name = reinterpret_cast<const unsigned char*>(subject_name.c_str());
    must(X509_set_version(x509, 2) == 1 &&
             BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) != nullptr &&
             X509_time_adj_ex(X509_getm_notBefore(x509), 0, 0, &start) != nullptr &&
             X509_time_adj_ex(X509_getm_notAfter(x509), days, 0, &start) != nullptr &&
             X509_NAME_add_entry_by_NID(X509_get_subject_name(x509), NID_commonName, MBSTRING_UTF8,
                                        common_name, -1, -1, 0) == 1 &&
             X509_set_pubkey(x509, key.get()) == 1,
         "X509");
    return {std::move(certificate), std::move(key)};
}

}  // namespace

TlsIdentity make_authority(const std::string& name, base::Instant now, int days)
{
    const auto [certificate, key] = begin(name, now, days);
    X509* x509 = certificate.get();
    must(X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1, "X509");
    add_extension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(x509, x509, NID_key_usage, "critical,keyCertSign");
    add_extension(x509, x509, NID_ext_key_usage, "serverAuth");
    add_extension(x509, x509, NID_subject_key_identifier, "hash");
    must(X509_sign(x509, key.get(), EVP_sha256()) > 0, "X509_sign");
    return {pem_of(x509), pem_of(key.get())};
}

base::Result<TlsIdentity> issue(const TlsIdentity& authority, std::span<const std::string> names,
                                base::Instant now, int days)
{
    base::ensure(!names.empty());
    const X509Owned issuer(
        PEM_read_bio_X509(reading(authority.certificate_pem).get(), nullptr, nullptr, nullptr));
    char no_password[] = "";  // Without one OpenSSL would ask at the terminal.
    const Pkey issuer_key(PEM_read_bio_PrivateKey(reading(authority.private_key_pem).get(), nullptr,
                                                  nullptr, no_password));
    ERR_clear_error();
    if (!issuer) return base::invalid("certificate.malformed", "the authority cannot be read");
    if (!issuer_key || X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
        ERR_clear_error();
        return base::invalid("crypto.bad_key", "the authority's key cannot be read");
    }
    const auto [certificate, key] = begin(names.front(), now, days);
    X509* x509 = certificate.get();
    must(X509_set_issuer_name(x509, X509_get_subject_name(issuer.get())) == 1, "X509");
    add_extension(x509, issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(x509, issuer.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(x509, issuer.get(), NID_ext_key_usage, "serverAuth");
    add_extension(x509, issuer.get(), NID_subject_key_identifier, "hash");
    add_extension(x509, issuer.get(), NID_authority_key_identifier, "keyid:always");
    add_extension(x509, issuer.get(), NID_subject_alt_name, alternative_names(names));
    must(X509_sign(x509, issuer_key.get(), EVP_sha256()) > 0, "X509_sign");
    return TlsIdentity{pem_of(x509) + authority.certificate_pem, pem_of(key.get())};
}

}  // namespace platform::crypto
