// SPDX-License-Identifier: Apache-2.0
// What passed between a wallet's provider and this book's accounts on a day, and what explains
// "wallet/<provider>".
#include <bank/wallet/wallets.h>

#include <bank/clearing/explain.h>
#include <bank/ledger/own_accounts.h>
#include <bank/wallet/withdrawals.h>

#include <map>

namespace bank::wallet {

using platform::sql::Snapshot;

namespace {

constexpr std::string_view own_prefix = "wallet/";

}  // namespace

std::vector<std::string> providers_of(Snapshot& snapshot, base::Date day)
{
    std::vector<std::string> providers;
    auto row = snapshot.query(
        "select provider from wallet_debit where day = ?"
        " union select provider from wallet_withdrawal where day = ? order by provider",
        day, day);
    while (row.next()) providers.push_back(row.string(0));
    return providers;
}

std::vector<OfDay> passed_on(Snapshot& snapshot, std::string_view provider, base::Date day,
                             std::uint64_t after, int limit)
{
    std::vector<OfDay> found;
    const auto from = static_cast<std::int64_t>(after);
    auto row = snapshot.query(
        "select entry, reference, minor_units, at from wallet_debit"
        " where day = ? and provider = ? and entry > ? and unit = 'CNY'"
        " union all select id, partner_reference, -minor_units, ended_at from wallet_withdrawal"
        " where day = ? and provider = ? and id > ? and unit = 'CNY' order by 1 limit ?",
        day, provider, from, day, provider, from, limit);
    while (row.next()) {
        found.push_back({static_cast<std::uint64_t>(row.integer(0)),
                         row.string(1),
                         {row.integer(2), {"CNY", 2}},
                         row.instant(3)});
    }
    return found;
}

std::vector<std::string> explain(Snapshot& snapshot, ledger::Ledger& ledger)
{
    std::map<std::string, std::int64_t, std::less<>> sums;
    // Added up here: the sum of a bigint column is of another type in some databases.
    const auto add = [&](std::string_view query) {
        auto row = snapshot.query(std::string{query});
        while (row.next()) sums[row.string(0)] += row.integer(1);
    };
    add("select provider, minor_units from wallet_debit");
    add("select provider, -minor_units from wallet_withdrawal where state = 2");
    std::vector<std::string> findings;
    auto paid_out = clearing::paid_from_own(snapshot);
    for (const auto& own : ledger::own_accounts(snapshot, own_prefix)) {
        const auto account = ledger.account(snapshot, own.id);
        const std::int64_t holds = account ? account.value().balance().minor_units : 0;
        const std::int64_t explained = sums[own.code.substr(own_prefix.size())] - paid_out[own.id];
        if (holds != explained) {
            findings.push_back(own.code + " holds " + std::to_string(holds) +
                               " minor units, its debits less withdrawals and payouts make " +
                               std::to_string(explained));
        }
    }
    return findings;
}

}  // namespace bank::wallet
