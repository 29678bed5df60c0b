// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/reply.h>
#include <platform/http/router.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace platform::http::internal {

class Connection;

/// One request with the way its answer takes. Lives as long as its handler runs or holds the Reply.
class Exchange final : public ReplySink, public std::enable_shared_from_this<Exchange> {
public:
    explicit Exchange(std::shared_ptr<Connection> connection);
    ~Exchange() override;

    void complete(Response response) override;
    bool abandoned() const override { return abandoned_; }
    void abandon() { abandoned_ = true; }
    std::int64_t micros_since_began() const;

    Request request;
    const Route* route = nullptr;
    const SocketRoute* socket_route = nullptr;
    bool head_only = false;
    bool keep_alive = true;
    std::chrono::steady_clock::time_point began;

private:
    const std::shared_ptr<Connection> connection_;
    Response response_;
    std::atomic<bool> abandoned_ = false;
};

}  // namespace platform::http::internal
