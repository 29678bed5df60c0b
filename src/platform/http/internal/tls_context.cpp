// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/tls_context.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>

namespace platform::http::internal {

namespace asio = boost::asio;

namespace {

int choose_http_1_1(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned int in_size, void*)
{
    static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    const int found = SSL_select_next_proto(&chosen, out_size, ours, sizeof ours, in, in_size);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

std::unique_ptr<asio::ssl::context> make_tls_context(const std::string& certificate_pem,
                                                     const std::string& key_pem)
{
    if (certificate_pem.empty()) return nullptr;
    auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                     asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression |
                     asio::ssl::context::single_dh_use);
    tls->use_certificate_chain(asio::buffer(certificate_pem));
    tls->use_private_key(asio::buffer(key_pem), asio::ssl::context::pem);
    // Forward secrecy and authenticated encryption only (RFC 9325 section 4.2).
    SSL_CTX_set_cipher_list(tls->native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(tls->native_handle(), SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_alpn_select_cb(tls->native_handle(), choose_http_1_1, nullptr);
    return tls;
}

}  // namespace platform::http::internal
