// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/crypto/internal/openssl.h>
#include <platform/crypto/signature.h>

// Third-party declarations stay in sources: this header is for those of this module that include
// <openssl/evp.h> as well.
struct evp_pkey_st;
struct evp_pkey_ctx_st;
struct evp_md_ctx_st;
extern "C" void EVP_PKEY_free(evp_pkey_st*);
extern "C" void EVP_PKEY_CTX_free(evp_pkey_ctx_st*);
extern "C" void EVP_MD_CTX_free(evp_md_ctx_st*);

namespace platform::crypto {

using PkeyHandle = Owned<evp_pkey_st, EVP_PKEY_free>;
using PkeyContext = Owned<evp_pkey_ctx_st, EVP_PKEY_CTX_free>;
using DigestContext = Owned<evp_md_ctx_st, EVP_MD_CTX_free>;

struct PublicKey::Handle {
    PkeyHandle key;
};

struct P256Key::Handle {
    PkeyHandle key;
};

/// Signs with what the key implies, or with SHA-256 for ECDSA.
Bytes sign_with(evp_pkey_st* key, const char* digest, ByteView message);

}  // namespace platform::crypto
