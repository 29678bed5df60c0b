// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/exchange.h>

#include <platform/http/internal/connection.h>

namespace platform::http::internal {

Exchange::Exchange(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

Exchange::~Exchange() = default;

std::int64_t Exchange::micros_since_began() const
{
    const auto elapsed = std::chrono::steady_clock::now() - began;
    return std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count();
}

void Exchange::complete(Response response)
{
    if (abandoned_) return;
    response_ = std::move(response);
    // Through the stream's thread, and at once where this is it.
    connection_->stream()->post([self = shared_from_this()] {
        self->connection_->answer(self, std::move(self->response_));
    });
}

}  // namespace platform::http::internal
