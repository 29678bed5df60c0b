// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/authentication/session.h>
#include <platform/http/socket.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace api {

/// Who listens on live connections: a customer of a book, or the staff of one institution's book.
struct Listener {
    enum class Kind : std::uint8_t { customer, staff } kind;
    int book;
    std::uint64_t subject;  // Zero for staff: all who work for the book.

    friend auto operator<=>(const Listener&, const Listener&) = default;
};

/// The open WebSockets of the pages. Tells that something changed, never what: the page reads it
/// again with its own rights. Thread-safe.
class Live {
public:
    using SessionId = bank::authentication::SessionId;

    void join(const Listener& listener, SessionId session,
              const std::shared_ptr<platform::http::Socket>& socket);

    /// Sends {"type": …, "id": …} to all of `listener` and drops those that have gone; returns how
    /// many there were.
    std::size_t tell(const Listener& listener, std::string_view type, std::string_view id);

    /// Closes the sockets of a session that was ended.
    void end(SessionId session);
    /// Closes those of a customer's other sessions.
    void end_others(const Listener& listener, SessionId kept);

    std::size_t count() const;

private:
    struct Member {
        SessionId session;
        std::weak_ptr<platform::http::Socket> socket;
    };

    template <class Ends>
    void end_where(Ends ends);

    mutable std::mutex mutex_;
    std::map<Listener, std::vector<Member>> members_;
};

}  // namespace api
