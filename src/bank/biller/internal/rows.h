// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/biller/differences.h>

namespace bank::biller::internal {

/// Writes back all of a sheet that may change; counts its open differences anew.
void update(platform::sql::Transaction& transaction, const Sheet& sheet, base::Instant again_at);

/// The state after a comparison and after each settling: by what is open.
void count_open(platform::sql::Transaction& transaction, Sheet& sheet);

void insert(platform::sql::Transaction& transaction, const Difference& difference);
void update(platform::sql::Transaction& transaction, const Difference& difference);
std::vector<Difference> select_with(platform::sql::Snapshot& snapshot, std::string_view condition,
                                    std::span<const platform::sql::Parameter> parameters);
void add_note(platform::sql::Transaction& transaction, DifferenceId id, const Note& note);

}  // namespace bank::biller::internal
