// SPDX-License-Identifier: Apache-2.0
#include <platform/crypto/internal/pkey.h>
#include <platform/crypto/signature.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

namespace platform::crypto {

using base::Result;

namespace {

using ParamBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Params = Owned<OSSL_PARAM, OSSL_PARAM_free>;
using Number = Owned<BIGNUM, BN_free>;

constexpr std::size_t max_rsa_bytes = 1024;
constexpr int min_rsa_bits = 2048;

base::Error bad_key()
{
    ERR_clear_error();
    return base::invalid("crypto.bad_key", "the public key is malformed or too weak");
}

Result<PublicKey> import(const char* type, OSSL_PARAM_BLD* builder)
{
    const Params params(OSSL_PARAM_BLD_to_param(builder));
    must(params != nullptr, "OSSL_PARAM_BLD_to_param");
    const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    must(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1, "EVP_PKEY_fromdata");
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
        return bad_key();
    }
    PkeyHandle owned(key);
    const PkeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    must(check != nullptr, "EVP_PKEY_CTX_new_from_pkey");
    if (EVP_PKEY_public_check(check.get()) != 1) return bad_key();
    return PublicKey(std::make_shared<const PublicKey::Handle>(std::move(owned)));
}

struct Field {
    const char* name;
    std::size_t bytes;
};

Result<Field> field_of(Curve curve)
{
    switch (curve) {
        case Curve::p256:
            return Field{"P-256", 32};
        case Curve::p384:
            return Field{"P-384", 48};
        case Curve::p521:
            return Field{"P-521", 66};
        default:
            return bad_key();
    }
}

}  // namespace

Result<PublicKey> PublicKey::from_point(Curve curve, ByteView x, ByteView y)
{
    const Field field = TRY(field_of(curve));
    if (x.size() != field.bytes || y.size() != field.bytes) return bad_key();
    Bytes point{4};  // SEC 1 section 2.3.3: uncompressed.
    point.insert(point.end(), x.begin(), x.end());
    point.insert(point.end(), y.begin(), y.end());

    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    must(builder &&
             OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, field.name,
                                             0) == 1 &&
             OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                              point.size()) == 1,
         "OSSL_PARAM_BLD");
    return import("EC", builder.get());
}

Result<PublicKey> PublicKey::from_rsa(ByteView modulus, ByteView exponent)
{
    if (modulus.size() > max_rsa_bytes || exponent.empty() || exponent.size() > 8) {
        return bad_key();
    }
    const Number n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
    const Number e(BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr));
    must(n != nullptr && e != nullptr, "BN_bin2bn");
    if (BN_num_bits(n.get()) < min_rsa_bits || !BN_is_odd(n.get()) || !BN_is_odd(e.get()) ||
        BN_is_one(e.get())) {
        return bad_key();
    }
    const ParamBuilder builder(OSSL_PARAM_BLD_new());
    must(builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
             OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1,
         "OSSL_PARAM_BLD");
    return import("RSA", builder.get());
}

Result<PublicKey> PublicKey::from_edwards(Curve curve, ByteView key)
{
    if (curve != Curve::ed25519 && curve != Curve::ed448) return bad_key();
    const char* type = curve == Curve::ed25519 ? "ED25519" : "ED448";
    PkeyHandle handle(
        EVP_PKEY_new_raw_public_key_ex(nullptr, type, nullptr, key.data(), key.size()));
    if (!handle) return bad_key();
    return PublicKey(std::make_shared<const Handle>(std::move(handle)));
}

Result<PublicKey> PublicKey::from_der(ByteView der)
{
    const unsigned char* at = der.data();
    PkeyHandle handle(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    if (!handle || at != der.data() + der.size()) return bad_key();
    return PublicKey(std::make_shared<const Handle>(std::move(handle)));
}

Bytes PublicKey::to_der() const
{
    Bytes der(static_cast<std::size_t>(i2d_PUBKEY(handle_->key.get(), nullptr)));
    unsigned char* at = der.data();
    must(i2d_PUBKEY(handle_->key.get(), &at) > 0, "i2d_PUBKEY");
    return der;
}

}  // namespace platform::crypto
