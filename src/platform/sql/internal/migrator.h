// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>
#include <platform/sql/internal/sqlite_connection.h>

namespace platform::sql::internal {

/// Applies what `connection` lacks of `migrations`, each in a transaction of its own, and records
/// its hash. Errors: sql.migration_changed, sql.migration_failed.
base::Result<void> apply_migrations(SqliteConnection& connection,
                                    std::span<const Migration> migrations,
                                    const base::Clock& clock);

}  // namespace platform::sql::internal
