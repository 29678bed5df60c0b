// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/history.h>

#include <bank/payment/line_reader.h>

#include <algorithm>

namespace bank::payment {

using base::Result;
using platform::sql::Snapshot;

Result<Page> history(Snapshot& snapshot, account::Accounts& accounts, People& people, AccountId id,
                     EntryId before, std::size_t limit)
{
    limit = std::clamp<std::size_t>(limit, 1, 200);
    LineReader reader{snapshot, accounts, people, holder_of(snapshot, accounts, id)};
    Page page;
    for (;;) {
        const auto movements = TRY(accounts.ledger().history(snapshot, id, before, limit + 1));
        for (const auto& movement : movements) {
            before = movement.entry;
            if (movement.amount.minor_units == 0) continue;  // A hold began or ended.
            if (page.lines.size() == limit) {
                page.next = page.lines.back().id;
                return page;
            }
            page.lines.push_back(reader.line_of(movement));
        }
        if (movements.size() <= limit) return page;
    }
}

Result<PeriodStatement> statement(Snapshot& snapshot, account::Accounts& accounts, People& people,
                                  AccountId id, base::Date first, base::Date last)
{
    const auto period = TRY(accounts.ledger().statement(snapshot, id, first, last));
    LineReader reader{snapshot, accounts, people, holder_of(snapshot, accounts, id)};
    PeriodStatement made{period.opening, period.closing, period.credits, period.debits, {}};
    for (const auto& movement : period.movements) made.lines.push_back(reader.line_of(movement));
    return made;
}

}  // namespace bank::payment
