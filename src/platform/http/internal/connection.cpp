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
constexpr std::size_t joined_body_bytes = 16 * 1024;
constexpr auto body_grace = std::chrono::seconds(5);

int millis_since(SteadyClock::time_point began)
{
    const auto elapsed = SteadyClock::now() - began;
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
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
                return refuse(431, "http.header_too_large");
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
                return refuse(parser_.status(), parser_.reason());
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

bool Connection::account_body()
{
    const std::size_t size = exchange_->request.body.size();
    if (size == body_reserved_) return true;
    if (!core_.reserve_body(size - body_reserved_)) {
        closing_ = true;
        answer_busy();
        return false;
    }
    body_reserved_ = size;
    return true;
}

void Connection::refuse(int status, std::string_view reason)
{
    closing_ = true;
    auto& request = exchange_->request;
    if (request.id.empty()) request.id = core_.request_id({});
    if (request.peer.empty()) request.peer = stream_->peer();
    exchange_->began = SteadyClock::now();
    answer_now(problem(status, reason, detail_of(status), request.id));
}

void Connection::answer_busy()
{
    answer_now(
        problem(base::unavailable("http.busy", "The bank is busy; please try again in a moment."),
                exchange_->request.id));
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
    core_.record(request, response_.status, answered_, exchange->micros_since_began());
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
        return refuse(408, "http.too_slow");
    }
    stream_->set_deadline(std::min(body_check_ms, core_.settings.body_ms - elapsed_ms));
}

void Connection::on_deadline()
{
    switch (phase_) {
        case Phase::header:
            return refuse(408, "http.too_slow");
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
