// SPDX-License-Identifier: Apache-2.0
#include <server/standby.h>

#include <server/tls_identity.h>

#include <platform/http/problem.h>

namespace server {

namespace http = platform::http;

namespace {

http::ServerSettings standing_by(const Settings& settings)
{
    http::ServerSettings server{.address = settings.listen, .port = settings.port};
    server.connections_per_address = 2048;
    if (settings.tls) server.tls = known_tls_identity(settings.data_folder);
    server.admit = [](const http::Request& request) -> std::optional<http::Response> {
        auto response =
            http::problem(503, "server.standby",
                          "another node serves this bank now; ask again in a moment", request.id);
        response.set("Retry-After", "1");
        return response;
    };
    return server;
}

}  // namespace

Standby::Standby(const Settings& settings) : server_(standing_by(settings), http::Router{})
{
    server_.start();
}

}  // namespace server
