// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/internal/pkey.h>
#include <platform/crypto/signature.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>

namespace platform::crypto {

Bytes sign_with(EVP_PKEY* key, const char* digest, ByteView message)
{
    const DigestContext context(EVP_MD_CTX_new());
    must(context != nullptr && EVP_DigestSignInit_ex(context.get(), nullptr, digest, nullptr,
                                                     nullptr, key, nullptr) == 1,
         "EVP_DigestSignInit_ex");
    std::size_t length = 0;
    must(EVP_DigestSign(context.get(), nullptr, &length, message.data(), message.size()) == 1,
         "EVP_DigestSign");
    Bytes signature(length);
    must(EVP_DigestSign(context.get(), signature.data(), &length, message.data(), message.size()) ==
             1,
         "EVP_DigestSign");
    signature.resize(length);
    return signature;
}

struct Ed25519Key::Handle {
    PkeyHandle key;
};

Ed25519Key::Ed25519Key(const SecretKey& seed)
{
    PkeyHandle key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.view().data(),
                                                seed.view().size()));
    must(key != nullptr, "EVP_PKEY_new_raw_private_key");
    handle_ = std::make_shared<const Handle>(std::move(key));
}

Bytes Ed25519Key::sign(ByteView message) const
{
    return sign_with(handle_->key.get(), nullptr, message);
}

Bytes Ed25519Key::public_bytes() const
{
    Bytes bytes(32);
    std::size_t length = bytes.size();
    must(EVP_PKEY_get_raw_public_key(handle_->key.get(), bytes.data(), &length) == 1,
         "EVP_PKEY_get_raw_public_key");
    return bytes;
}

bool ed25519_verify(ByteView public_bytes, ByteView message, ByteView signature)
{
    const auto key = PublicKey::from_edwards(Curve::ed25519, public_bytes);
    return key && key.value().verify(SignatureAlgorithm::ed25519, message, signature);
}

P256Key P256Key::generate()
{
    PkeyHandle key(EVP_EC_gen("P-256"));
    must(key != nullptr, "EVP_EC_gen");
    return P256Key(std::make_shared<const Handle>(std::move(key)));
}

Bytes P256Key::sign(ByteView message) const
{
    return sign_with(handle_->key.get(), "SHA256", message);
}

namespace {

Bytes coordinate(const EVP_PKEY* key, const char* name)
{
    BIGNUM* number = nullptr;
    must(EVP_PKEY_get_bn_param(key, name, &number) == 1, "EVP_PKEY_get_bn_param");
    const Owned<BIGNUM, BN_free> owned(number);
    Bytes bytes(32);
    must(BN_bn2binpad(number, bytes.data(), static_cast<int>(bytes.size())) == 32, "BN_bn2binpad");
    return bytes;
}

}  // namespace

Bytes P256Key::x() const
{
    return coordinate(handle_->key.get(), OSSL_PKEY_PARAM_EC_PUB_X);
}

Bytes P256Key::y() const
{
    return coordinate(handle_->key.get(), OSSL_PKEY_PARAM_EC_PUB_Y);
}

PublicKey P256Key::public_key() const
{
    return PublicKey::from_point(Curve::p256, x(), y()).value();
}

}  // namespace platform::crypto
