// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/glance.h>

#include <platform/sql/internal/postgres_connection.h>

namespace platform::sql {

void glance(const PostgresPlace& place, std::string_view table,
            const std::function<void(Snapshot&)>& look)
{
    const std::string schema = "book_" + place.name;
    internal::PostgresConnection connection{place.url, schema, place.patience};
    Snapshot snapshot{connection};
    {
        auto row = snapshot.query(
            "select count(*) from information_schema.tables where table_schema = ?"
            " and table_name = ?",
            schema, table);
        if (!row.next() || row.integer(0) == 0) return;
    }
    look(snapshot);
}

}  // namespace platform::sql
