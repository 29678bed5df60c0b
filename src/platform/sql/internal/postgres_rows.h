// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/internal/postgres_link.h>

#include <deque>

namespace platform::sql::internal {

class PostgresConnection;

/// The rows of one query, as the server sends them, in binary. Another query on the connection
/// first takes the rest of these in.
class PostgresRows final : public Statement {
public:
    explicit PostgresRows(PostgresConnection& connection) : connection_(connection) {}

    void start() { streaming_ = true; }
    bool streaming() const { return streaming_; }
    void keep(PostgresResult row) { kept_.push_back(std::move(row)); }
    void ended() { streaming_ = false; }

    bool step() override;
    bool is_null(int column) const override;
    std::int64_t integer(int column) const override;
    double real(int column) const override;
    std::string_view text(int column) const override;
    Bytes blob(int column) const override;
    void finish() noexcept override;

private:
    std::string_view bytes(int column) const;

    PostgresConnection& connection_;
    PostgresResult row_;
    std::deque<PostgresResult> kept_;
    bool streaming_ = false;
    mutable std::string scratch_;
};

}  // namespace platform::sql::internal
