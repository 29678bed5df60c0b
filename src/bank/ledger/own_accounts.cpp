// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/own_accounts.h>

#include <algorithm>

namespace bank::ledger {

std::vector<OwnAccount> own_accounts(platform::sql::Snapshot& snapshot, std::string_view prefix)
{
    std::vector<OwnAccount> found;
    auto row = snapshot.query("select code, account from ledger_own_account");
    while (row.next()) {
        if (row.text(0).starts_with(prefix)) found.push_back({row.string(0), row.id<AccountId>(1)});
    }
    std::sort(found.begin(), found.end(),
              [](const OwnAccount& a, const OwnAccount& b) { return a.code < b.code; });
    return found;
}

}  // namespace bank::ledger
