// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace platform::http::internal {

/// What a stream tells the one that uses it, always on the stream's I/O thread.
class StreamOwner {
public:
    virtual ~StreamOwner() = default;
    virtual void on_read(std::size_t bytes) = 0;  // 0: the peer has ended, or an error.
    virtual void on_written(bool done) = 0;
    virtual void on_deadline() = 0;
    virtual void on_stopping() = 0;  // The server is about to stop: end as soon as is decent.
    virtual void on_closed() = 0;    // Last: after close(), finish() or the server's end.
};

/// One accepted connection, plain or TLS. Everything except post() is for its I/O thread only. The
/// stream keeps its owner alive until close() or finish().
class Stream {
public:
    virtual ~Stream() = default;

    virtual void set_owner(std::shared_ptr<StreamOwner> owner) = 0;
    /// Reads at least one byte; one read at a time.
    virtual void read(char* into, std::size_t size) = 0;
    /// Writes both; they stay until on_written. One write at a time.
    virtual void write(std::string_view first, std::string_view second) = 0;
    /// Calls on_deadline once after that time (to within 100 ms), unless set again. 0: never.
    virtual void set_deadline(int ms) = 0;
    /// Lets the owner go, ends our side and throws away what still comes until the peer ends too (2
    /// s at most), so that what was written arrives although not all was read.
    virtual void finish() = 0;
    /// Closes at once and lets the owner go.
    virtual void close() = 0;

    /// Runs `task` on the I/O thread: at once where that is the caller's. Thread-safe. False after
    /// the I/O threads have ended.
    virtual bool post(std::function<void()> task) = 0;
    virtual std::string_view peer() const = 0;
    virtual bool secure() const = 0;
};

}  // namespace platform::http::internal
