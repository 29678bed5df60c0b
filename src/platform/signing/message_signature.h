// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>
#include <platform/crypto/bytes.h>
#include <platform/crypto/random.h>
#include <platform/http/client.h>
#include <platform/http/message.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace platform::signing {

/// A secret that two programs share, by the name under which each looks it up.
struct Key {
    std::string id;
    crypto::SecretKey secret;
};

/// Adds Content-Digest (RFC 9530), Signature-Input and Signature (RFC 9421, hmac-sha256) to a call.
/// They cover method, path, query, body, time and a fresh nonce; the signature is labelled "yg".
void sign(http::Call& call, const Key& key, base::Instant now, crypto::Random& random);

/// Who signed a request, and what makes it unique.
struct Signed {
    std::string key_id;
    std::string nonce;
    base::Instant created;
};

/// The secret of a key id, or none.
using FindKey = std::function<std::optional<crypto::SecretKey>(std::string_view id)>;

/// Whether a request carries a signature as sign() makes it, at most `window_s` old or early.
/// Whoever must not act twice on a repeated request also remembers the nonce for that long.
///
/// Errors (forbidden): signature.missing, signature.malformed (also another set of covered
/// components), signature.unknown_key, signature.stale, signature.digest_wrong, signature.wrong.
base::Result<Signed> verify(const http::Request& request, const FindKey& find_key,
                            base::Instant now, int window_s = 300);

/// Signs an answer over its status, its body and the request's signature, so that it answers that
/// request and no other.
void sign_answer(const http::Request& request, http::Response& response, const Key& key,
                 base::Instant now);

/// Whether `response` was signed with the key of `call`, as the answer to it. Errors as verify's.
base::Result<void> verify_answer(const http::Call& call, const http::Response& response,
                                 const Key& key);

}  // namespace platform::signing
