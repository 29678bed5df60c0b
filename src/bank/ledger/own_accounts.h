// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ids.h>

#include <platform/sql/transaction.h>

#include <string>
#include <string_view>
#include <vector>

namespace bank::ledger {

/// One of the bank's own accounts, by the code it was opened under.
struct OwnAccount {
    std::string code;
    AccountId id;
};

/// Those whose code begins with `prefix`, in the order of their codes.
std::vector<OwnAccount> own_accounts(platform::sql::Snapshot& snapshot, std::string_view prefix);

}  // namespace bank::ledger
