// SPDX-License-Identifier: Apache-2.0
#include <bank/wallet/internal/rows.h>

#include <base/text.h>

namespace bank::wallet::internal {

using platform::sql::Snapshot;
using platform::sql::Transaction;

void insert(Transaction& transaction, const Link& link)
{
    const std::string none;
    transaction.execute(
        "insert into wallet_link(id, person, account, provider, state, reason, number,"
        " masked_number, unit, minor_digits, per_payment, per_day, asked_at, touched_at, told)"
        " values (?, ?, ?, ?, ?, '', ?, '', ?, ?, ?, ?, ?, ?, 0)",
        link.id, link.person, link.account, link.provider, static_cast<int>(link.state),
        std::as_bytes(std::span{none}), link.limits.per_day.currency.code,
        link.limits.per_day.currency.minor_digits, link.limits.per_payment.minor_units,
        link.limits.per_day.minor_units, link.asked_at, link.asked_at);
}

void update(Transaction& transaction, const Link& link, bool told)
{
    transaction.execute(
        "update wallet_link set state = ?, reason = ?, masked_number = ?, per_payment = ?,"
        " per_day = ?, bound_at = ?, ended_at = ?, touched_at = ?, told = ? where id = ?",
        static_cast<int>(link.state), link.reason, link.masked_number,
        link.limits.per_payment.minor_units, link.limits.per_day.minor_units, link.bound_at,
        link.ended_at, transaction.now(), told ? 1 : 0, link.id);
}

std::vector<Link> select_with(Snapshot& snapshot, std::string_view condition,
                              std::span<const platform::sql::Parameter> parameters)
{
    auto row = snapshot.query_with(
        "select id, person, account, provider, state, reason, masked_number, unit, minor_digits,"
        " per_payment, per_day, asked_at, bound_at, ended_at from wallet_link where " +
            std::string{condition},
        parameters);
    std::vector<Link> links;
    const auto instant = [&](int column) {
        return row.is_null(column) ? std::optional<base::Instant>{} : row.instant(column);
    };
    while (row.next()) {
        const base::Currency unit{base::intern(row.text(7)), static_cast<int>(row.integer(8))};
        links.push_back({.id = row.id<LinkId>(0),
                         .person = row.id<CustomerId>(1),
                         .account = row.id<AccountId>(2),
                         .provider = row.string(3),
                         .state = static_cast<State>(row.integer(4)),
                         .reason = row.string(5),
                         .masked_number = row.string(6),
                         .limits = {{row.integer(9), unit}, {row.integer(10), unit}},
                         .asked_at = row.instant(11),
                         .bound_at = instant(12),
                         .ended_at = instant(13)});
    }
    return links;
}

base::Result<Link> find(Snapshot& snapshot, LinkId id)
{
    const platform::sql::Parameter parameters[] = {id};
    auto found = select_with(snapshot, "id = ?", parameters);
    if (found.empty()) return base::not_found("wallet.unknown", "there is no such wallet of yours");
    return std::move(found.front());
}

void set_number(Transaction& transaction, LinkId id, std::string_view sealed)
{
    transaction.execute("update wallet_link set number = ? where id = ?",
                        std::as_bytes(std::span{sealed}), id);
}

std::string number_of(Snapshot& snapshot, LinkId id)
{
    auto row = snapshot.query("select number from wallet_link where id = ?", id);
    if (!row.next()) return {};
    const auto bytes = row.blob(0);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void insert(Transaction& transaction, std::string_view provider, const Debit& debit, EntryId entry,
            base::Date day, std::string_view sealed)
{
    transaction.execute(
        "insert into wallet_debit(link, reference, provider, entry, day, unit, minor_units,"
        " merchant, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        debit.link, debit.reference, provider, entry, day.days, debit.amount.currency.code,
        debit.amount.minor_units, std::as_bytes(std::span{sealed}), transaction.now());
}

base::Date day_of(Snapshot& snapshot, LinkId link, std::string_view reference)
{
    auto row = snapshot.query("select day from wallet_debit where link = ? and reference = ?", link,
                              reference);
    base::ensure(row.next());
    return row.date(0);
}

std::int64_t taken_on(Snapshot& snapshot, LinkId link, base::Date day)
{
    std::int64_t sum = 0;
    auto row = snapshot.query("select minor_units from wallet_debit where link = ? and day = ?",
                              link, day.days);
    while (row.next()) sum += row.integer(0);
    return sum;
}

}  // namespace bank::wallet::internal
