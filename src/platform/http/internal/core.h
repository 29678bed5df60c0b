// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/http/internal/worker_pool.h>
#include <platform/http/server.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace platform::http::internal {

/// What all connections of a server share. Outlives them.
class Core {
public:
    Core(ServerSettings given, Router given_router);

    /// A new request id, or the caller's where it is 1 to 64 of [A-Za-z0-9._-].
    std::string request_id(std::string_view proposed);
    /// Counts and logs an answered request.
    void record(const Request& request, int status, std::size_t bytes, std::int64_t micros);
    void record_exception(const Request& request, std::string_view what);
    /// The first mount that covers the path; null where none does or a route owns it.
    const StaticFiles* files_for(std::string_view path) const;
    /// Reserves memory for body bytes; false where too much is in flight.
    bool reserve_body(std::size_t bytes);
    void release_body(std::size_t bytes) { bodies_in_flight_ -= bytes; }

    const ServerSettings settings;
    const Router router;
    const std::string common_header;
    WorkerPool workers;
    std::atomic<bool> stopping = false;

private:
    struct Series {
        metrics::Counter* by_class[6] = {};  // By the first digit of the status.
        metrics::Histogram* seconds = nullptr;
    };
    Series make_series(std::string_view method, std::string_view pattern);

    std::vector<StaticFiles> files_;
    std::atomic<std::uint64_t> next_id_;
    std::atomic<std::size_t> bodies_in_flight_ = 0;
    // By the pattern's address: routes live as long as the router.
    std::unordered_map<const char*, Series> series_;
    std::map<std::string_view, Series> other_series_;
    metrics::Counter* exceptions_ = nullptr;
};

}  // namespace platform::http::internal
