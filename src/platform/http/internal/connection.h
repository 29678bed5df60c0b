// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/internal/core.h>
#include <platform/http/internal/exchange.h>
#include <platform/http/internal/request_parser.h>
#include <platform/http/internal/serialise.h>
#include <platform/http/internal/stream.h>

#include <memory>
#include <string>
#include <vector>

namespace platform::http::internal {

/// Speaks HTTP on one stream: reads a request, has it answered, writes the answer, goes on with the
/// next. Requests sent ahead (pipelined) wait in the buffer, so answers keep their order.
class Connection final : public StreamOwner, public std::enable_shared_from_this<Connection> {
public:
    Connection(Core& core, std::shared_ptr<Stream> stream);

    void start();
    /// The answer of `exchange` is ready; on the I/O thread.
    void answer(const std::shared_ptr<Exchange>& exchange, Response response);
    const std::shared_ptr<Stream>& stream() const { return stream_; }

    void on_read(std::size_t bytes) override;
    void on_written(bool done) override;
    void on_deadline() override;
    void on_stopping() override;
    void on_closed() override;

private:
    static constexpr int body_check_ms = 1'000;  // How often a body's speed is looked at.

    enum class Phase { idle, header, body, handling, continuing, writing, upgrading, closed };

    void process();
    void read_more();
    void begin_request();
    bool accept_header();
    bool account_body();
    void dispatch();
    void upgrade();
    void finish_upgrade(const std::shared_ptr<Exchange>& exchange,
                        std::shared_ptr<class WebSocket> socket,
                        base::Result<SocketEvents> outcome);
    void refuse(int status, std::string_view reason);
    void answer_busy();
    void answer_now(Response response);
    void check_body_rate();
    void end_exchange();
    void close();

    Core& core_;
    const std::shared_ptr<Stream> stream_;
    RequestParser parser_;
    std::shared_ptr<Exchange> exchange_;
    Phase phase_ = Phase::idle;
    bool header_seen_ = false;
    bool closing_ = false;  // No further request after this answer.
    std::size_t body_reserved_ = 0;
    std::size_t answered_ = 0;

    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::chrono::steady_clock::time_point body_began_;

    std::string head_;
    Response response_;
    std::shared_ptr<class WebSocket> upgraded_;
    SocketEvents upgraded_events_;
};

}  // namespace platform::http::internal
