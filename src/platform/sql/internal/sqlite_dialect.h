// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace platform::sql::internal {

/// The modules' SQL as SQLite does it best: a `bigint primary key` is spelt `integer primary key`,
/// which makes the key the place of its row. Spelt otherwise SQLite keeps the rows in the order of
/// a hidden number and the key in an index beside them, twice the work of each look-up and insert.
/// Source: sqlite.org, "ROWIDs and the INTEGER PRIMARY KEY".
std::string in_sqlite(std::string_view schema);

}  // namespace platform::sql::internal
