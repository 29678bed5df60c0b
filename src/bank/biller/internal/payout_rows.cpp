// SPDX-License-Identifier: Apache-2.0
#include <bank/biller/internal/payout_rows.h>

namespace bank::biller {

using platform::sql::Parameter;
using platform::sql::Snapshot;
using platform::sql::Transaction;

void internal::payout_due(Transaction& transaction, const Sheet& sheet)
{
    Payout made{.sheet = sheet.id, .payee = sheet.biller, .day = sheet.day, .net = sheet.total};
    made.changed_at = transaction.now();
    insert(transaction, made);
}

void internal::insert(Transaction& transaction, const Payout& payout)
{
    transaction.execute(
        "insert into biller_payout(sheet, payee, day, state, cause, net, amount, bank, number,"
        " name, payment, attempt, maker, checker, note, trouble, into_sheet, again_at, changed_at)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, 0, ?, '', 0, 0, ?)"
        " on conflict (sheet) do nothing",
        payout.sheet, payout.payee, payout.day, static_cast<int>(payout.state),
        static_cast<int>(payout.cause), payout.net.minor_units, payout.amount.minor_units,
        payout.to.bank, payout.to.number, payout.to.name, static_cast<std::int64_t>(payout.maker),
        payout.note, payout.changed_at);
}

void internal::update(Transaction& transaction, const Payout& payout, base::Instant again_at)
{
    transaction.execute(
        "update biller_payout set state = ?, cause = ?, net = ?, amount = ?, bank = ?, number = ?,"
        " name = ?, payment = ?, attempt = ?, maker = ?, checker = ?, note = ?, trouble = ?,"
        " again_at = ?, changed_at = ? where sheet = ?",
        static_cast<int>(payout.state), static_cast<int>(payout.cause), payout.net.minor_units,
        payout.amount.minor_units, payout.to.bank, payout.to.number, payout.to.name, payout.payment,
        payout.attempt, static_cast<std::int64_t>(payout.maker),
        static_cast<std::int64_t>(payout.checker), payout.note, payout.trouble, again_at,
        transaction.now(), payout.sheet);
}

std::vector<Payout> internal::select_payouts(Snapshot& snapshot, std::string_view condition,
                                             std::span<const Parameter> parameters)
{
    constexpr base::Currency yuan_of_payouts{"CNY", 2};
    auto rows = snapshot.query_with(
        "select sheet, payee, day, state, cause, net, amount, bank, number, name, payment, attempt,"
        " maker, checker, note, trouble, changed_at from biller_payout where " +
            std::string{condition},
        parameters);
    std::vector<Payout> found;
    while (rows.next()) {
        found.push_back({.sheet = rows.id<SheetId>(0),
                         .payee = rows.string(1),
                         .day = rows.date(2),
                         .state = static_cast<PayoutState>(rows.integer(3)),
                         .cause = static_cast<PayoutCause>(rows.integer(4)),
                         .net = {rows.integer(5), yuan_of_payouts},
                         .amount = {rows.integer(6), yuan_of_payouts},
                         .to = {rows.string(1), rows.string(7), rows.string(8), rows.string(9)},
                         .payment = rows.id<clearing::PaymentId>(10),
                         .attempt = static_cast<int>(rows.integer(11)),
                         .maker = static_cast<std::uint64_t>(rows.integer(12)),
                         .checker = static_cast<std::uint64_t>(rows.integer(13)),
                         .note = rows.string(14),
                         .trouble = rows.string(15),
                         .changed_at = rows.instant(16)});
    }
    return found;
}

base::Result<Payout> internal::find_payout(Snapshot& snapshot, SheetId id)
{
    const Parameter parameters[] = {id};
    auto found = select_payouts(snapshot, "sheet = ?", parameters);
    if (found.empty())
        return base::not_found("biller.payout_unknown", "nothing is to be paid out for this day");
    return std::move(found.front());
}

std::int64_t internal::carried(Snapshot& snapshot, std::string_view payee)
{
    std::int64_t sum = 0;
    auto rows = snapshot.query(
        "select net from biller_payout where payee = ? and state = ? and into_sheet = 0", payee,
        static_cast<int>(PayoutState::carried));
    while (rows.next()) sum += rows.integer(0);
    return sum;
}

void internal::take_carried(Transaction& transaction, std::string_view payee, SheetId into)
{
    transaction.execute(
        "update biller_payout set into_sheet = ? where payee = ? and state = ? and into_sheet = 0",
        into, payee, static_cast<int>(PayoutState::carried));
}

bool internal::settled_by_staff(Snapshot& snapshot, SheetId sheet)
{
    const Parameter parameters[] = {sheet};
    for (const auto& one : select_with(snapshot, "sheet = ?", parameters)) {
        if (one.state == DifferenceState::settled && one.resolution != Resolution::other_date &&
            one.resolution != Resolution::gone) {
            return true;
        }
    }
    return false;
}

bool internal::worked_on(Snapshot& snapshot, SheetId sheet, std::uint64_t staff)
{
    return snapshot
        .query(
            "select 1 from biller_note n join biller_difference d on d.id = n.difference"
            " where d.sheet = ? and n.staff = ? limit 1",
            sheet, static_cast<std::int64_t>(staff))
        .next();
}

bool internal::paid_before(Snapshot& snapshot, const PayoutAccount& account)
{
    return snapshot
        .query(
            "select 1 from biller_payout where payee = ? and bank = ? and number = ?"
            " and payment <> 0 limit 1",
            account.payee, account.bank, account.number)
        .next();
}

}  // namespace bank::biller
