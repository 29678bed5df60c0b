// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/http/message.h>

#include <memory>
#include <string>

namespace platform::http {

struct ClientSettings {
    std::size_t answer_bytes = 1024 * 1024;
    std::size_t kept_connections = 8;  // Idle ones, a host.
    int kept_ms = 15'000;
    /// Who may sign a server's certificate, as PEM; empty: the system's authorities.
    std::string authorities_pem = {};
};

struct Call {
    Method method = Method::post;
    std::string url;  // "https://host[:port]/path?query"; "http://" only where the host is local.
    Headers headers = {};
    std::string body = {};
    int deadline_ms = 5'000;  // For all of it: name, connection, TLS, answer.
    /// The receiver removes duplicates (by an idempotency id), so a POST may be repeated too.
    bool repeatable = false;
};

/// Calls other programs, waiting for the answer; for worker threads. Keeps connections alive. A
/// call is sent once; only a kept connection that proves closed before any byte of an answer is
/// replaced, and only for methods that may be repeated. Thread-safe.
class Client {
public:
    explicit Client(ClientSettings settings = {});
    ~Client();

    /// Any status is an answer. Errors: http.address_malformed, http.insecure_address,
    /// http.unreachable (nothing was sent), http.no_answer (sent, the outcome is unknown: closed or
    /// deadline passed), http.answer_too_large, http.answer_malformed.
    base::Result<Response> send(const Call& call);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace platform::http
