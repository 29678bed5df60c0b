// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/reclassify.h>

#include <bank/end_of_day/internal/pages.h>
#include <bank/end_of_day/internal/store.h>

#include <algorithm>

namespace bank::end_of_day {

using internal::Kept;
using internal::Store;

void move_accrued(platform::sql::Transaction& transaction, ledger::AccountId account,
                  std::string_view from, std::string_view to, base::Currency unit)
{
    std::vector<Kept> page;
    {
        auto row = transaction.query(
            "select accounts from end_of_day_page where first <= ? order by first desc limit 1",
            account);
        if (!row.next()) return;
        page = internal::unpack(row.blob(0));
    }
    const auto kept = std::ranges::find(page, account, &Kept::account);
    if (kept == page.end() || kept->accrued == interest::Accrued{}) return;
    Store::set_owed(transaction, from, unit,
                    interest::minus(Store::owed(transaction, from, unit), kept->accrued));
    Store::set_owed(transaction, to, unit,
                    interest::plus(Store::owed(transaction, to, unit), kept->accrued));
}

}  // namespace bank::end_of_day
