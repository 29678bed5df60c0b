// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>

#include <functional>

namespace platform::sql::internal {

/// What a migration needs of a database besides a connection.
struct MigrationSteps {
    std::function<void()> begin;
    std::function<void(const std::string& script)> run;  // Several statements.
    std::function<void()> commit;
    std::function<void()> roll_back;  // Also where nothing was begun.
};

/// Applies what `connection` lacks of `migrations`, each in a transaction of its own, and records
/// its hash. Errors: sql.migration_changed, sql.migration_failed.
base::Result<void> apply_migrations(Connection& connection, const MigrationSteps& steps,
                                    std::span<const Migration> migrations,
                                    const base::Clock& clock);

}  // namespace platform::sql::internal
