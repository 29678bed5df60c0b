// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_readers.h>

#include <base/ensure.h>

#include <algorithm>

namespace platform::sql::internal {

/// A reader that this thread has, and how many reads of it are nested.
struct PostgresReaders::Lent {
    const PostgresReaders* owner;
    Reader* reader;
    int depth;
};

std::vector<PostgresReaders::Lent>& PostgresReaders::lent_here()
{
    thread_local std::vector<Lent> lent;
    return lent;
}

PostgresReaders::PostgresReaders(PostgresRoute& route, std::string schema, Patience patience,
                                 std::size_t count)
    : route_(route), schema_(std::move(schema)), patience_(patience)
{
    for (std::size_t i = 0; i < count; ++i) {
        readers_.push_back(std::make_unique<Reader>());
        free_.push_back(readers_.back().get());
    }
}

PostgresReaders::Reader& PostgresReaders::wait_for_one()
{
    std::unique_lock lock{mutex_};
    freed_.wait(lock, [this] { return !free_.empty(); });
    Reader* reader = free_.back();
    free_.pop_back();
    if (reader->abandoned) {
        reader->connection.reset();
        reader->abandoned = false;
    }
    return *reader;
}

PostgresConnection& PostgresReaders::acquire()
{
    for (Lent& lent : lent_here()) {
        if (lent.owner != this) continue;
        ++lent.depth;
        return *lent.reader->connection;
    }
    Reader& reader = wait_for_one();
    try {
        if (reader.connection == nullptr) {
            const auto server = route_.current(patience_.with_the_writer);
            if (!server) throw ConnectionLost("no PostgreSQL server writes now");
            auto made =
                std::make_unique<PostgresConnection>(*server, schema_, patience_.with_answers);
            const std::lock_guard lock{mutex_};  // Against abandon.
            reader.connection = std::move(made);
        }
        // Travels with the first query, which also takes the snapshot.
        reader.connection->send("begin isolation level repeatable read read only");
        lent_here().push_back({this, &reader, 1});
    } catch (...) {
        give_back(reader);
        throw;
    }
    return *reader.connection;
}

void PostgresReaders::release(Connection& connection) noexcept
{
    auto& lents = lent_here();
    const auto lent = std::find_if(lents.begin(), lents.end(), [&](const Lent& one) {
        return one.reader->connection.get() == &connection;
    });
    base::ensure(lent != lents.end());
    if (--lent->depth > 0) return;
    Reader& reader = *lent->reader;
    lents.erase(lent);
    try {
        reader.connection->send_roll_back();
    } catch (const Failure&) {
        const std::lock_guard lock{mutex_};
        reader.abandoned = true;
    }
    give_back(reader);
}

void PostgresReaders::give_back(Reader& reader) noexcept
{
    {
        const std::lock_guard lock{mutex_};
        if (reader.connection != nullptr && reader.connection->lost()) reader.abandoned = true;
        free_.push_back(&reader);
    }
    freed_.notify_one();
}

void PostgresReaders::abandon()
{
    const std::lock_guard lock{mutex_};
    for (const auto& reader : readers_) {
        if (reader->connection == nullptr) continue;
        reader->abandoned = true;
        reader->connection->abandon();
    }
}

}  // namespace platform::sql::internal
