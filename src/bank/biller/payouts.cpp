// SPDX-License-Identifier: Apache-2.0
#include <bank/biller/payouts.h>

#include <bank/audit/trail.h>
#include <bank/biller/internal/payout_rows.h>
#include <bank/biller/internal/rows.h>
#include <bank/biller/joined.h>

namespace bank::biller {

using base::Result;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::int64_t until_tried_again_seconds = 60;
constexpr std::size_t longest_payout_note = 500;

bool is_reconciled(const Sheet& sheet)
{
    return sheet.state == SheetState::balanced || sheet.state == SheetState::settled;
}

base::Error not_now()
{
    return base::conflict("biller.payout_not_now", "this payout does not stand so that it could");
}

Result<void> check_note(std::string_view note)
{
    if (note.empty() || note.size() > longest_payout_note)
        return base::invalid("biller.note_missing", "say in some words why");
    return {};
}

void write_trail(Transaction& transaction, const Payout& payout, std::uint64_t staff,
                 std::string_view action, std::string_view reason)
{
    audit::append(
        transaction,
        {.actor = {staff == 0 ? audit::ActorKind::system : audit::ActorKind::staff, staff},
         .action = action,
         .object = {"biller-sheet", payout.sheet.value},
         .reason = reason,
         .details = {{"payee", payout.payee},
                     {"day", base::to_string(payout.day)},
                     {"bank", payout.to.bank},
                     {"amount", base::to_decimal(payout.amount)}}});
}

}  // namespace

std::string_view to_string(PayoutCause cause)
{
    constexpr std::string_view names[] = {"none",    "amount",   "differences",
                                          "account", "own-list", "again"};
    return names[static_cast<std::size_t>(cause)];
}

std::optional<PayoutAccount> Payouts::account_of(Snapshot& snapshot, std::string_view payee)
{
    if (is_joined(payee)) return told_payout_account(snapshot, payee);
    const PayoutAccount* any = nullptr;
    for (const auto& one : parts_.rules.accounts) {
        if (one.payee == payee) return one;
        if (one.payee == "*" && provider_in(payee).empty()) any = &one;
    }
    if (any == nullptr) return std::nullopt;
    return PayoutAccount{std::string{payee}, any->bank, any->number, any->name};
}

std::vector<SheetId> Payouts::due(Snapshot& snapshot, base::Instant now, int limit)
{
    std::vector<SheetId> found;
    auto rows = snapshot.query(
        "select p.sheet from biller_payout p join biller_sheet s on s.id = p.sheet"
        " where p.state = 0 and p.again_at <= ? and s.state in (4, 6)"
        " order by p.again_at, p.sheet limit ?",
        now, limit);
    while (rows.next()) found.push_back(rows.id<SheetId>(0));
    return found;
}

PayoutCause Payouts::cause_of(Snapshot& snapshot, const Payout& payout)
{
    if (internal::settled_by_staff(snapshot, payout.sheet)) return PayoutCause::differences;
    if (payout.amount.minor_units >= parts_.rules.approve_from) return PayoutCause::amount;
    if (is_joined(payout.payee) && !internal::paid_before(snapshot, payout.to))
        return PayoutCause::account;
    return PayoutCause::none;
}

/// Makes the payment. Nothing is written where it refuses.
Result<void> Payouts::order(Transaction& transaction, Payout& payout)
{
    const bool of_wallet = !provider_in(payout.payee).empty();
    const std::string own = of_wallet ? payout.payee : "biller/" + payout.payee;
    const std::string key =
        "payout/" + base::to_string(payout.sheet) + "/" + std::to_string(payout.attempt + 1);
    payout.payment = TRY(parts_.outgoing.pay_own(
        transaction,
        {.from = own,
         .to = {payout.to.bank, payout.to.number, payout.to.name},
         .amount = payout.amount,
         .purpose = (of_wallet ? "钱包结算 " : "缴费结算 ") + base::to_string(payout.day)},
        key));
    ++payout.attempt;
    payout.state = PayoutState::ordered;
    payout.trouble.clear();
    return {};
}

Result<Payout> Payouts::work(Transaction& transaction, SheetId id)
{
    Payout payout = TRY(internal::find_payout(transaction, id));
    const Sheet its = TRY(sheet(transaction, id));
    if (payout.state != PayoutState::due || !is_reconciled(its)) return payout;
    payout.net = its.total;
    payout.amount = its.total;
    payout.amount.minor_units += internal::carried(transaction, payout.payee);
    if (payout.amount.minor_units <= 0) {
        payout.state = PayoutState::carried;
        payout.trouble.clear();
        internal::update(transaction, payout);
        write_trail(transaction, payout, 0, "payout.carry", {});
        return payout;
    }
    const auto troubled = [&](std::string_view reason) {
        payout.trouble = reason;
        internal::update(transaction, payout,
                         base::after_seconds(transaction.now(), until_tried_again_seconds));
        return payout;
    };
    const auto account = account_of(transaction, payout.payee);
    if (!account) return troubled("biller.payout_no_account");
    payout.to = *account;
    payout.cause = cause_of(transaction, payout);
    if (payout.cause == PayoutCause::none) {
        if (const auto ordered = order(transaction, payout); !ordered)
            return troubled(ordered.error().reason);
    } else {
        payout.state = PayoutState::waiting;
        payout.trouble.clear();
    }
    internal::take_carried(transaction, payout.payee, id);
    internal::update(transaction, payout);
    write_trail(transaction, payout, 0,
                payout.state == PayoutState::ordered ? "payout.order" : "payout.propose",
                to_string(payout.cause));
    return payout;
}

Result<Payout> Payouts::propose(Transaction& transaction, SheetId id, std::uint64_t staff,
                                std::string_view note)
{
    TRY(check_note(note));
    const Sheet its = TRY(sheet(transaction, id));
    auto had = of(transaction, id);
    Payout payout = had ? *had
                        : Payout{.sheet = id,
                                 .payee = its.biller,
                                 .day = its.day,
                                 .changed_at = transaction.now()};
    const bool came_back = had && standing(transaction, *had).state == "came-back";
    const bool by_own_list = !is_reconciled(its) && its.state != SheetState::making &&
                             (!had || had->state == PayoutState::due);
    if (!came_back && !by_own_list && !(had && had->state == PayoutState::refused))
        return not_now();
    if (by_own_list) {
        payout.net = its.total;
        payout.amount = its.total;
        payout.amount.minor_units += internal::carried(transaction, payout.payee);
        if (payout.amount.minor_units <= 0) {
            return base::rejected("biller.payout_nothing_owed",
                                  "nothing is owed to this payee for the day");
        }
    }
    const auto account = account_of(transaction, payout.payee);
    if (!account) {
        return base::rejected("biller.payout_no_account",
                              "it is not known to which account this payee is paid");
    }
    payout.to = *account;
    payout.state = PayoutState::waiting;
    payout.cause = by_own_list ? PayoutCause::own_list : PayoutCause::again;
    payout.maker = staff;
    payout.checker = 0;
    payout.note = note;
    if (by_own_list) internal::take_carried(transaction, payout.payee, id);
    if (!had) internal::insert(transaction, payout);
    internal::update(transaction, payout);
    write_trail(transaction, payout, staff, "payout.propose", to_string(payout.cause));
    return payout;
}

Result<Payout> Payouts::approve(Transaction& transaction, SheetId id, std::uint64_t staff)
{
    Payout payout = TRY(internal::find_payout(transaction, id));
    if (payout.state != PayoutState::waiting) return not_now();
    if (staff == payout.maker || internal::worked_on(transaction, id, staff)) {
        return base::forbidden("biller.same_person",
                               "another person than who worked on it approves a payout");
    }
    const Sheet its = TRY(sheet(transaction, id));
    // A payout that was agreed to without a list does not wait for one.
    const bool without_list =
        payout.cause == PayoutCause::own_list || payout.cause == PayoutCause::again;
    if (!without_list && !is_reconciled(its)) {
        return base::conflict("biller.not_reconciled",
                              "the lists of this day are being compared anew");
    }
    TRY(order(transaction, payout));
    payout.checker = staff;
    internal::update(transaction, payout);
    write_trail(transaction, payout, staff, "payout.approve", to_string(payout.cause));
    return payout;
}

Result<Payout> Payouts::refuse(Transaction& transaction, SheetId id, std::uint64_t staff,
                               std::string_view note)
{
    TRY(check_note(note));
    Payout payout = TRY(internal::find_payout(transaction, id));
    if (payout.state != PayoutState::waiting) return not_now();
    payout.state = PayoutState::refused;
    payout.checker = staff;
    payout.note = note;
    internal::update(transaction, payout);
    write_trail(transaction, payout, staff, "payout.refuse", {});
    return payout;
}

std::optional<Payout> Payouts::of(Snapshot& snapshot, SheetId id)
{
    auto found = internal::find_payout(snapshot, id);
    if (!found) return std::nullopt;
    return std::move(found).value();
}

PayoutStanding Payouts::standing(Snapshot& snapshot, const Payout& payout)
{
    if (payout.state != PayoutState::ordered) {
        constexpr std::string_view names[] = {"due", "waiting", "", "refused", "carried"};
        return {names[static_cast<std::size_t>(payout.state)]};
    }
    const auto payment = parts_.outgoing.payment(snapshot, payout.payment);
    base::ensure(payment.has_value());
    switch (payment.value().state) {
        case clearing::State::settled:
            return {"paid"};
        case clearing::State::rejected:
        case clearing::State::returned:
            return {"came-back", payment.value().reason};
        default:
            return {"on-the-way", payment.value().reason};
    }
}

}  // namespace bank::biller
