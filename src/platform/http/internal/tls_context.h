// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace platform::http::internal {

/// A server's TLS 1.2 and 1.3 as RFC 9325 recommends it; nullptr where no certificate is given.
/// Throws boost::system::system_error where certificate or key is unusable.
std::unique_ptr<boost::asio::ssl::context> make_tls_context(const std::string& certificate_pem,
                                                            const std::string& key_pem);

}  // namespace platform::http::internal
