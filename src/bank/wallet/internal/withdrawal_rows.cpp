// SPDX-License-Identifier: Apache-2.0
#include <bank/wallet/internal/withdrawal_rows.h>

#include <base/text.h>

namespace bank::wallet::internal {

using platform::sql::Snapshot;
using platform::sql::Transaction;

void insert(Transaction& transaction, const WithdrawalRow& row, std::string_view key)
{
    const Withdrawal& one = row.withdrawal;
    transaction.execute(
        "insert into wallet_withdrawal(id, link, person, account, provider, unit, minor_digits,"
        " minor_units, state, hold, content, key, reason, partner_reference, attempts,"
        " requested_at, touched_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0, ?, ?)",
        one.id, one.link, one.person, one.account, one.provider, one.amount.currency.code,
        one.amount.currency.minor_digits, one.amount.minor_units, static_cast<int>(one.state),
        row.hold, static_cast<std::int64_t>(row.content), key, one.requested_at, one.requested_at);
}

void update(Transaction& transaction, const Withdrawal& withdrawal,
            std::string_view partner_reference, std::optional<base::Date> day)
{
    transaction.execute(
        "update wallet_withdrawal set state = ?, reason = ?, partner_reference = ?, attempts = ?,"
        " touched_at = ?, ended_at = ?, day = ? where id = ?",
        static_cast<int>(withdrawal.state), withdrawal.reason, partner_reference,
        withdrawal.attempts, transaction.now(), withdrawal.ended_at, day, withdrawal.id);
}

std::vector<WithdrawalRow> select_withdrawals(Snapshot& snapshot, std::string_view condition,
                                              std::span<const platform::sql::Parameter> parameters)
{
    auto row = snapshot.query_with(
        "select id, link, person, account, provider, unit, minor_digits, minor_units, state, hold,"
        " content, reason, attempts, requested_at, ended_at from wallet_withdrawal where " +
            std::string{condition},
        parameters);
    std::vector<WithdrawalRow> rows;
    while (row.next()) {
        auto& read = rows.emplace_back(
            WithdrawalRow{.withdrawal = {.id = row.id<WithdrawalId>(0),
                                         .link = row.id<LinkId>(1),
                                         .person = row.id<CustomerId>(2),
                                         .account = row.id<AccountId>(3),
                                         .provider = row.string(4),
                                         .amount = {row.integer(7),
                                                    {base::intern(row.text(5)),
                                                     static_cast<int>(row.integer(6))}},
                                         .state = static_cast<WithdrawalState>(row.integer(8)),
                                         .reason = row.string(11),
                                         .requested_at = row.instant(13),
                                         .attempts = static_cast<int>(row.integer(12))},
                          .hold = row.id<EntryId>(9),
                          .content = static_cast<std::uint64_t>(row.integer(10))});
        if (!row.is_null(14)) read.withdrawal.ended_at = row.instant(14);
    }
    return rows;
}

base::Result<WithdrawalRow> find(Snapshot& snapshot, WithdrawalId id)
{
    const platform::sql::Parameter parameters[] = {id};
    auto rows = select_withdrawals(snapshot, "id = ?", parameters);
    if (rows.empty())
        return base::not_found("wallet.withdrawal_unknown", "there is no such withdrawal");
    return std::move(rows.front());
}

}  // namespace bank::wallet::internal
