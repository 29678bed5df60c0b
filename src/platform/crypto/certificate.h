// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>
#include <platform/crypto/signature.h>

#include <memory>
#include <optional>

namespace platform::crypto {

/// One part of a distinguished name: the attribute's dotted object identifier and its text (UTF-8).
struct NameAttribute {
    std::string oid;
    std::string text;
};

/// An X.509 certificate (RFC 5280), read only. Cheap to copy.
class Certificate {
public:
    /// Errors: certificate.malformed (not exactly one DER certificate).
    static base::Result<Certificate> from_der(ByteView der);

    int version() const;  // 3 for all of today.
    std::vector<NameAttribute> subject() const;

    /// The directory names among the subject's alternative names.
    std::vector<NameAttribute> alternative_directory_names() const;

    /// The basic-constraints extension says that it may sign certificates; false without one.
    bool is_authority() const;
    bool has_extended_key_usage(std::string_view oid) const;

    struct Extension {
        bool critical;
        Bytes value;  // The content of the OCTET STRING: DER of the extension.
    };

    /// Errors: none; absent where there is no such extension.
    std::optional<Extension> extension(std::string_view oid) const;

    /// Errors: crypto.bad_key.
    base::Result<PublicKey> public_key() const;

    struct Handle;
    explicit Certificate(std::shared_ptr<const Handle> handle) : handle_(std::move(handle)) {}
    const Handle& handle() const { return *handle_; }

private:
    std::shared_ptr<const Handle> handle_;
};

/// Whether `chain` (leaf first) leads to one of `anchors` with every signature, validity period at
/// `now` and constraint right (RFC 5280 section 6, revocation left out). An anchor may itself be
/// the leaf. Errors: certificate.untrusted.
base::Result<void> verify_chain(std::span<const Certificate> chain,
                                std::span<const Certificate> anchors, base::Instant now);

/// A key and its certificate, both PEM.
struct TlsIdentity {
    std::string certificate_pem;
    std::string private_key_pem;
};

/// An authority of its own: a fresh P-256 key and the certificate that it signed itself, called
/// `name`, valid for `days` from `now`. It signs certificates of servers and no further authority.
TlsIdentity make_authority(const std::string& name, base::Instant now, int days);

/// A fresh P-256 key with a certificate that `authority` signed, valid for `days` from `now`, for
/// `names`: host names and IP addresses, at least one. The certificate's PEM ends with the
/// authority's, as TLS servers send both. Errors: certificate.malformed (of the authority),
/// crypto.bad_key.
base::Result<TlsIdentity> issue(const TlsIdentity& authority, std::span<const std::string> names,
                                base::Instant now, int days);

}  // namespace platform::crypto
