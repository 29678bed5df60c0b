// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace platform::sql::internal {

/// The servers that a URL names, and which of them the book's writer has found to write. A server
/// that keeps silent (its network is cut, its processes stopped) costs each attempt seconds, so
/// those that did lately are tried last, and readers go where the writer is. Any thread.
class PostgresRoute {
public:
    /// Throws Failure where the URL is none.
    explicit PostgresRoute(const std::string& url);

    /// What to connect to, one server each, in the order in which to try them. Those that kept
    /// silent a moment ago are left out where others did not.
    std::vector<std::string> to_try() const;

    void found(const std::string& server);
    void refused(const std::string& server, std::chrono::steady_clock::duration after);
    void lost();

    /// The server that was found; of one server, that one. Waits for at most `patience`; then none.
    std::optional<std::string> current(std::chrono::milliseconds patience);

private:
    struct Server {
        std::string url;
        std::chrono::steady_clock::time_point silent_until = {};
    };
    mutable std::mutex mutex_;
    std::condition_variable known_;
    std::vector<Server> servers_;
    std::optional<std::string> current_;
};

}  // namespace platform::sql::internal
