// SPDX-License-Identifier: Apache-2.0
#include <bank/biller/internal/joined_rows.h>

namespace bank::biller::internal {

using platform::sql::Parameter;
using platform::sql::Snapshot;
using platform::sql::Transaction;

std::vector<Joined> select_joined(Snapshot& snapshot, std::string_view condition,
                                  std::span<const Parameter> parameters)
{
    std::vector<Joined> found;
    auto rows = snapshot.query_with(
        "select id, code, name_zh, name_en, category, city, contact, state, reason, maker, checker,"
        " applied_at, changed_at, live_at from biller_joined where " +
            std::string{condition},
        parameters);
    while (rows.next()) {
        Joined one{.id = rows.id<JoinedId>(0),
                   .code = rows.string(1),
                   .name = {{"zh", rows.string(2)}, {"en", rows.string(3)}},
                   .category = rows.string(4),
                   .city = rows.string(5),
                   .contact = rows.string(6),
                   .state = static_cast<JoinedState>(rows.integer(7)),
                   .reason = rows.string(8),
                   .maker = static_cast<std::uint64_t>(rows.integer(9)),
                   .checker = static_cast<std::uint64_t>(rows.integer(10)),
                   .applied_at = rows.instant(11),
                   .changed_at = rows.instant(12)};
        if (!rows.is_null(13)) one.live_at = rows.instant(13);
        found.push_back(std::move(one));
    }
    return found;
}

void insert(Transaction& transaction, const Joined& one)
{
    transaction.execute(
        "insert into biller_joined(id, code, name_zh, name_en, category, city, contact, state,"
        " reason, maker, checker, applied_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0,"
        " ?, ?)",
        one.id, one.code, base::in_language(one.name, "zh"), base::in_language(one.name, "en"),
        one.category, one.city, one.contact, static_cast<int>(one.state), one.reason,
        one.applied_at, one.changed_at);
}

void update(Transaction& transaction, const Joined& one)
{
    transaction.execute(
        "update biller_joined set state = ?, reason = ?, maker = ?, checker = ?, changed_at = ?,"
        " live_at = ? where id = ?",
        static_cast<int>(one.state), one.reason, static_cast<std::int64_t>(one.maker),
        static_cast<std::int64_t>(one.checker), one.changed_at, one.live_at, one.id);
}

std::vector<KeptBill> select_bills(Snapshot& snapshot, std::string_view condition,
                                   std::span<const Parameter> parameters)
{
    std::vector<KeptBill> found;
    auto rows = snapshot.query_with(
        "select id, item, number_hash, number_tail, reference, amount, payer, period, state"
        " from biller_bill where " +
            std::string{condition},
        parameters);
    while (rows.next()) {
        Pushed bill{.reference = rows.string(4),
                    .item = rows.string(1),
                    .number = rows.string(3),
                    .amount = {rows.integer(5), {"CNY", 2}},
                    .payer = rows.string(6),
                    .period = rows.string(7)};
        found.push_back({{std::move(bill), static_cast<BillKept>(rows.integer(8)),
                          static_cast<std::uint64_t>(rows.integer(0))},
                         rows.string(2)});
    }
    return found;
}

}  // namespace bank::biller::internal
