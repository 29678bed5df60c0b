// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/internal/rows.h>

#include <base/text.h>

namespace bank::clearing::internal {

using platform::sql::Snapshot;
using platform::sql::Transaction;

void insert(Transaction& transaction, const Payment& payment, std::string_view sealed,
            std::int64_t beneficiary)
{
    transaction.execute(
        "insert into clearing_payment(id, payer, account, entry, route, bank, category, sealed,"
        " beneficiary, masked_number, masked_name, unit, minor_digits, minor_units, state, reason,"
        " attempts, requested_at, touched_at)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, ?, ?)",
        payment.id, payment.payer, payment.account, payment.entry, payment.route, payment.bank,
        payment.category, std::as_bytes(std::span{sealed}), beneficiary, payment.masked_number,
        payment.masked_name, payment.amount.currency.code, payment.amount.currency.minor_digits,
        payment.amount.minor_units, static_cast<int>(payment.state), payment.requested_at,
        payment.requested_at);
}

void update(Transaction& transaction, const Payment& payment)
{
    transaction.execute(
        "update clearing_payment set state = ?, reason = ?, attempts = ?, touched_at = ?,"
        " sent_at = ?, ended_at = ?, returned_at = ? where id = ?",
        static_cast<int>(payment.state), payment.reason, payment.attempts, transaction.now(),
        payment.sent_at, payment.ended_at, payment.returned_at, payment.id);
}

std::vector<Payment> select_with(Snapshot& snapshot, std::string_view condition,
                                 std::span<const platform::sql::Parameter> parameters)
{
    auto row = snapshot.query_with(
        "select id, payer, account, entry, route, bank, category, masked_number, masked_name, unit,"
        " minor_digits, minor_units, state, reason, attempts, requested_at, sent_at, ended_at,"
        " returned_at, touched_at from clearing_payment where " +
            std::string{condition},
        parameters);
    std::vector<Payment> payments;
    const auto instant = [&](int column) {
        return row.is_null(column) ? std::optional<base::Instant>{} : row.instant(column);
    };
    while (row.next()) {
        payments.push_back(
            {.id = row.id<PaymentId>(0),
             .payer = row.id<CustomerId>(1),
             .account = row.id<AccountId>(2),
             .entry = row.id<EntryId>(3),
             .route = row.string(4),
             .bank = row.string(5),
             .category = row.string(6),
             .masked_number = row.string(7),
             .masked_name = row.string(8),
             .amount = {row.integer(11),
                        {base::intern(row.text(9)), static_cast<int>(row.integer(10))}},
             .state = static_cast<State>(row.integer(12)),
             .reason = row.string(13),
             .requested_at = row.instant(15),
             .touched_at = row.instant(19),
             .sent_at = instant(16),
             .ended_at = instant(17),
             .returned_at = instant(18),
             .attempts = static_cast<int>(row.integer(14))});
    }
    return payments;
}

base::Result<Payment> find(Snapshot& snapshot, PaymentId id)
{
    const platform::sql::Parameter parameters[] = {id};
    auto found = select_with(snapshot, "id = ?", parameters);
    if (found.empty())
        return base::not_found("clearing.payment_unknown", "there is no such payment");
    return std::move(found.front());
}

std::string sealed_of(Snapshot& snapshot, PaymentId id)
{
    auto row = snapshot.query("select sealed from clearing_payment where id = ?", id);
    if (!row.next()) return {};
    const auto bytes = row.blob(0);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace bank::clearing::internal
