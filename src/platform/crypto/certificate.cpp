// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/certificate.h>

#include <platform/crypto/internal/x509_handle.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace platform::crypto {

using base::Result;

namespace {

using Oid = Owned<ASN1_OBJECT, ASN1_OBJECT_free>;
using Store = Owned<X509_STORE, X509_STORE_free>;
using StoreContext = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

std::string oid_text(const ASN1_OBJECT* object)
{
    std::array<char, 128> text{};
    OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
    return text.data();
}

void append_name(std::vector<NameAttribute>& to, const X509_NAME* name)
{
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
        const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
        unsigned char* text = nullptr;
        const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
        NameAttribute attribute{oid_text(X509_NAME_ENTRY_get_object(entry)), ""};
        if (length >= 0) {
            attribute.text = as_text({text, static_cast<std::size_t>(length)});
            OPENSSL_free(text);
        }
        to.push_back(std::move(attribute));
    }
}

void free_stack(STACK_OF(X509) * stack)
{
    sk_X509_free(stack);
}

/// A stack that borrows its certificates.
Owned<STACK_OF(X509), free_stack> stack_of(std::span<const Certificate> certificates)
{
    Owned<STACK_OF(X509), free_stack> stack(sk_X509_new_null());
    must(stack != nullptr, "sk_X509_new_null");
    for (const Certificate& certificate : certificates) {
        must(sk_X509_push(stack.get(), certificate.handle().x509.get()) > 0, "sk_X509_push");
    }
    return stack;
}

}  // namespace

Result<Certificate> Certificate::from_der(ByteView der)
{
    const unsigned char* at = der.data();
    X509Handle x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    ERR_clear_error();
    if (!x509 || at != der.data() + der.size()) {
        return base::invalid("certificate.malformed", "the certificate cannot be read");
    }
    return Certificate(std::make_shared<const Handle>(std::move(x509)));
}

int Certificate::version() const
{
    return static_cast<int>(X509_get_version(handle_->x509.get())) + 1;
}

std::vector<NameAttribute> Certificate::subject() const
{
    std::vector<NameAttribute> attributes;
    append_name(attributes, X509_get_subject_name(handle_->x509.get()));
    return attributes;
}

std::vector<NameAttribute> Certificate::alternative_directory_names() const
{
    std::vector<NameAttribute> attributes;
    const Owned<GENERAL_NAMES, GENERAL_NAMES_free> names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(handle_->x509.get(), NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type == GEN_DIRNAME) append_name(attributes, name->d.directoryName);
    }
    ERR_clear_error();
    return attributes;
}

bool Certificate::is_authority() const
{
    return (X509_get_extension_flags(handle_->x509.get()) & EXFLAG_CA) != 0;
}

bool Certificate::has_extended_key_usage(std::string_view oid) const
{
    const Owned<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free> usages(
        static_cast<EXTENDED_KEY_USAGE*>(
            X509_get_ext_d2i(handle_->x509.get(), NID_ext_key_usage, nullptr, nullptr)));
    ERR_clear_error();
    for (int i = 0; i < sk_ASN1_OBJECT_num(usages.get()); ++i) {
        if (oid_text(sk_ASN1_OBJECT_value(usages.get(), i)) == oid) return true;
    }
    return false;
}

std::optional<Certificate::Extension> Certificate::extension(std::string_view oid) const
{
    const Oid object(OBJ_txt2obj(std::string(oid).c_str(), 1));
    must(object != nullptr, "OBJ_txt2obj");
    const int at = X509_get_ext_by_OBJ(handle_->x509.get(), object.get(), -1);
    if (at < 0) return std::nullopt;
    X509_EXTENSION* found = X509_get_ext(handle_->x509.get(), at);
    const ASN1_OCTET_STRING* data = X509_EXTENSION_get_data(found);
    const unsigned char* start = ASN1_STRING_get0_data(data);
    return Extension{X509_EXTENSION_get_critical(found) != 0,
                     Bytes(start, start + ASN1_STRING_length(data))};
}

Result<PublicKey> Certificate::public_key() const
{
    unsigned char* der = nullptr;
    const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(handle_->x509.get()), &der);
    if (length <= 0) return base::invalid("crypto.bad_key", "the certificate's key is malformed");
    const Bytes bytes(der, der + length);
    OPENSSL_free(der);
    return PublicKey::from_der(bytes);
}

Result<void> verify_chain(std::span<const Certificate> chain, std::span<const Certificate> anchors,
                          base::Instant now)
{
    const auto refusal = [](std::string detail) {
        ERR_clear_error();
        return base::rejected("certificate.untrusted", std::move(detail));
    };
    if (chain.empty()) return refusal("there is no certificate");
    const Store store(X509_STORE_new());
    const StoreContext context(X509_STORE_CTX_new());
    must(store != nullptr && context != nullptr, "X509_STORE_CTX_new");
    for (const Certificate& anchor : anchors) {
        must(X509_STORE_add_cert(store.get(), anchor.handle().x509.get()) == 1, "add_cert");
    }
    const auto others = stack_of(chain.subspan(1));
    must(X509_STORE_CTX_init(context.get(), store.get(), chain.front().handle().x509.get(),
                             others.get()) == 1,
         "X509_STORE_CTX_init");
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_PARTIAL_CHAIN);
    X509_STORE_CTX_set_time(context.get(), 0, now.micros / base::micros_per_second);
    if (X509_verify_cert(context.get()) != 1) {
        return refusal(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
    }
    return {};
}

}  // namespace platform::crypto
