// SPDX-License-Identifier: Apache-2.0
#include <platform/http/internal/core.h>

#include <base/id.h>
#include <platform/http/internal/serialise.h>

#include <algorithm>
#include <random>

namespace platform::http::internal {
namespace {

std::uint64_t random_start()
{
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) | device();
}

/// SplitMix64 (Steele, Lea, Flood 2014): a bijection, so that ids of one process never repeat.
std::uint64_t mixed(std::uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}

bool is_sane(std::string_view id)
{
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '.' || c == '_' || c == '-';
    });
}

}  // namespace

Core::Core(ServerSettings given, Router given_router)
    : settings(std::move(given)),
      router(std::move(given_router)),
      common_header(internal::common_header(settings.security, settings.tls.has_value())),
      workers(settings.worker_threads, settings.worker_queue),
      next_id_(random_start())
{
    for (const auto& mount : settings.files) files_.emplace_back(mount);
    // "/staff" is asked before "/".
    std::stable_sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) {
        return a.prefix().size() > b.prefix().size();
    });
    if (!settings.metrics) return;
    for (const auto& route : router.routes()) {
        series_.emplace(route->pattern.data(),
                        make_series(to_string(route->method), route->pattern));
    }
    for (const auto& socket : router.sockets()) {
        series_.emplace(socket->pattern.data(), make_series("GET", socket->pattern));
    }
    for (const std::string_view other : {"(static)", "(none)"}) {
        other_series_.emplace(other, make_series("any", other));
    }
    exceptions_ = &settings.metrics->counter("http_handler_exceptions_total",
                                             "Handlers that ended by an exception.");
}

Core::Series Core::make_series(std::string_view method, std::string_view pattern)
{
    Series series;
    for (int digit = 1; digit <= 5; ++digit) {
        series.by_class[digit] =
            &settings.metrics->counter("http_requests_total", "Requests answered.",
                                       {{"method", std::string(method)},
                                        {"route", std::string(pattern)},
                                        {"status", std::to_string(digit) + "xx"}});
    }
    series.seconds = &settings.metrics->histogram(
        "http_request_seconds", "From the last byte of a request to its answer.",
        {{"method", std::string(method)}, {"route", std::string(pattern)}});
    return series;
}

std::string Core::request_id(std::string_view proposed)
{
    if (is_sane(proposed)) return std::string(proposed);
    return base::id_text(mixed(next_id_.fetch_add(0x9E3779B97F4A7C15, std::memory_order_relaxed)));
}

void Core::record(const Request& request, int status, std::size_t bytes, std::int64_t micros)
{
    const std::string_view pattern = request.pattern.empty() ? "(none)" : request.pattern;
    if (settings.metrics) {
        const auto found = series_.find(pattern.data());
        const Series& series =
            found != series_.end() ? found->second : other_series_.find(pattern)->second;
        series.by_class[std::clamp(status / 100, 1, 5)]->add();
        series.seconds->observe_us(micros);
    }
    if (settings.access_log) {
        settings.access_log({.request_id = request.id,
                             .peer = request.peer,
                             .method = to_string(request.method),
                             .pattern = pattern,
                             .status = status,
                             .bytes_sent = bytes,
                             .micros = micros});
    }
}

void Core::record_exception(const Request& request, std::string_view what)
{
    if (exceptions_) exceptions_->add();
    if (settings.on_exception) settings.on_exception(request, what);
}

const StaticFiles* Core::files_for(std::string_view path) const
{
    if (router.owns(path)) return nullptr;
    for (const auto& files : files_) {
        if (files.covers(path)) return &files;
    }
    return nullptr;
}

bool Core::reserve_body(std::size_t bytes)
{
    if (bodies_in_flight_.fetch_add(bytes) + bytes <= settings.bodies_in_flight_bytes) return true;
    bodies_in_flight_ -= bytes;
    return false;
}

}  // namespace platform::http::internal
