// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/top_up.h>

#include <bank/payment/internal/top_up_rows.h>
#include <platform/json/value.h>

namespace bank::payment {

using base::invalid;
using base::not_found;
using base::rejected;
using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::int64_t hold_seconds = 10LL * 366 * 86'400;  // An answer may come late; it comes.

ledger::ClientId ledger_client(std::string_view step, TopUpId id)
{
    return ledger::client_id({"payment.top-up", step, base::to_string(id)});
}

Object event_of(const TopUp& top_up)
{
    Object data{{"top_up", base::to_string(top_up.id)},
                {"account", base::to_string(top_up.account)},
                {"bank", top_up.bank},
                {"amount", base::to_decimal(top_up.amount)},
                {"currency", std::string{top_up.amount.currency.code}}};
    if (!top_up.reason.empty()) data.set("reason", top_up.reason);
    return data;
}

void write_audit(Transaction& transaction, audit::Actor actor, std::string_view action,
                 std::string_view reason, const TopUp& top_up)
{
    audit::append(transaction, {.actor = actor,
                                .action = action,
                                .object = {"top-up", top_up.id.value},
                                .reason = reason,
                                .details = {{"account", base::to_string(top_up.account)},
                                            {"bank", top_up.bank},
                                            {"amount", base::to_decimal(top_up.amount)}}});
}

}  // namespace

std::string_view to_string(TopUpState state)
{
    switch (state) {
        case TopUpState::requested:
            return "requested";
        case TopUpState::sent:
            return "sent";
        case TopUpState::credited:
            return "credited";
        default:
            return "failed";
    }
}

bool TopUps::known(Snapshot& snapshot, customer::CustomerId holder, std::string_view key)
{
    return snapshot
        .query("select top_up from payment_top_up_key where key = ?",
               base::to_string(holder) + " " + std::string{key})
        .next();
}

Result<TopUp> TopUps::request(Transaction& transaction, customer::CustomerId holder,
                              account::AccountId account, base::Money amount, std::string_view key)
{
    if (key.empty()) return invalid("payment.key_missing", "a top-up needs an Idempotency-Key");
    const std::string scoped = base::to_string(holder) + " " + std::string{key};
    const auto content = ledger::content_of(
        {base::to_string(account), base::to_decimal(amount), amount.currency.code});
    std::optional<TopUpId> before;
    {
        auto row = transaction.query("select top_up from payment_top_up_key where key = ?", scoped);
        if (row.next()) before = row.id<TopUpId>(0);
    }
    if (before) {
        const auto found = TRY(internal::find(transaction, *before));
        if (found.content != content) {
            return base::conflict("ledger.client_id_reused",
                                  "the same key was used for another top-up");
        }
        return found.top_up;
    }
    if (amount.minor_units <= 0) {
        return invalid("payment.amount_not_positive", "an amount is more than zero");
    }
    const auto owned = accounts_.account(transaction, account);
    if (!owned || owned.value().holder != holder) {
        return not_found("account.unknown", "there is no such account");
    }
    if (owned.value().unit != amount.currency) {
        return invalid("payment.unit_mismatch", "the account is kept in another currency");
    }
    if (owned.value().state == account::State::closed) {
        return rejected("payment.from_closed", "the account is closed");
    }
    if (!owned.value().bound) {
        return rejected("payment.no_bound_account", "no account elsewhere is bound to this one");
    }
    const TopUp made{.id = transaction.new_id<TopUpId>(),
                     .account = account,
                     .bank = owned.value().bound->bank,
                     .amount = amount,
                     .state = TopUpState::requested,
                     .reason = {},
                     .requested_at = transaction.now(),
                     .ended_at = {}};
    auto& ledger = accounts_.ledger();
    const auto clearing =
        TRY(ledger.own_account(transaction, "clearing/" + made.bank, amount.currency));
    const ledger::Leg legs[] = {{clearing, ledger::Side::debit, amount},
                                {account, ledger::Side::credit, amount}};
    const auto hold = ledger.reserve(transaction,
                                     {.client = ledger_client("reserve", made.id),
                                      .kind = "top-up",
                                      .effective = accounts_.business_date(transaction.now()),
                                      .legs = legs},
                                     base::after_seconds(transaction.now(), hold_seconds));
    if (!hold && hold.error().reason == "ledger.balance_limit") {
        return rejected("payment.over_balance_limit", "more than the account may hold");
    }
    if (!hold && hold.error().reason == "ledger.overflow") {
        return rejected("payment.amount_too_large", "no account can hold so much");
    }
    const auto reserved = TRY(hold);
    internal::insert(transaction, {made, reserved.id, content});
    transaction.execute("insert into payment_top_up_key(key, top_up) values (?, ?)", scoped,
                        made.id);
    write_audit(transaction, {audit::ActorKind::customer, holder.value}, "top-up.request", {},
                made);
    events_.append(transaction, "top-up.requested", base::to_string(made.id), event_of(made));
    return made;
}

Result<TopUp> TopUps::mark_sent(Transaction& transaction, TopUpId id)
{
    TopUp top_up = TRY(internal::find(transaction, id)).top_up;
    if (top_up.state >= TopUpState::credited) {
        return base::conflict("payment.top_up_over", "the other bank has answered already");
    }
    top_up.state = TopUpState::sent;
    ++top_up.attempts;
    internal::update(transaction, top_up, {});
    return top_up;
}

Result<TopUp> TopUps::end(Transaction& transaction, TopUp top_up, TopUpState state,
                          std::string_view reason, std::string_view partner_reference)
{
    const bool paid = state == TopUpState::credited;
    const auto hold = TRY(internal::find(transaction, top_up.id)).hold;
    const ledger::Ledger::Settlement settlement{
        .client = ledger_client("end", top_up.id),
        .content = paid ? 1U : 2U,
        .effective = accounts_.business_date(transaction.now()),
        .hold = hold};
    auto& ledger = accounts_.ledger();
    TRY(paid ? ledger.capture(transaction, settlement) : ledger.release(transaction, settlement));
    top_up.state = state;
    top_up.reason = reason;
    top_up.ended_at = transaction.now();
    internal::update(transaction, top_up, partner_reference);
    const std::string_view what = paid ? "top-up.credited" : "top-up.failed";
    write_audit(transaction, {audit::ActorKind::partner, 0}, what, reason, top_up);
    events_.append(transaction, what, base::to_string(top_up.id), event_of(top_up));
    return top_up;
}

Result<TopUp> TopUps::contradicted(Transaction& transaction, TopUp top_up, std::string_view said)
{
    write_audit(transaction, {audit::ActorKind::partner, 0}, "top-up.contradicted", said, top_up);
    top_up.reason = "payment.top_up_contradicted";
    return top_up;
}

Result<TopUp> TopUps::credited(Transaction& transaction, TopUpId id,
                               std::string_view partner_reference)
{
    const TopUp top_up = TRY(internal::find(transaction, id)).top_up;
    if (top_up.state == TopUpState::credited) return top_up;
    if (top_up.state == TopUpState::failed) return contradicted(transaction, top_up, "credited");
    return end(transaction, top_up, TopUpState::credited, {}, partner_reference);
}

Result<TopUp> TopUps::failed(Transaction& transaction, TopUpId id, std::string_view reason)
{
    const TopUp top_up = TRY(internal::find(transaction, id)).top_up;
    if (top_up.state == TopUpState::failed) return top_up;
    if (top_up.state == TopUpState::credited) return contradicted(transaction, top_up, "failed");
    return end(transaction, top_up, TopUpState::failed, reason, {});
}

Result<TopUp> TopUps::top_up(Snapshot& snapshot, TopUpId id)
{
    return TRY(internal::find(snapshot, id)).top_up;
}

std::vector<TopUp> TopUps::of_account(Snapshot& snapshot, account::AccountId account, int limit)
{
    const platform::sql::Parameter parameters[] = {account, limit};
    std::vector<TopUp> found;
    for (auto& row :
         internal::select_with(snapshot, "account = ? order by id desc limit ?", parameters)) {
        found.push_back(std::move(row.top_up));
    }
    return found;
}

std::vector<TopUp> TopUps::unfinished(Snapshot& snapshot, base::Instant before, int limit)
{
    const platform::sql::Parameter parameters[] = {before, limit};
    std::vector<TopUp> found;
    for (auto& row : internal::select_with(
             snapshot, "state < 2 and touched_at < ? order by touched_at, id limit ?",
             parameters)) {
        found.push_back(std::move(row.top_up));
    }
    return found;
}

}  // namespace bank::payment
