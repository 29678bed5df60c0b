// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/internal/postgres_connection.h>
#include <platform/sql/internal/postgres_route.h>

#include <condition_variable>
#include <mutex>

namespace platform::sql::internal {

/// The connections that a book's readers share, each with a snapshot of its own while it is lent.
/// They are made when they are needed, to the server that the book's writer has found.
class PostgresReaders {
public:
    struct Patience {
        std::chrono::milliseconds with_answers;
        std::chrono::milliseconds with_the_writer;  // Until it has found a server.
    };
    PostgresReaders(PostgresRoute& route, std::string schema, Patience patience, std::size_t count);

    /// Waits for a free one; a read inside a read of the same thread gets the same. Throws Failure.
    PostgresConnection& acquire();
    void release(Connection& connection) noexcept;

    /// The server is not what it was: who waits for it waits no longer, and new connections are
    /// made.
    void abandon();

private:
    struct Reader {
        std::unique_ptr<PostgresConnection> connection = {};
        bool abandoned = false;
    };
    struct Lent;
    static std::vector<Lent>& lent_here();

    Reader& wait_for_one();
    void give_back(Reader& reader) noexcept;

    PostgresRoute& route_;
    const std::string schema_;
    const Patience patience_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<std::unique_ptr<Reader>> readers_;
    std::vector<Reader*> free_;
};

}  // namespace platform::sql::internal
