// SPDX-License-Identifier: Apache-2.0
// The accounts that billers told, and what explains "biller/…".
#include <bank/biller/payouts.h>

#include <bank/clearing/explain.h>
#include <bank/ledger/own_accounts.h>

namespace bank::biller {

using platform::sql::Snapshot;
using platform::sql::Transaction;

void set_payout_account(Transaction& transaction, const PayoutAccount& account)
{
    transaction.execute(
        "insert into biller_payout_account(payee, bank, number, name, told_at)"
        " values (?, ?, ?, ?, ?) on conflict (payee) do update set bank = excluded.bank,"
        " number = excluded.number, name = excluded.name, told_at = excluded.told_at",
        account.payee, account.bank, account.number, account.name, transaction.now());
}

std::optional<PayoutAccount> told_payout_account(Snapshot& snapshot, std::string_view payee)
{
    auto row = snapshot.query(
        "select payee, bank, number, name from biller_payout_account where payee = ?", payee);
    if (!row.next()) return std::nullopt;
    return PayoutAccount{row.string(0), row.string(1), row.string(2), row.string(3)};
}

std::int64_t payouts_waiting(Snapshot& snapshot)
{
    auto row = snapshot.query("select count(*) from biller_payout where state = ?",
                              static_cast<int>(PayoutState::waiting));
    base::ensure(row.next());
    return row.integer(0);
}

std::vector<std::string> explain(Snapshot& snapshot, ledger::Ledger& ledger)
{
    constexpr std::string_view prefix = "biller/";
    auto bills = bill::paid_to_each(snapshot);
    auto paid_out = clearing::paid_from_own(snapshot);
    std::vector<std::string> findings;
    for (const auto& own : ledger::own_accounts(snapshot, prefix)) {
        const auto account = ledger.account(snapshot, own.id);
        const std::int64_t holds = account ? account.value().balance().minor_units : 0;
        const std::int64_t explained = bills[own.code.substr(prefix.size())] - paid_out[own.id];
        if (holds != explained) {
            findings.push_back(own.code + " holds " + std::to_string(holds) +
                               " minor units, its bills less its payouts make " +
                               std::to_string(explained));
        }
    }
    return findings;
}

}  // namespace bank::biller
