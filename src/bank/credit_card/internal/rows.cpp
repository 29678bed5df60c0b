// SPDX-License-Identifier: Apache-2.0
#include <bank/credit_card/internal/rows.h>

namespace bank::credit_card::internal {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr base::Currency renminbi{"CNY", 2};

}  // namespace

void insert(Transaction& transaction, const Card& card, std::string_view sealed, std::int64_t print)
{
    transaction.execute(
        "insert into credit_card(id, person, bank, number, print, masked_number, state, statement,"
        " minimum, due, asked, asked_at, kept_at, removed)"
        " values (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?, 0)",
        card.id, card.person, card.bank, std::as_bytes(std::span{sealed}), print,
        card.masked_number, static_cast<int>(card.state), card.asked, card.asked_at, card.asked_at);
}

void update(Transaction& transaction, const Card& card)
{
    transaction.execute(
        "update credit_card set state = ?, statement = ?, minimum = ?, due = ?, asked = ?,"
        " asked_at = ?, removed = ? where id = ?",
        static_cast<int>(card.state), card.bill.statement.minor_units,
        card.bill.minimum.minor_units, card.bill.due.days, card.asked, card.asked_at,
        card.removed ? 1 : 0, card.id);
}

std::vector<Card> select_with(Snapshot& snapshot, std::string_view condition,
                              std::span<const platform::sql::Parameter> parameters)
{
    auto row = snapshot.query_with(
        "select id, person, bank, masked_number, state, statement, minimum, due, asked, asked_at,"
        " removed from credit_card where " +
            std::string{condition},
        parameters);
    std::vector<Card> cards;
    while (row.next()) {
        cards.push_back({.id = row.id<CardId>(0),
                         .person = row.id<CustomerId>(1),
                         .bank = row.string(2),
                         .masked_number = row.string(3),
                         .state = static_cast<BillState>(row.integer(4)),
                         .bill = {.statement = {row.integer(5), renminbi},
                                  .minimum = {row.integer(6), renminbi},
                                  .due = {static_cast<std::int32_t>(row.integer(7))}},
                         .asked = static_cast<int>(row.integer(8)),
                         .asked_at = row.instant(9),
                         .removed = row.integer(10) != 0});
    }
    return cards;
}

std::string sealed_of(Snapshot& snapshot, CardId id)
{
    auto row = snapshot.query("select number from credit_card where id = ?", id);
    if (!row.next()) return {};
    const auto bytes = row.blob(0);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void insert_repayment(Transaction& transaction, CardId card, clearing::PaymentId payment)
{
    transaction.execute(
        "insert into credit_card_repayment(payment, card) values (?, ?)"
        " on conflict (payment) do nothing",
        payment, card);
}

std::vector<clearing::PaymentId> repayments(Snapshot& snapshot, CardId card, int limit)
{
    auto row = snapshot.query(
        "select payment from credit_card_repayment where card = ? order by payment desc limit ?",
        card, limit);
    std::vector<clearing::PaymentId> found;
    while (row.next()) found.push_back(row.id<clearing::PaymentId>(0));
    return found;
}

}  // namespace bank::credit_card::internal
