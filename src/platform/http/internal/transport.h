// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/internal/stream.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace platform::http::internal {

struct TransportSettings {
    std::string address;
    std::uint16_t port;
    int threads;
    std::size_t connections;
    std::size_t connections_per_address;
    int handshake_ms;
    std::string certificate_pem;  // Empty: no TLS.
    std::string key_pem;
};

/// The listening socket and the I/O threads, each with its own event loop; a connection stays on
/// one thread for life.
class Transport {
public:
    using Accept = std::function<void(std::shared_ptr<Stream>)>;

    /// Throws std::runtime_error where the certificate or key is unusable.
    explicit Transport(TransportSettings settings);
    ~Transport();

    /// Calls `accept` with each new connection, on its thread. Throws std::runtime_error where the
    /// address cannot be listened on.
    void start(Accept accept);
    std::uint16_t port() const;
    std::size_t open_streams() const;
    /// Stops accepting and tells every owner.
    void begin_stop();
    /// Closes every stream and joins the threads. Idempotent.
    void end();

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace platform::http::internal
