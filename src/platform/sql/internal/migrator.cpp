// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/migrator.h>

#include <openssl/sha.h>

namespace platform::sql::internal {

namespace {

std::string hash_of(std::string_view sql)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(sql.data()), sql.size(), digest);
    std::string text;
    for (const unsigned char byte : digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::string name_of(const Migration& migration)
{
    return std::string{migration.module} + " " + std::to_string(migration.number);
}

}  // namespace

base::Result<void> apply_migrations(Connection& connection, const MigrationSteps& steps,
                                    std::span<const Migration> migrations, const base::Clock& clock)
{
    Snapshot snapshot{connection};
    for (const Migration& migration : migrations) {
        const std::string hash = hash_of(migration.sql);
        {
            auto present =
                snapshot.query("select hash from schema_migration where module = ? and number = ?",
                               migration.module, migration.number);
            if (present.next()) {
                if (present.text(0) == hash) continue;
                return base::conflict("sql.migration_changed", "migration " + name_of(migration) +
                                                                   " was edited after its release");
            }
        }
        try {
            steps.begin();
            steps.run(std::string{migration.sql});
            const Parameter row[] = {migration.module, migration.number, hash, clock.now()};
            connection.execute(
                "insert into schema_migration(module, number, hash, applied_at) values (?, ?, ?, "
                "?)",
                row);
            steps.commit();
        } catch (const Failure& failure) {
            steps.roll_back();
            return base::conflict("sql.migration_failed",
                                  "migration " + name_of(migration) + ": " + failure.what());
        }
    }
    return {};
}

}  // namespace platform::sql::internal
