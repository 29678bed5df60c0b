// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/internal/stream.h>
#include <platform/http/internal/websocket_frames.h>
#include <platform/http/router.h>

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

namespace platform::http::internal {

/// A WebSocket after its upgrade: the stream's owner and the Socket that the bank holds.
class WebSocket final : public Socket,
                        public StreamOwner,
                        public std::enable_shared_from_this<WebSocket> {
public:
    WebSocket(std::shared_ptr<Stream> stream, const SocketRoute& route, int ping_ms);

    /// Takes the stream over after the 101 answer; `received` is what the client sent with it.
    void run(SocketEvents events, std::string received);
    /// The upgrade was refused: sends are of no use.
    void refuse();

    bool send(std::string text) override;
    void close(std::uint16_t code, std::string reason) override;
    bool open() const override;

    void on_read(std::size_t bytes) override;
    void on_written(bool done) override;
    void on_deadline() override;
    void on_stopping() override;
    void on_closed() override;

private:
    enum class Phase { waiting, open, closing, closed };  // Closing: our close frame is queued.

    bool enqueue(std::string frame);
    void flush();
    void read_messages();

    const std::shared_ptr<Stream> stream_;
    const std::size_t most_queued_;
    const int ping_ms_;
    mutable std::mutex mutex_;  // Guards phase_ and queue_.
    Phase phase_ = Phase::waiting;
    std::deque<std::string> queue_;

    // The I/O thread's own.
    FrameReader reader_;
    SocketEvents events_;
    std::string received_;
    std::array<char, 4096> chunk_;
    std::string writing_;
    bool running_ = false;
    bool is_writing_ = false;
    bool pinged_ = false;
    bool peer_closed_ = false;
};

}  // namespace platform::http::internal
