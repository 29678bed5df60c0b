// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/top_up.h>

namespace bank::payment::internal {

struct TopUpRow {
    TopUp top_up;
    ledger::EntryId hold;
    std::uint64_t content;
};

void insert(platform::sql::Transaction& transaction, const TopUpRow& row);
void update(platform::sql::Transaction& transaction, const TopUp& top_up,
            std::string_view partner_reference);

/// The rows of `select … where CONDITION`; `condition` is a literal and may order and limit.
std::vector<TopUpRow> select_with(platform::sql::Snapshot& snapshot, std::string_view condition,
                                  std::span<const platform::sql::Parameter> parameters);

/// Errors: payment.top_up_unknown.
base::Result<TopUpRow> find(platform::sql::Snapshot& snapshot, TopUpId id);

}  // namespace bank::payment::internal
