// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/connection.h>

#include <platform/http/internal/websocket.h>
#include <platform/http/problem.h>

#include <algorithm>
#include <cstring>
#include <exception>

namespace platform::http::internal {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t first_buffer_bytes = 4 * 1024;
constexpr std::size_t body_buffer_bytes = 64 * 1024;
constexpr std::size_t joined_body_bytes = 16 * 1024;
constexpr int body_check_ms = 1'000;
constexpr auto body_grace = std::chrono::seconds(5);

std::int64_t micros_since(SteadyClock::time_point began)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - began)
        .count();
}

int millis_since(SteadyClock::time_point began)
{
    return static_cast<int>(micros_since(began) / 1000);
}

Response busy(std::string_view request_id)
{
    return problem(
        base::unavailable("http.busy", "The bank is busy; please try again in a moment."),
        request_id);
}

std::string_view detail_of(int status)
{
    switch (status) {
        case 408:
            return "The request came too slowly.";
        case 413:
            return "The request's body is larger than this address takes.";
        case 417:
            return "The expectation in the request cannot be met.";
        case 431:
            return "The request's header is too large.";
        case 501:
            return "The request uses a method or transfer encoding that is not known here.";
        case 505:
            return "Only HTTP/1.0 and HTTP/1.1 are spoken here.";
        default:
            return "The request is not well-formed HTTP.";
    }
}

}  // namespace

Connection::Connection(Core& core, std::shared_ptr<Stream> stream)
    : core_(core),
      stream_(std::move(stream)),
      parser_(core.settings.header_bytes),
      buffer_(first_buffer_bytes)
{
}

void Connection::start()
{
    begin_request();
    stream_->set_deadline(core_.settings.header_ms);
    read_more();
}

void Connection::begin_request()
{
    exchange_ = std::make_shared<Exchange>(shared_from_this());
    exchange_->request.headers.reserve(16);
    parser_.begin(exchange_->request);
    header_seen_ = false;
    phase_ = Phase::idle;
}

void Connection::read_more()
{
    if (begin_ == end_) {
        begin_ = end_ = 0;
    } else if (end_ == buffer_.size()) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
        if (end_ == buffer_.size()) {
            if (buffer_.size() > core_.settings.header_bytes) {
                return refuse(431, "http.header_too_large", detail_of(431));
            }
            buffer_.resize(std::min(buffer_.size() * 2, core_.settings.header_bytes + 1024));
        }
    }
    stream_->read(buffer_.data() + end_, buffer_.size() - end_);
}

void Connection::on_read(std::size_t bytes)
{
    // What comes while a refusal is being written is of no interest any more.
    if (phase_ != Phase::idle && phase_ != Phase::header && phase_ != Phase::body) return;
    if (bytes == 0) return close();
    end_ += bytes;
    process();
}

void Connection::process()
{
    if (begin_ < end_ && phase_ == Phase::idle) {
        phase_ = Phase::header;
        stream_->set_deadline(core_.settings.header_ms);
    }
    while (true) {
        const std::size_t used =
            begin_ < end_ ? parser_.feed({buffer_.data() + begin_, end_ - begin_}) : 0;
        begin_ += used;
        switch (parser_.state()) {
            case RequestParser::State::header:
                return read_more();
            case RequestParser::State::refused:
                return refuse(parser_.status(), parser_.reason(), detail_of(parser_.status()));
            case RequestParser::State::body:
                if (!header_seen_) {
                    if (!accept_header()) return;
                    continue;
                }
                if (!account_body()) return;
                if (used == 0 || begin_ == end_) return read_more();
                continue;
            case RequestParser::State::complete:
                if (!header_seen_ && !accept_header()) return;
                if (!account_body()) return;
                return dispatch();
        }
    }
}

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
        refuse(413, "http.body_too_large", detail_of(413));
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

bool Connection::account_body()
{
    const std::size_t size = exchange_->request.body.size();
    if (size == body_reserved_) return true;
    if (!core_.reserve_body(size - body_reserved_)) {
        closing_ = true;
        answer_now(busy(exchange_->request.id));
        return false;
    }
    body_reserved_ = size;
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
        answer_now(busy(request.id));
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
    if (!core_.workers.submit(std::move(call))) answer_now(busy(request.id));
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
    core_.record(exchange->request, 101, 0, micros_since(exchange->began));
    head_ = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    head_ +=
        "Sec-WebSocket-Accept: " + websocket_accept(exchange->request.header("sec-websocket-key"));
    head_ += "\r\n\r\n";
    phase_ = Phase::upgrading;
    stream_->set_deadline(core_.settings.write_ms);
    stream_->write(head_, {});
}

void Connection::refuse(int status, std::string_view reason, std::string_view detail)
{
    closing_ = true;
    auto& request = exchange_->request;
    if (request.id.empty()) request.id = core_.request_id({});
    if (request.peer.empty()) request.peer = stream_->peer();
    exchange_->began = SteadyClock::now();
    answer_now(problem(status, reason, detail, request.id));
}

void Connection::answer_now(Response response)
{
    phase_ = Phase::handling;
    const auto exchange = exchange_;
    exchange->abandon();  // Nobody else answers it any more.
    answer(exchange, std::move(response));
}

void Connection::answer(const std::shared_ptr<Exchange>& exchange, Response response)
{
    if (phase_ != Phase::handling || exchange_ != exchange) return;
    phase_ = Phase::writing;
    stream_->set_deadline(core_.settings.write_ms);
    const auto& request = exchange->request;
    if (response.status == 500 && response.content().empty()) {
        response = problem(500, "http.unanswered", "Something went wrong here; it has been noted.",
                           request.id);
    } else if (response.status == 503 && response.content().empty()) {
        response =
            problem(base::unavailable("http.unavailable",
                                      "This cannot be done at the moment; please try again."),
                    request.id);
    }
    closing_ = closing_ || !exchange->keep_alive || core_.stopping;
    response_ = std::move(response);
    head_.clear();
    write_head(head_, response_, core_.common_header, request.id,
               closing_ ? Persistence::close : Persistence::keep_alive);
    std::string_view body = response_.content();
    if (exchange->head_only || response_.status == 204 || response_.status == 304) body = {};
    answered_ = body.size();
    if (body.size() <= joined_body_bytes) {
        head_.append(body);
        body = {};
    }
    core_.record(request, response_.status, answered_, micros_since(exchange->began));
    stream_->write(head_, body);
}

void Connection::on_written(bool done)
{
    if (!done) return close();
    if (phase_ == Phase::continuing) {
        phase_ = Phase::body;
        return process();
    }
    if (phase_ == Phase::upgrading) {
        phase_ = Phase::closed;
        const auto socket = std::exchange(upgraded_, nullptr);
        const auto self = shared_from_this();
        end_exchange();
        stream_->set_owner(socket);
        return socket->run(std::move(upgraded_events_), {buffer_.data() + begin_, end_ - begin_});
    }
    end_exchange();
    if (closing_) {
        phase_ = Phase::closed;
        return stream_->finish();
    }
    begin_request();
    stream_->set_deadline(core_.settings.idle_ms);
    process();
}

void Connection::check_body_rate()
{
    const int elapsed_ms = millis_since(body_began_);
    const auto expected =
        static_cast<std::int64_t>(core_.settings.body_bytes_per_s) * elapsed_ms / 1000;
    const bool too_slow = elapsed_ms > std::chrono::milliseconds(body_grace).count() &&
                          static_cast<std::int64_t>(body_reserved_) < expected;
    if (too_slow || elapsed_ms >= core_.settings.body_ms) {
        return refuse(408, "http.too_slow", detail_of(408));
    }
    stream_->set_deadline(std::min(body_check_ms, core_.settings.body_ms - elapsed_ms));
}

void Connection::on_deadline()
{
    switch (phase_) {
        case Phase::header:
            return refuse(408, "http.too_slow", detail_of(408));
        case Phase::body:
            return check_body_rate();
        case Phase::handling:
            closing_ = true;
            return answer_now(
                problem(base::unavailable("http.handler_timeout",
                                          "The answer took too long. It may still take effect; "
                                          "look before trying again."),
                        exchange_->request.id));
        default:
            return close();
    }
}

void Connection::on_stopping()
{
    if (phase_ == Phase::idle) return close();
    closing_ = true;
}

void Connection::on_closed()
{
    phase_ = Phase::closed;
    end_exchange();
    if (upgraded_) {
        upgraded_->refuse();
        upgraded_ = nullptr;
        if (upgraded_events_.on_close) upgraded_events_.on_close();
    }
}

void Connection::end_exchange()
{
    core_.release_body(std::exchange(body_reserved_, 0));
    response_ = {};
    if (exchange_) exchange_->abandon();
    exchange_.reset();
}

void Connection::close()
{
    phase_ = Phase::closed;
    stream_->close();
}

}  // namespace platform::http::internal
