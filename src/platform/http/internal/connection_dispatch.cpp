// SPDX-License-Identifier: Apache-2.0
// What a connection does between a request's header and its answer: routing, admission, handlers,
// upgrades.
#include <platform/http/internal/connection.h>

#include <platform/http/internal/websocket.h>
#include <platform/http/problem.h>

#include <algorithm>
#include <exception>

namespace platform::http::internal {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t body_buffer_bytes = 64 * 1024;

}  // namespace

/// Routes and admits the request once its header is there. False where it has been answered, or
/// where the interim answer is being written.
bool Connection::accept_header()
{
    header_seen_ = true;
    auto& request = exchange_->request;
    request.peer = stream_->peer();
    request.secure = stream_->secure();
    request.id = core_.request_id(request.header("x-request-id"));
    exchange_->keep_alive = parser_.keep_alive();
    exchange_->head_only = request.method == Method::head;

    if (parser_.upgrades()) {
        auto match = core_.router.find_socket(request.path);
        exchange_->socket_route = match.route;
        request.parameters = std::move(match.parameters);
        if (match.route) request.pattern = match.route->pattern;
    }
    if (!exchange_->socket_route) {
        auto match = core_.router.find(request.method, request.path);
        exchange_->route = match.route;
        request.parameters = std::move(match.parameters);
        if (match.route) request.pattern = match.route->pattern;
    }
    if (core_.settings.admit) {
        if (auto refusal = core_.settings.admit(request)) {
            closing_ = parser_.state() != RequestParser::State::complete;
            answer_now(std::move(*refusal));
            return false;
        }
    }
    if (parser_.state() == RequestParser::State::complete) return true;

    const std::size_t limit = exchange_->route ? exchange_->route->body_bytes : 0;
    parser_.set_body_limit(limit);
    if (parser_.content_length().value_or(0) > limit && exchange_->route) {
        refuse(413, "http.body_too_large");
        return false;
    }
    if (!exchange_->route) {
        // What is not here needs no body; it is answered and the connection ends.
        closing_ = true;
        dispatch();
        return false;
    }
    phase_ = Phase::body;
    body_began_ = SteadyClock::now();
    stream_->set_deadline(std::min(body_check_ms, core_.settings.body_ms));
    if (limit > body_buffer_bytes) buffer_.resize(std::max(buffer_.size(), body_buffer_bytes));
    if (parser_.expects_continue()) {
        phase_ = Phase::continuing;
        stream_->write("HTTP/1.1 100 Continue\r\n\r\n", {});
        return false;
    }
    return true;
}

void Connection::dispatch()
{
    auto& request = exchange_->request;
    exchange_->began = SteadyClock::now();
    if (exchange_->socket_route) return upgrade();
    if (!exchange_->route) {
        const auto* files = request.path == "*" ? nullptr : core_.files_for(request.path);
        std::string allowed = core_.router.allowed(request.path);
        if (allowed.empty() && files) allowed = "GET, HEAD, OPTIONS";
        if (allowed.empty() && request.path == "*")
            allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
        if (files) request.pattern = "(static)";
        const bool reads = request.method == Method::get || request.method == Method::head;
        if (files && reads) return answer_now(files->serve(request));
        if (allowed.empty()) {
            return answer_now(
                problem(404, "http.not_found", "There is nothing at this address.", request.id));
        }
        Response response;
        if (request.method == Method::options) {
            response.status = 204;
        } else if (core_.router.find_socket(request.path).route && reads) {
            response =
                problem(426, "http.upgrade_required", "This address speaks WebSocket.", request.id);
            response.set("Upgrade", "websocket");
        } else {
            response = problem(405, "http.method_not_allowed",
                               "This address does not take this method.", request.id);
        }
        response.set("Allow", std::move(allowed));
        return answer_now(std::move(response));
    }

    phase_ = Phase::handling;
    stream_->set_deadline(exchange_->route->deadline_ms);
    const auto call = [&core = core_](const std::shared_ptr<Exchange>& exchange) {
        // The request stays although its answer may be given, and written, before the call returns.
        try {
            exchange->route->handler(exchange->request, Reply(exchange));
        } catch (const std::exception& error) {
            core.record_exception(exchange->request, error.what());
        }
    };
    if (exchange_->route->execution == Execution::io) return call(std::shared_ptr(exchange_));
    if (!core_.workers.submit([call, exchange = exchange_] { call(exchange); })) {
        answer_busy();
    }
}

void Connection::upgrade()
{
    const auto& request = exchange_->request;
    const auto& route = *exchange_->socket_route;
    if (request.header("sec-websocket-version") != "13") {
        auto response = problem(426, "http.websocket_version",
                                "Only WebSocket version 13 is spoken.", request.id);
        response.set("Sec-WebSocket-Version", "13");
        return answer_now(std::move(response));
    }
    if (!is_websocket_key(request.header("sec-websocket-key"))) {
        return answer_now(
            problem(400, "http.malformed", "The WebSocket key is malformed.", request.id));
    }
    if (const auto ours = check_origin(request, core_.settings.origins); !ours) {
        return answer_now(problem(ours.error(), request.id));
    }
    phase_ = Phase::handling;
    stream_->set_deadline(core_.settings.header_ms);
    auto socket = std::make_shared<WebSocket>(stream_, route, core_.settings.socket_ping_ms);
    auto call = [self = shared_from_this(), exchange = exchange_, socket] {
        base::Result<SocketEvents> outcome =
            base::unavailable("http.busy", "The bank is busy; please try again in a moment.");
        try {
            outcome = exchange->socket_route->handler(exchange->request, socket);
        } catch (const std::exception& error) {
            self->core_.record_exception(exchange->request, error.what());
        }
        const auto shared = std::make_shared<base::Result<SocketEvents>>(std::move(outcome));
        self->stream_->post([self, exchange, socket, shared] {
            self->finish_upgrade(exchange, socket, std::move(*shared));
        });
    };
    if (route.execution == Execution::io) return call();
    if (!core_.workers.submit(std::move(call))) answer_busy();
}

void Connection::finish_upgrade(const std::shared_ptr<Exchange>& exchange,
                                std::shared_ptr<WebSocket> socket,
                                base::Result<SocketEvents> outcome)
{
    const bool late = phase_ != Phase::handling || exchange_ != exchange;
    if (late || !outcome) {
        socket->refuse();
        if (outcome && outcome.value().on_close) outcome.value().on_close();
        if (!late) answer_now(problem(outcome.error(), exchange->request.id));
        return;
    }
    upgraded_ = std::move(socket);
    upgraded_events_ = std::move(outcome).value();
    core_.record(exchange->request, 101, 0, exchange->micros_since_began());
    head_ = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    head_ +=
        "Sec-WebSocket-Accept: " + websocket_accept(exchange->request.header("sec-websocket-key"));
    head_ += "\r\n\r\n";
    phase_ = Phase::upgrading;
    stream_->set_deadline(core_.settings.write_ms);
    stream_->write(head_, {});
}

}  // namespace platform::http::internal
