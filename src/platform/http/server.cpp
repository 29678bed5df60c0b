// SPDX-License-Identifier: Apache-2.0
#include <platform/http/server.h>

#include <platform/http/internal/connection.h>
#include <platform/http/internal/core.h>
#include <platform/http/internal/transport.h>

#include <chrono>
#include <thread>

namespace platform::http {
namespace {

internal::TransportSettings transport_settings(const ServerSettings& settings)
{
    return {.address = settings.address,
            .port = settings.port,
            .threads = settings.io_threads,
            .connections = settings.connections,
            .connections_per_address = settings.connections_per_address,
            .handshake_ms = settings.header_ms,
            .certificate_pem = settings.tls ? settings.tls->certificate_pem : std::string(),
            .key_pem = settings.tls ? settings.tls->key_pem : std::string()};
}

}  // namespace

struct Server::State {
    State(ServerSettings settings, Router router)
        : core(std::move(settings), std::move(router)), transport(transport_settings(core.settings))
    {
    }

    internal::Core core;
    internal::Transport transport;
};

Server::Server(ServerSettings settings, Router router)
    : state_(std::make_unique<State>(std::move(settings), std::move(router)))
{
}

Server::~Server()
{
    stop(0);
}

void Server::start()
{
    state_->transport.start([core = &state_->core](std::shared_ptr<internal::Stream> stream) {
        auto connection = std::make_shared<internal::Connection>(*core, stream);
        stream->set_owner(connection);
        connection->start();
    });
}

std::uint16_t Server::port() const
{
    return state_->transport.port();
}

void Server::stop(int drain_ms)
{
    auto& state = *state_;
    state.core.stopping = true;
    state.transport.begin_stop();
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(drain_ms);
    while (state.transport.open_streams() > 0 && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    state.core.workers.stop();
    state.transport.end();
}

}  // namespace platform::http
