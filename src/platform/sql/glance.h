// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>

namespace platform::sql {

/// Runs `look` on what is committed of a PostgreSQL book, whoever holds its lease; not at all where
/// there is no such book, or none of it is `table` yet. For what a node must know before it waits
/// for the lease. Throws Failure.
void glance(const PostgresPlace& place, std::string_view table,
            const std::function<void(Snapshot&)>& look);

}  // namespace platform::sql
