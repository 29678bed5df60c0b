// SPDX-License-Identifier: Apache-2.0
#include <bank/account/accounts.h>

namespace bank::account {

using base::Result;
using platform::sql::Snapshot;

Result<std::vector<LimitUse>> Accounts::limits(Snapshot& snapshot, AccountId id, base::Date today)
{
    const ledger::Account account = TRY(ledger_.account(snapshot, id));
    const ledger::Turnover used = ledger::on_day(account.turnover, today);
    const ledger::Terms& terms = account.terms;
    std::vector<LimitUse> uses;
    const auto add = [&](std::string_view code, const std::optional<std::int64_t>& limit,
                         std::int64_t sum) {
        if (limit) uses.push_back({code, {*limit, account.unit}, {sum, account.unit}});
    };
    add("out_day", terms.debits_day_limit, used.debits_day);
    add("out_year", terms.debits_year_limit, used.debits_year);
    add("in_day", terms.credits_day_limit, used.credits_day);
    add("in_year", terms.credits_year_limit, used.credits_year);
    add("balance", terms.balance_limit, account.balance().minor_units);
    return uses;
}

Result<bool> Accounts::takes_from_others(Snapshot& snapshot, AccountId id)
{
    const auto terms = TRY(ledger_.account(snapshot, id)).terms;
    return terms.credits_day_limit != 0 && terms.credits_year_limit != 0;
}

}  // namespace bank::account
