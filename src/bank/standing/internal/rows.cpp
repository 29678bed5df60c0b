// SPDX-License-Identifier: Apache-2.0
#include <bank/standing/internal/rows.h>

#include <base/text.h>

namespace bank::standing::internal {

using platform::sql::Snapshot;
using platform::sql::Transaction;

void insert(Transaction& transaction, const View& view, std::string_view sealed,
            const std::optional<EntryId>& hold)
{
    const Terms& terms = view.terms;
    transaction.execute(
        "insert into standing_order(id, payer, account, bank, sealed, masked_number, masked_name,"
        " unit, minor_digits, minor_units, rhythm, first_date, month_day, holiday, until_date,"
        " times, state, done, next_date, next_at, attempt, hold, created_at, last_reason)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, 1, ?, ?, '')",
        view.id, view.payer, view.account, view.bank, std::as_bytes(std::span{sealed}),
        view.masked_number, view.masked_name, view.amount.currency.code,
        view.amount.currency.minor_digits, view.amount.minor_units, static_cast<int>(terms.rhythm),
        terms.first, terms.day, static_cast<int>(terms.holiday), terms.until, terms.times,
        view.next_date, view.next_at, hold, view.created_at);
}

void update(Transaction& transaction, const View& view)
{
    const Terms& terms = view.terms;
    transaction.execute(
        "update standing_order set first_date = ?, month_day = ?, minor_units = ?, holiday = ?,"
        " until_date = ?, times = ?, state = ?, done = ?, next_date = ?, next_at = ?, attempt = ?, "
        "last_reason = ?"
        " where id = ?",
        terms.first, terms.day, view.amount.minor_units, static_cast<int>(terms.holiday),
        terms.until, terms.times, static_cast<int>(view.state), view.done, view.next_date,
        view.next_at, view.attempt, view.last_reason, view.id);
}

std::vector<View> select_orders(Snapshot& snapshot, std::string_view condition,
                                std::span<const platform::sql::Parameter> parameters)
{
    auto row = snapshot.query_with(
        "select id, payer, account, bank, masked_number, masked_name, unit, minor_digits,"
        " minor_units, rhythm, first_date, month_day, holiday, until_date, times, state, done,"
        " next_date, next_at, attempt, created_at, last_reason from standing_order where " +
            std::string{condition},
        parameters);
    std::vector<View> views;
    while (row.next()) {
        View& view = views.emplace_back();
        view.id = row.id<OrderId>(0);
        view.payer = row.id<CustomerId>(1);
        view.account = row.id<AccountId>(2);
        view.bank = row.string(3);
        view.masked_number = row.string(4);
        view.masked_name = row.string(5);
        view.amount = {row.integer(8),
                       {base::intern(row.text(6)), static_cast<int>(row.integer(7))}};
        view.terms.rhythm = static_cast<Rhythm>(row.integer(9));
        view.terms.first = row.date(10);
        view.terms.day = static_cast<int>(row.integer(11));
        view.terms.holiday = static_cast<Holiday>(row.integer(12));
        if (!row.is_null(13)) view.terms.until = row.date(13);
        if (!row.is_null(14)) view.terms.times = static_cast<int>(row.integer(14));
        view.state = static_cast<State>(row.integer(15));
        view.done = static_cast<int>(row.integer(16));
        if (!row.is_null(17)) view.next_date = row.date(17);
        if (!row.is_null(18)) view.next_at = row.instant(18);
        view.attempt = static_cast<int>(row.integer(19));
        view.created_at = row.instant(20);
        view.last_reason = row.string(21);
    }
    return views;
}

base::Result<View> find(Snapshot& snapshot, OrderId id)
{
    const platform::sql::Parameter parameters[] = {id};
    auto found = select_orders(snapshot, "id = ?", parameters);
    if (found.empty()) return base::not_found("standing.unknown", "there is no such order");
    return std::move(found.front());
}

Kept kept(Snapshot& snapshot, OrderId id)
{
    auto row = snapshot.query("select sealed, hold from standing_order where id = ?", id);
    if (!row.next()) return {};
    const auto bytes = row.blob(0);
    Kept found{{reinterpret_cast<const char*>(bytes.data()), bytes.size()}, {}};
    if (!row.is_null(1)) found.hold = row.id<EntryId>(1);
    return found;
}

void insert_run(Transaction& transaction, OrderId id, const Run& run)
{
    transaction.execute(
        "insert into standing_run(standing, run_date, attempt, at, paid, skipped, reason, payment)"
        " values (?, ?, ?, ?, ?, ?, ?, ?)",
        id, run.date, run.attempt, run.at, run.paid, run.skipped, run.reason, run.payment);
}

}  // namespace bank::standing::internal
