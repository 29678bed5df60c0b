// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/bill/day.h>

namespace bank::biller::internal {

/// Our side of a day: what a biller was paid, or what a wallet's provider took. As bill::paid_on;
/// of a wallet `id` is the ledger's entry, which is what its provider was answered, and
/// `biller_receipt` the provider's own reference.
std::vector<bill::Paid> paid_on(platform::sql::Snapshot& snapshot, std::string_view biller,
                                base::Date day, bill::BillId after, int limit);

}  // namespace bank::biller::internal
