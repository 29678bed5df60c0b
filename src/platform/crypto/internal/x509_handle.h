// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/crypto/certificate.h>
#include <platform/crypto/internal/openssl.h>

struct x509_st;
extern "C" void X509_free(x509_st*);

namespace platform::crypto {

using X509Handle = Owned<x509_st, X509_free>;

struct Certificate::Handle {
    X509Handle x509;
};

}  // namespace platform::crypto
