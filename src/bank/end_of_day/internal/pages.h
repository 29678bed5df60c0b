// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>
#include <bank/interest/accrual.h>
#include <platform/sql/transaction.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bank::end_of_day::internal {

/// What the end of day keeps of one account from date to date.
struct Kept {
    ledger::AccountId account;
    interest::Accrued accrued;      // Earned and not posted.
    std::int64_t balance_days = 0;  // Closing balances since `since`, times their days.
    std::int32_t since = 0;         // The first date of them, as days; for averages.
    std::int32_t through = 0;       // The first date that is not in them.

    friend bool operator==(const Kept&, const Kept&) = default;
};

/// Neighbours in one row: a page is written by one statement, where a row for each account would
/// be 256.
inline constexpr int accounts_a_page = 256;

/// 40 bytes an account, little-endian.
std::vector<std::byte> pack(const std::vector<Kept>& kept);
/// Throws platform::sql::Failure where the bytes are no page.
std::vector<Kept> unpack(platform::sql::Bytes bytes);

/// A page with the accounts that belong to it, those without anything kept yet included.
struct Page {
    std::vector<account::Accounts::Row> rows;
    std::vector<Kept> kept;  // One for each row, in the same order.

    std::int64_t first() const { return static_cast<std::int64_t>(kept.front().account.value); }
    ledger::AccountId last() const { return kept.back().account; }
};

/// The page of the first account after `after`. Empty after the last. Accounts are only ever added
/// behind the last one, so that a page has the same accounts for ever once it is full.
Page next_page(platform::sql::Snapshot& snapshot, account::Accounts& accounts,
               ledger::AccountId after);

void write_page(platform::sql::Transaction& transaction, std::int64_t first,
                const std::vector<Kept>& kept);

}  // namespace bank::end_of_day::internal
