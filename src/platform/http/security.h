// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/http/message.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace platform::http {

/// Sent with every answer. The defaults allow what is ours and nothing else (CSP Level 3).
struct SecurityHeaders {
    std::string content_security_policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
        "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    std::string permissions_policy =
        "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)";
    std::string referrer_policy = "no-referrer";
    int hsts_s = 31'536'000;  // Strict-Transport-Security, over TLS only; 0: none.
};

/// Whether the method is one that must not change anything (RFC 9110 section 9.2.1).
bool is_safe(Method method);

/// Whether a page of our own origin sent this: Sec-Fetch-Site says same-origin (or none, a person's
/// own act), else Origin equals the Host or one of `origins`; a request with neither did not come
/// from a browser's page and passes. Errors: http.cross_origin.
base::Result<void> check_origin(const Request& request, const std::vector<std::string>& origins);

/// Protection against requests that another site makes a browser send. Unsafe methods that carry
/// the session cookie need our origin (check_origin) and, in X-CSRF-Token, a token for which
/// `verify` says that it belongs to that session. Errors: http.cross_origin,
/// http.csrf_token_missing, http.csrf_token_wrong.
struct CsrfCheck {
    std::string session_cookie;
    std::vector<std::string> origins = {};
    std::function<bool(std::string_view session, std::string_view token)> verify;

    base::Result<void> operator()(const Request& request) const;
};

}  // namespace platform::http
