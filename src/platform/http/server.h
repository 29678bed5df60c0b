// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <platform/http/router.h>
#include <platform/http/security.h>
#include <platform/http/static_files.h>
#include <platform/metrics/metrics.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace platform::http {

/// Certificate chain and private key as PEM text; TLS 1.2 and 1.3.
struct Tls {
    std::string certificate_pem;
    std::string key_pem;
};

/// One line of the access log. No query and no body: they may hold personal data.
struct AccessRecord {
    std::string_view request_id;
    std::string_view peer;
    std::string_view method;
    std::string_view pattern;  // Of the route; "(static)" or "(none)" elsewhere.
    int status;
    std::size_t bytes_sent;
    std::int64_t micros;  // From the last byte of the request to the answer's being handed over.
};

struct ServerSettings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  // 0: any free one.
    std::optional<Tls> tls = {};
    int io_threads = 2;
    int worker_threads = 4;
    std::size_t worker_queue = 256;  // Full: 503 with Retry-After.

    std::size_t header_bytes = 16 * 1024;
    std::size_t bodies_in_flight_bytes = 256 * 1024 * 1024;  // Of all connections: then 503.
    int header_ms = 10'000;           // First to last byte of the header; TLS handshake.
    int body_ms = 60'000;             // For the whole body,
    int body_bytes_per_s = 8 * 1024;  // … and at least this fast after the first 5 s.
    int write_ms = 30'000;
    int idle_ms = 60'000;         // Keep-alive without a request.
    int socket_ping_ms = 20'000;  // A WebSocket silent for this long is pinged; twice: dropped.
    std::size_t connections = 10'000;
    std::size_t connections_per_address = 512;

    SecurityHeaders security = {};
    std::vector<std::string> origins =
        {};  // Also ours, beside the Host itself: "https://bank.example".
    std::vector<StaticMount> files = {};
    /// Asked on the I/O thread when the header is complete and the body not yet read; an answer
    /// refuses the request (rate limits). Empty: all are admitted.
    std::function<std::optional<Response>(const Request&)> admit = {};
    std::function<void(const AccessRecord&)> access_log = {};
    /// What a handler threw, for the log; the caller sees 503 and the request id.
    std::function<void(const Request&, std::string_view what)> on_exception = {};
    metrics::Registry* metrics = nullptr;  // http_requests_total, http_request_seconds …
};

/// An HTTP/1.1 and WebSocket server. Malformed, ambiguous (RFC 9112 section 6.3: Content-Length
/// with Transfer-Encoding), oversized and slow requests are refused and the connection is closed.
class Server {
public:
    /// Does not listen yet. Throws std::runtime_error where the certificate or key is unusable.
    Server(ServerSettings settings, Router router);
    ~Server();  // stop(0).

    /// Listens and returns. Throws std::runtime_error where the address is taken.
    void start();
    /// The port listened on.
    std::uint16_t port() const;
    /// Stops accepting, lets running requests end within `drain_ms`, closes all. Returns when every
    /// thread of the server has ended. Idempotent.
    void stop(int drain_ms);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace platform::http
