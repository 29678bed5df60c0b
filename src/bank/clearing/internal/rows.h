// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/clearing/outgoing.h>

namespace bank::clearing::internal {

void insert(platform::sql::Transaction& transaction, const Payment& payment,
            std::string_view sealed, std::int64_t beneficiary);
/// State, reason, attempts and times.
void update(platform::sql::Transaction& transaction, const Payment& payment);

/// The payments of `select … where CONDITION`; `condition` is a literal and may order and limit.
std::vector<Payment> select_with(platform::sql::Snapshot& snapshot, std::string_view condition,
                                 std::span<const platform::sql::Parameter> parameters);

/// Errors: clearing.payment_unknown.
base::Result<Payment> find(platform::sql::Snapshot& snapshot, PaymentId id);
std::string sealed_of(platform::sql::Snapshot& snapshot, PaymentId id);

}  // namespace bank::clearing::internal
