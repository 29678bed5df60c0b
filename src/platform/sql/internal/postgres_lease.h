// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/internal/postgres_connection.h>

namespace platform::sql::internal {

/// Who may write a book: one row, with an epoch that rises whenever it is taken. Every group writes
/// its epoch there in its own transaction, and the row's constraint refuses one that is over, so
/// that a writer that slept through its lease can change nothing. Times are the server's.
class PostgresLease {
public:
    /// `holder` names the node; this book of this program gets a name of its own below it.
    PostgresLease(std::string node, std::chrono::milliseconds length);

    /// Takes the lease where it is free, over, or was held by the same node before. False where
    /// another one holds it. Throws Failure.
    bool take(PostgresConnection& connection);

    /// Who holds it, while it is another one ("node 3f…").
    const std::string& other() const { return other_; }

    /// After a lost connection: takes the lease again, which makes an answer that is still
    /// under way fail. When this is through, all that was committed before it is durable. Nothing
    /// where another one holds it; else the batch that was committed last. Throws Failure.
    std::optional<std::int64_t> take_again(PostgresConnection& connection);

    /// Sends, as part of a group's transaction, that it is ours and which batch it is.
    void assert_held(PostgresConnection& connection, std::int64_t batch);
    /// The same where nothing is to be written, so that the lease goes on.
    void renew(PostgresConnection& connection);
    /// Whether an error of this connection says that the lease is over.
    static bool is_over(const PostgresConnection& connection);

    void release(PostgresConnection& connection);

private:
    const std::string node_;
    const std::string holder_;
    const std::int64_t length_ms_;
    std::int64_t epoch_ = 0;
    std::string other_;
};

/// The lease's table, and those of every book.
std::string_view postgres_own_schema();

}  // namespace platform::sql::internal
