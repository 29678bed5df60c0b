// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace platform::metrics {

/// Label names and values of one series ({"method", "GET"}). Never personal data, never ids.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// Only goes up. Thread-safe, lock-free.
class Counter {
public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down. Thread-safe, lock-free.
class Gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> value_{0};
};

/// Durations by bucket, observed in microseconds and shown in seconds. Thread-safe, lock-free.
class Histogram {
public:
    /// Upper bounds in microseconds, rising.
    explicit Histogram(std::vector<std::int64_t> bounds_us);
    void observe_us(std::int64_t micros);

    const std::vector<std::int64_t>& bounds_us() const { return bounds_us_; }
    std::vector<std::uint64_t> counts() const;  // Of each bucket and, last, of those above all.
    std::int64_t sum_us() const { return sum_us_.load(std::memory_order_relaxed); }

private:
    std::vector<std::int64_t> bounds_us_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
    std::atomic<std::int64_t> sum_us_{0};
};

/// 100 µs to 30 s, for requests and commits.
std::vector<std::int64_t> request_bounds_us();

/// The metrics of the program. Asking again for the same name and labels gives the same object,
/// which lives as long as the registry. Thread-safe. Names follow the Prometheus habits
/// ("http_requests_total", "book_commit_seconds"); asking for a name as two kinds aborts.
class Registry {
public:
    Registry();
    ~Registry();

    Counter& counter(std::string_view name, std::string_view help, Labels labels = {});
    Gauge& gauge(std::string_view name, std::string_view help, Labels labels = {});
    Histogram& histogram(std::string_view name, std::string_view help, Labels labels = {},
                         std::vector<std::int64_t> bounds_us = request_bounds_us());

    /// The text exposition format 0.0.4 (media type "text/plain; version=0.0.4").
    std::string exposition() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace platform::metrics
