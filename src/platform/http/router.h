// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/message.h>
#include <platform/http/reply.h>
#include <platform/http/socket.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace platform::http {

/// Where a handler runs: `io` on the connection's I/O thread, for what neither blocks nor computes
/// long (under 100 µs); `worker` on the bounded pool, for the rest.
enum class Execution { io, worker };

/// Answers a request through the Reply. The Request lives until the handler returns; copy what is
/// needed longer. An exception is answered 503 and counted.
using Handler = std::function<void(const Request&, Reply)>;

struct Route {
    Method method = Method::get;
    std::string
        pattern;  // Segments, literal or one `{parameter}`: "/v1/accounts/{account}/entries".
    Execution execution = Execution::worker;
    Handler handler = {};
    std::size_t body_bytes = 64 * 1024;  // A larger body is refused with 413.
    int deadline_ms = 30'000;            // From the last byte of the request to the answer.
};

struct SocketRoute {
    std::string pattern;
    Execution execution = Execution::worker;
    SocketHandler handler;
    std::size_t message_bytes = 64 * 1024;
    std::size_t queued_messages = 256;
};

/// A route that a request's path leads to.
template <class R>
struct Match {
    const R* route = nullptr;  // Null: none.
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// The routes of a server. Literal segments win over parameters. Filled before the server starts.
class Router {
public:
    Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;
    ~Router();

    /// Aborts where the method and pattern exist already or the pattern is malformed.
    void add(Route route);
    void add(SocketRoute route);

    /// In the order they were added; a test compares them with the OpenAPI file.
    const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }
    const std::vector<std::unique_ptr<SocketRoute>>& sockets() const { return sockets_; }

    /// The route of a decoded path; HEAD finds the GET route.
    Match<Route> find(Method method, std::string_view path) const;
    Match<SocketRoute> find_socket(std::string_view path) const;
    /// The value of Allow for a path that exists ("GET, HEAD, OPTIONS"), else empty.
    std::string allowed(std::string_view path) const;
    /// Whether some route begins with the first segment of `path` ("/v1"): then no file is looked
    /// for.
    bool owns(std::string_view path) const;

private:
    struct Node;
    Node& place(std::string_view pattern);
    const Node* walk(std::string_view path, std::vector<std::string_view>& captured) const;

    std::vector<std::unique_ptr<Route>> routes_;
    std::vector<std::unique_ptr<SocketRoute>> sockets_;
    std::unique_ptr<Node> root_;
};

}  // namespace platform::http
