// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/websocket.h>

namespace platform::http::internal {
namespace {

constexpr int close_ms = 2'000;

}  // namespace

WebSocket::WebSocket(std::shared_ptr<Stream> stream, const SocketRoute& route, int ping_ms)
    : stream_(std::move(stream)),
      most_queued_(route.queued_messages),
      ping_ms_(ping_ms),
      reader_(route.message_bytes)
{
}

void WebSocket::run(SocketEvents events, std::string received)
{
    {
        const std::lock_guard lock(mutex_);
        if (phase_ == Phase::waiting) phase_ = Phase::open;
    }
    events_ = std::move(events);
    received_ = std::move(received);
    running_ = true;
    stream_->set_deadline(ping_ms_);
    flush();
    read_messages();
    if (running_ && !peer_closed_) stream_->read(chunk_.data(), chunk_.size());
}

void WebSocket::refuse()
{
    const std::lock_guard lock(mutex_);
    phase_ = Phase::closed;
    queue_.clear();
}

bool WebSocket::enqueue(std::string frame)
{
    bool taken = true;
    {
        const std::lock_guard lock(mutex_);
        if (phase_ == Phase::closed || phase_ == Phase::closing) return false;
        taken = queue_.size() < most_queued_;
        if (!taken) {
            // What a slow reader has missed it must read afresh; the backlog is of no use to it.
            phase_ = Phase::closing;
            queue_.clear();
            frame = close_frame(1013, "too slow");
        }
        queue_.push_back(std::move(frame));
    }
    stream_->post([self = shared_from_this()] { self->flush(); });
    return taken;
}

bool WebSocket::send(std::string text)
{
    return enqueue(frame(Opcode::text, text));
}

void WebSocket::close(std::uint16_t code, std::string reason)
{
    {
        const std::lock_guard lock(mutex_);
        if (phase_ == Phase::closed || phase_ == Phase::closing) return;
        phase_ = Phase::closing;
        queue_.push_back(close_frame(code, reason));
    }
    stream_->post([self = shared_from_this()] { self->flush(); });
}

bool WebSocket::open() const
{
    const std::lock_guard lock(mutex_);
    return phase_ == Phase::waiting || phase_ == Phase::open;
}

void WebSocket::flush()
{
    if (!running_ || is_writing_) return;
    {
        const std::lock_guard lock(mutex_);
        if (phase_ == Phase::closed) return;
        writing_.clear();
        while (!queue_.empty() && writing_.size() < 64 * 1024) {
            writing_ += queue_.front();
            queue_.pop_front();
        }
        if (phase_ == Phase::closing && queue_.empty()) stream_->set_deadline(close_ms);
        if (writing_.empty()) {
            if (phase_ != Phase::closing || !peer_closed_) return;
            running_ = false;
        }
    }
    if (!running_) return stream_->finish();
    is_writing_ = true;
    stream_->write(writing_, {});
}

void WebSocket::on_written(bool done)
{
    is_writing_ = false;
    if (!done) {
        running_ = false;
        return stream_->close();
    }
    flush();
}

void WebSocket::on_read(std::size_t bytes)
{
    if (!running_) return;
    if (bytes == 0) {
        running_ = false;
        return stream_->close();
    }
    pinged_ = false;
    received_.append(chunk_.data(), bytes);
    read_messages();
    if (running_ && !peer_closed_) stream_->read(chunk_.data(), chunk_.size());
}

void WebSocket::read_messages()
{
    while (running_ && !peer_closed_) {
        switch (reader_.next(received_)) {
            case FrameReader::Event::need_more:
                return;
            case FrameReader::Event::text:
                if (events_.on_message && open()) events_.on_message(reader_.payload());
                break;
            case FrameReader::Event::ping:
                // A flood of pings is answered at most as fast as the peer reads.
                enqueue(frame(Opcode::pong, reader_.payload()));
                break;
            case FrameReader::Event::pong:
                break;
            case FrameReader::Event::close:
                peer_closed_ = true;
                close(reader_.code(), {});
                flush();
                return;
            case FrameReader::Event::violation:
                peer_closed_ = true;
                close(reader_.code(), "protocol");
                flush();
                return;
        }
    }
    received_.clear();
}

void WebSocket::on_deadline()
{
    const bool was_open = open();
    if (!was_open || pinged_) {
        running_ = false;
        return stream_->close();
    }
    pinged_ = true;
    stream_->set_deadline(ping_ms_);
    enqueue(frame(Opcode::ping, {}));
}

void WebSocket::on_stopping()
{
    close(1001, "the server stops");
}

void WebSocket::on_closed()
{
    running_ = false;
    refuse();
    if (const auto tell = std::exchange(events_.on_close, nullptr)) tell();
    events_ = {};
}

}  // namespace platform::http::internal
