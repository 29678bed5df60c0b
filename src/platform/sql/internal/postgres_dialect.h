// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace platform::sql::internal {

/// A statement of ours with `$1`, `$2` … for each `?`.
std::string postgres_statement(std::string_view sql);

/// A migration of ours: `integer` is 64 bits wide, `blob` is bytea, `real` has double precision,
/// and texts sort by their bytes as they do in SQLite.
std::string postgres_migration(std::string_view sql);

/// `insert … values (?, …)` or `update … set … where …` for many rows at once: each `?` becomes a
/// column of `unnest` over arrays, whose types `array_types` names ("bigint[]").
std::string postgres_for_many_rows(std::string_view sql, std::span<const std::string> array_types);

/// Quoted as a name in SQL.
std::string postgres_name(std::string_view name);

}  // namespace platform::sql::internal
