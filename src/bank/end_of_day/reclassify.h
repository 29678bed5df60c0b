// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>

#include <string_view>

namespace bank::end_of_day {

/// What an account has earned and not been paid is owed under `to` instead of `from`: said in the
/// unit of work that gives the account another product, so that what is owed to a product stays the
/// sum over its accounts.
void move_accrued(platform::sql::Transaction& transaction, ledger::AccountId account,
                  std::string_view from, std::string_view to, base::Currency unit);

}  // namespace bank::end_of_day
