// SPDX-License-Identifier: Apache-2.0
#include <platform/sql/internal/sqlite_dialect.h>

namespace platform::sql::internal {

std::string in_sqlite(std::string_view schema)
{
    constexpr std::string_view key = "bigint primary key";
    std::string text{schema};
    for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
        text.replace(at, key.size(), "integer primary key");
    }
    return text;
}

}  // namespace platform::sql::internal
