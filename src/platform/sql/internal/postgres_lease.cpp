// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/postgres_lease.h>

#include <random>

namespace platform::sql::internal {

namespace {

#define SERVER_MS "(extract(epoch from clock_timestamp()) * 1000)::bigint"

std::string with_own_name(const std::string& node)
{
    std::random_device random;
    const auto number = std::uint64_t{random()} << 32 | random();
    return node + "/" + std::to_string(number);
}

}  // namespace

std::string_view postgres_own_schema()
{
    return "create table if not exists schema_migration("
           "  module text not null, number bigint not null, hash text not null,"
           "  applied_at bigint not null, primary key (module, number));"
           "create table if not exists book_state(name text primary key, value bigint not null);"
           "create table if not exists book_lease("
           "  one bigint primary key, epoch bigint not null, writer_epoch bigint not null,"
           "  holder text not null, until bigint not null, batch bigint not null,"
           "  constraint book_lease_over check (writer_epoch = epoch));"
           "insert into book_lease(one, epoch, writer_epoch, holder, until, batch)"
           "  values (1, 0, 0, '', 0, 0) on conflict (one) do nothing";
}

PostgresLease::PostgresLease(std::string node, std::chrono::milliseconds length)
    : node_(std::move(node)), holder_(with_own_name(node_)), length_ms_(length.count())
{
}

bool PostgresLease::take(PostgresConnection& connection)
{
    Snapshot snapshot{connection};
    {
        // Without waiting for a row that somebody has locked.
        auto row =
            snapshot.query("select holder, until - " SERVER_MS " from book_lease where one = 1");
        if (!row.next()) throw Failure("the book has no lease");
        const std::string holder = row.string(0);
        if (row.integer(1) > 0 && !holder.starts_with(node_ + "/")) {
            other_ = holder.substr(0, holder.find('/'));
            return false;
        }
    }
    connection.send("begin isolation level read committed");
    bool taken = false;
    {
        const std::string own = node_ + "/%";
        const Parameter values[] = {holder_, length_ms_, own};
        Cursor row{connection.prepare(
            "update book_lease set epoch = epoch + 1, writer_epoch = epoch + 1, holder = ?,"
            " until = " SERVER_MS
            " + ?, batch = 0"
            " where one = 1 and (until <= " SERVER_MS " or holder like ?) returning epoch",
            values)};
        if ((taken = row.next())) epoch_ = row.integer(0);
    }
    connection.send("commit");
    connection.settle();
    return taken;
}

std::optional<std::int64_t> PostgresLease::take_again(PostgresConnection& connection)
{
    std::optional<std::int64_t> batch;
    connection.send("begin isolation level read committed");
    {
        const Parameter values[] = {length_ms_, holder_};
        Cursor row{connection.prepare(
            "update book_lease set epoch = epoch + 1, writer_epoch = epoch + 1,"
            " until = " SERVER_MS " + ? where one = 1 and holder = ? returning epoch, batch",
            values)};
        if (row.next()) {
            epoch_ = row.integer(0);
            batch = row.integer(1);
        }
    }
    connection.send("commit");
    if (connection.settle() != "COMMIT") throw Failure("the lease could not be taken again");
    return batch;
}

void PostgresLease::assert_held(PostgresConnection& connection, std::int64_t batch)
{
    const Parameter values[] = {epoch_, batch, length_ms_};
    connection.execute("update book_lease set writer_epoch = ?, batch = ?, until = " SERVER_MS
                       " + ? where one = 1",
                       values);
}

void PostgresLease::renew(PostgresConnection& connection)
{
    const Parameter values[] = {epoch_, length_ms_};
    connection.send("begin isolation level read committed");
    connection.execute(
        "update book_lease set writer_epoch = ?, until = " SERVER_MS " + ? where one = 1", values);
    connection.send("commit");
    connection.settle();
}

bool PostgresLease::is_over(const PostgresConnection& connection)
{
    return connection.violated() == "book_lease_over";
}

void PostgresLease::release(PostgresConnection& connection)
{
    const Parameter values[] = {epoch_};
    connection.send("begin isolation level read committed");
    connection.execute("update book_lease set until = 0 where one = 1 and epoch = ?", values);
    connection.send("commit");
    connection.settle();
}

}  // namespace platform::sql::internal
