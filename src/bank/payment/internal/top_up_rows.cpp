// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/internal/top_up_rows.h>

#include <base/text.h>

namespace bank::payment::internal {

using platform::sql::Snapshot;
using platform::sql::Transaction;

void insert(Transaction& transaction, const TopUpRow& row)
{
    const TopUp& top_up = row.top_up;
    transaction.execute(
        "insert into payment_top_up(id, account, bank, unit, minor_digits, minor_units, state,"
        " hold, content, reason, partner_reference, attempts, requested_at, touched_at)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0, ?, ?)",
        top_up.id, top_up.account, top_up.bank, top_up.amount.currency.code,
        top_up.amount.currency.minor_digits, top_up.amount.minor_units,
        static_cast<int>(top_up.state), row.hold, static_cast<std::int64_t>(row.content),
        top_up.requested_at, top_up.requested_at);
}

void update(Transaction& transaction, const TopUp& top_up, std::string_view partner_reference)
{
    transaction.execute(
        "update payment_top_up set state = ?, reason = ?, partner_reference = ?, attempts = ?,"
        " touched_at = ?, ended_at = ? where id = ?",
        static_cast<int>(top_up.state), top_up.reason, partner_reference, top_up.attempts,
        transaction.now(), top_up.ended_at, top_up.id);
}

std::vector<TopUpRow> select_with(Snapshot& snapshot, std::string_view condition,
                                  std::span<const platform::sql::Parameter> parameters)
{
    auto row = snapshot.query_with(
        "select id, account, bank, unit, minor_digits, minor_units, state, hold, content, reason,"
        " attempts, requested_at, ended_at from payment_top_up where " +
            std::string{condition},
        parameters);
    std::vector<TopUpRow> rows;
    while (row.next()) {
        TopUpRow& read = rows.emplace_back();
        read.top_up.id = row.id<TopUpId>(0);
        read.top_up.account = row.id<account::AccountId>(1);
        read.top_up.bank = row.string(2);
        read.top_up.amount = {row.integer(5),
                              {base::intern(row.text(3)), static_cast<int>(row.integer(4))}};
        read.top_up.state = static_cast<TopUpState>(row.integer(6));
        read.hold = row.id<ledger::EntryId>(7);
        read.content = static_cast<std::uint64_t>(row.integer(8));
        read.top_up.reason = row.string(9);
        read.top_up.attempts = static_cast<int>(row.integer(10));
        read.top_up.requested_at = row.instant(11);
        if (!row.is_null(12)) read.top_up.ended_at = row.instant(12);
    }
    return rows;
}

base::Result<TopUpRow> find(Snapshot& snapshot, TopUpId id)
{
    const platform::sql::Parameter parameters[] = {id};
    auto rows = select_with(snapshot, "id = ?", parameters);
    if (rows.empty()) {
        return base::not_found("payment.top_up_unknown", "there is no such top-up");
    }
    return std::move(rows.front());
}

}  // namespace bank::payment::internal
