// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/http/message.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace platform::http {

/// The server's end of one WebSocket (RFC 6455), text messages only. Thread-safe; keep it by
/// shared_ptr or weak_ptr. The server pings silent peers and drops those that do not answer.
class Socket {
public:
    virtual ~Socket() = default;

    /// Queues a message, in order. False where the socket is closed or its queue is full (then it
    /// is closed with code 1013: a reader that slow must come again and read afresh).
    virtual bool send(std::string text) = 0;
    /// Closes after what is queued; codes are those of RFC 6455 section 7.4 (1000: done).
    virtual void close(std::uint16_t code, std::string reason) = 0;
    virtual bool open() const = 0;
};

/// What the owner of a socket does. Called one at a time for a socket, on an I/O thread: short.
struct SocketEvents {
    std::function<void(std::string_view text)> on_message;  // May be empty: messages are ignored.
    std::function<void()> on_close;                         // Once, last. May be empty.
};

/// Decides on an upgrade request; an error is answered as a problem. The socket may be sent to at
/// once. A page of another origin is refused before this is asked (http.cross_origin).
using SocketHandler =
    std::function<base::Result<SocketEvents>(const Request&, std::shared_ptr<Socket>)>;

}  // namespace platform::http
