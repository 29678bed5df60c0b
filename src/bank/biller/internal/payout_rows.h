// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/biller/payouts.h>

namespace bank::biller::internal {

/// A reconciled day is to be paid out. Again: nothing.
void payout_due(platform::sql::Transaction& transaction, const Sheet& sheet);
void insert(platform::sql::Transaction& transaction, const Payout& payout);
/// Writes back all that may change; the program looks at a due one again at `again_at`.
void update(platform::sql::Transaction& transaction, const Payout& payout,
            base::Instant again_at = {});
std::vector<Payout> select_payouts(platform::sql::Snapshot& snapshot, std::string_view condition,
                                   std::span<const platform::sql::Parameter> parameters);
/// Errors: biller.payout_unknown.
base::Result<Payout> find_payout(platform::sql::Snapshot& snapshot, SheetId id);

/// What earlier days of a payee carried and no payout has taken off yet: at most zero.
std::int64_t carried(platform::sql::Snapshot& snapshot, std::string_view payee);
/// The payout of `into` takes it off.
void take_carried(platform::sql::Transaction& transaction, std::string_view payee, SheetId into);

/// Whether staff settled differences of the day, and whether this one worked on them.
bool settled_by_staff(platform::sql::Snapshot& snapshot, SheetId sheet);
bool worked_on(platform::sql::Snapshot& snapshot, SheetId sheet, std::uint64_t staff);
/// Whether a payout to that account was ordered before.
bool paid_before(platform::sql::Snapshot& snapshot, const PayoutAccount& account);

}  // namespace bank::biller::internal
