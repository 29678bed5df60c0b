// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/transaction.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

struct pg_conn;
struct pg_result;

namespace platform::sql::internal {

/// The server is gone, or does not answer in time. What was sent may have been done or not.
class ConnectionLost : public Failure {
    using Failure::Failure;
};

struct ClearResult {
    void operator()(pg_result* result) const noexcept;
};
using PostgresResult = std::unique_ptr<pg_result, ClearResult>;

/// One connection in pipeline mode: what is sent waits in a buffer until somebody asks for an
/// answer, and no answer is waited for longer than `patience`. Used by one thread at a time, but
/// for `abandon`.
class PostgresLink {
public:
    /// `url` is what libpq understands; of several hosts, the first that writes is taken. Throws
    /// ConnectionLost.
    PostgresLink(const std::string& url, std::chrono::milliseconds patience);
    ~PostgresLink();
    PostgresLink(const PostgresLink&) = delete;
    PostgresLink& operator=(const PostgresLink&) = delete;

    pg_conn* handle() const { return connection_; }
    bool lost() const { return lost_; }

    /// Sends what waits in the buffer. Throws ConnectionLost.
    void flush();

    /// The next result; nothing at the end of a statement's. Throws ConnectionLost.
    PostgresResult next();

    /// Runs several statements without parameters. Nothing else may be under way. Throws Failure,
    /// ConnectionLost.
    void script(const std::string& sql);

    /// Whoever waits for an answer, on another thread, waits no longer.
    void abandon() noexcept { abandoned_ = true; }

    [[noreturn]] void lose(const std::string& why);

private:
    void wait(short events);

    pg_conn* connection_ = nullptr;
    const std::chrono::milliseconds patience_;
    std::atomic<bool> abandoned_ = false;
    bool lost_ = false;
};

/// What an error says. Throws ConstraintViolation where a constraint, or the shape of a value, was
/// violated, else Failure.
struct PostgresError {
    std::string state;       // SQLSTATE.
    std::string constraint;  // Its name, where one was violated.
    std::string message;

    explicit PostgresError(const pg_result& result);
    [[noreturn]] void raise(std::string_view sql) const;
};

}  // namespace platform::sql::internal
