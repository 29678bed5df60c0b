// SPDX-License-Identifier: Apache-2.0
#include <platform/http/router.h>

#include <base/ensure.h>

#include <array>
#include <map>

namespace platform::http {
namespace {

constexpr std::size_t method_count = 7;

/// Takes the first segment off "/v1/accounts": "v1", leaving "/accounts".
std::string_view next_segment(std::string_view& path)
{
    const auto end = path.find('/', 1);
    const auto segment = path.substr(1, end == std::string_view::npos ? end : end - 1);
    path = end == std::string_view::npos ? std::string_view{} : path.substr(end);
    return segment;
}

bool is_parameter(std::string_view segment)
{
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

template <class R>
Match<R> matched(const R& route, const std::vector<std::string_view>& captured)
{
    Match<R> match{&route, {}};
    std::string_view pattern = route.pattern;
    std::size_t next = 0;
    while (!pattern.empty()) {
        const auto segment = next_segment(pattern);
        if (!is_parameter(segment)) continue;
        match.parameters.emplace_back(segment.substr(1, segment.size() - 2), captured[next++]);
    }
    return match;
}

}  // namespace

struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::array<const Route*, method_count> routes{};
    const SocketRoute* socket = nullptr;

    bool leads_somewhere() const
    {
        if (socket) return true;
        for (const auto* route : routes) {
            if (route) return true;
        }
        return false;
    }

    /// Depth first, literals before the parameter; a dead end is walked back from.
    const Node* walk(std::string_view path, std::vector<std::string_view>& captured) const
    {
        if (path.empty()) return leads_somewhere() ? this : nullptr;
        const auto segment = next_segment(path);
        if (const auto literal = literals.find(segment); literal != literals.end()) {
            if (const auto* node = literal->second->walk(path, captured)) return node;
        }
        if (!parameter || segment.empty()) return nullptr;
        captured.push_back(segment);
        if (const auto* node = parameter->walk(path, captured)) return node;
        captured.pop_back();
        return nullptr;
    }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;
Router::~Router() = default;

Router::Node& Router::place(std::string_view pattern)
{
    base::ensure(!pattern.empty() && pattern.front() == '/');
    Node* node = root_.get();
    while (!pattern.empty()) {
        const auto segment = next_segment(pattern);
        const bool parameter = is_parameter(segment);
        base::ensure(parameter || segment.find_first_of("{}") == std::string_view::npos);
        auto& next = parameter ? node->parameter : node->literals[std::string(segment)];
        if (!next) next = std::make_unique<Node>();
        node = next.get();
    }
    return *node;
}

void Router::add(Route route)
{
    auto& slot = place(route.pattern).routes[static_cast<std::size_t>(route.method)];
    base::ensure(!slot && route.handler);
    slot = routes_.emplace_back(std::make_unique<Route>(std::move(route))).get();
}

void Router::add(SocketRoute route)
{
    auto& slot = place(route.pattern).socket;
    base::ensure(!slot && route.handler);
    slot = sockets_.emplace_back(std::make_unique<SocketRoute>(std::move(route))).get();
}

const Router::Node* Router::walk(std::string_view path,
                                 std::vector<std::string_view>& captured) const
{
    return path.empty() || path.front() != '/' ? nullptr : root_->walk(path, captured);
}

Match<Route> Router::find(Method method, std::string_view path) const
{
    std::vector<std::string_view> captured;
    const auto* node = walk(path, captured);
    if (!node) return {};
    const auto* route = node->routes[static_cast<std::size_t>(method)];
    if (!route && method == Method::head) {
        route = node->routes[static_cast<std::size_t>(Method::get)];
    }
    return route ? matched(*route, captured) : Match<Route>{};
}

Match<SocketRoute> Router::find_socket(std::string_view path) const
{
    std::vector<std::string_view> captured;
    const auto* node = walk(path, captured);
    return node && node->socket ? matched(*node->socket, captured) : Match<SocketRoute>{};
}

std::string Router::allowed(std::string_view path) const
{
    std::vector<std::string_view> captured;
    const auto* node = walk(path, captured);
    if (!node) return {};
    std::string out;
    for (std::size_t i = 0; i < method_count; ++i) {
        const auto method = static_cast<Method>(i);
        const bool given = node->routes[i] || method == Method::options ||
                           (method == Method::head && node->routes[0]) ||
                           (method == Method::get && node->socket);
        if (!given) continue;
        if (!out.empty()) out += ", ";
        out += to_string(method);
    }
    return out;
}

bool Router::owns(std::string_view path) const
{
    if (path.empty() || path.front() != '/') return false;
    return root_->literals.contains(next_segment(path));
}

}  // namespace platform::http
