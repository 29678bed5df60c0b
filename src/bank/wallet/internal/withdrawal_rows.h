// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/wallet/withdrawals.h>

namespace bank::wallet::internal {

/// What a row holds besides the withdrawal.
struct WithdrawalRow {
    Withdrawal withdrawal;
    EntryId hold;
    std::uint64_t content = 0;
};

/// `key` is unique in the book.
void insert(platform::sql::Transaction& transaction, const WithdrawalRow& row,
            std::string_view key);
/// State, reason, attempts and end; `day` is the business date of the money.
void update(platform::sql::Transaction& transaction, const Withdrawal& withdrawal,
            std::string_view partner_reference, std::optional<base::Date> day);

/// The withdrawals of `select … where CONDITION`; `condition` is a literal and may order and limit.
std::vector<WithdrawalRow> select_withdrawals(platform::sql::Snapshot& snapshot,
                                              std::string_view condition,
                                              std::span<const platform::sql::Parameter> parameters);
/// Errors: wallet.withdrawal_unknown.
base::Result<WithdrawalRow> find(platform::sql::Snapshot& snapshot, WithdrawalId id);

}  // namespace bank::wallet::internal
