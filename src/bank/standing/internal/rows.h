// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/standing/orders.h>

namespace bank::standing::internal {

void insert(platform::sql::Transaction& transaction, const View& view, std::string_view sealed,
            const std::optional<EntryId>& hold);
/// Amount, terms, state and what comes next.
void update(platform::sql::Transaction& transaction, const View& view);

/// The orders of `select … where CONDITION`; `condition` is a literal and may order and limit.
std::vector<View> select_orders(platform::sql::Snapshot& snapshot, std::string_view condition,
                                std::span<const platform::sql::Parameter> parameters);
/// Errors: standing.unknown.
base::Result<View> find(platform::sql::Snapshot& snapshot, OrderId id);

struct Kept {
    std::string sealed;
    std::optional<EntryId> hold;
};
Kept kept(platform::sql::Snapshot& snapshot, OrderId id);

void insert_run(platform::sql::Transaction& transaction, OrderId id, const Run& run);

}  // namespace bank::standing::internal
