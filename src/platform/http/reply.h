// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/message.h>

#include <functional>
#include <memory>

namespace platform::http {

/// Where an answer goes: the server's connection, or a test.
class ReplySink {
public:
    virtual ~ReplySink() = default;
    /// Called once, from any thread.
    virtual void complete(Response response) = 0;
    /// The caller has gone or its deadline has passed: nobody will read the answer.
    virtual bool abandoned() const = 0;
};

/// The right to answer one request, once, from any thread, now or later (for example when the
/// writer has committed). Dropped without an answer, it answers 500, or 503 where an
/// exception is what drops it. An answer after the handler's
/// deadline is thrown away: the caller has then been told 503.
class Reply {
public:
    explicit Reply(std::shared_ptr<ReplySink> sink) : sink_(std::move(sink)) {}
    Reply(Reply&&) noexcept = default;
    Reply& operator=(Reply&& other) noexcept;
    ~Reply();

    /// Gives the answer; the handle is spent.
    void send(Response response);
    bool abandoned() const { return !sink_ || sink_->abandoned(); }

private:
    std::shared_ptr<ReplySink> sink_;
};

/// A Reply that calls `receive`; for tests and for handlers called without a server.
Reply reply_to(std::function<void(Response)> receive);

}  // namespace platform::http
