// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/wallet/wallets.h>

namespace bank::wallet::internal {

void insert(platform::sql::Transaction& transaction, const Link& link);
/// State, reason, masked number, limits and times; what its provider is to be told is open again.
void update(platform::sql::Transaction& transaction, const Link& link, bool told);

/// The links of `select … where CONDITION`; `condition` is a literal and may order and limit.
std::vector<Link> select_with(platform::sql::Snapshot& snapshot, std::string_view condition,
                              std::span<const platform::sql::Parameter> parameters);
/// Errors: wallet.unknown.
base::Result<Link> find(platform::sql::Snapshot& snapshot, LinkId id);

void set_number(platform::sql::Transaction& transaction, LinkId id, std::string_view sealed);
std::string number_of(platform::sql::Snapshot& snapshot, LinkId id);

void insert(platform::sql::Transaction& transaction, std::string_view provider, const Debit& debit,
            EntryId entry, base::Date day, std::string_view sealed);
/// The business date of a debit that was made.
base::Date day_of(platform::sql::Snapshot& snapshot, LinkId link, std::string_view reference);
std::int64_t taken_on(platform::sql::Snapshot& snapshot, LinkId link, base::Date day);

}  // namespace bank::wallet::internal
