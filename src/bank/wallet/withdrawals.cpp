// SPDX-License-Identifier: Apache-2.0
#include <bank/wallet/withdrawals.h>

#include <bank/audit/trail.h>
#include <bank/wallet/internal/rows.h>
#include <bank/wallet/internal/withdrawal_rows.h>
#include <platform/json/value.h>

namespace bank::wallet {

using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view withdrawal_kind = "withdrawal";
constexpr std::int64_t hold_seconds = 10LL * 366 * 86'400;  // An answer may come late; it comes.

ledger::ClientId client_of_withdrawal(std::string_view step, WithdrawalId id)
{
    return ledger::client_id({"wallet.withdrawal", step, base::to_string(id)});
}

Object event_of(const Withdrawal& one)
{
    Object data{{"withdrawal", base::to_string(one.id)},
                {"wallet", base::to_string(one.link)},
                {"account", base::to_string(one.account)},
                {"provider", one.provider},
                {"amount", base::to_decimal(one.amount)},
                {"currency", std::string{one.amount.currency.code}}};
    if (!one.reason.empty()) data.set("reason", one.reason);
    return data;
}

void write_trail(Transaction& transaction, audit::Actor actor, const Withdrawal& one,
                 std::string_view action, std::string_view reason)
{
    audit::append(transaction, {.actor = actor,
                                .action = action,
                                .object = {"wallet", one.link.value},
                                .reason = reason,
                                .details = {{"withdrawal", base::to_string(one.id)},
                                            {"account", base::to_string(one.account)},
                                            {"amount", base::to_decimal(one.amount)}}});
}

/// No money moves on a word that says the opposite of an earlier one.
Withdrawal contradicted(Transaction& transaction, Withdrawal one, std::string_view said)
{
    write_trail(transaction, {audit::ActorKind::partner, 0}, one, "wallet.withdrawal-contradicted",
                said);
    return one;
}

}  // namespace

std::string_view to_string(WithdrawalState state)
{
    constexpr std::string_view names[] = {"requested", "sent", "credited", "failed"};
    return names[static_cast<std::size_t>(state)];
}

bool Withdrawals::known(platform::sql::Snapshot& snapshot, CustomerId person, std::string_view key)
{
    const std::string scoped = base::to_string(person) + " " + std::string{key};
    const platform::sql::Parameter by_key[] = {std::string_view{scoped}};
    return !internal::select_withdrawals(snapshot, "key = ?", by_key).empty();
}

Result<Withdrawal> Withdrawals::request(Transaction& transaction, CustomerId person, LinkId link,
                                        base::Money amount, std::string_view key)
{
    if (key.empty())
        return base::invalid("payment.key_missing", "a withdrawal needs an Idempotency-Key");
    const std::string scoped = base::to_string(person) + " " + std::string{key};
    const auto content =
        ledger::content_of({base::to_string(link), base::to_decimal(amount), amount.currency.code});
    const platform::sql::Parameter by_key[] = {std::string_view{scoped}};
    if (const auto before = internal::select_withdrawals(transaction, "key = ?", by_key);
        !before.empty()) {
        if (before.front().content != content) {
            return base::conflict("ledger.client_id_reused",
                                  "the same key was used for another withdrawal");
        }
        return before.front().withdrawal;
    }
    if (amount.minor_units <= 0)
        return base::invalid("payment.amount_not_positive", "an amount is more than zero");
    const auto found = internal::find(transaction, link);
    if (!found || found.value().person != person)
        return base::not_found("wallet.unknown", "there is no such wallet of yours");
    const Link& wallet = found.value();
    if (wallet.state != State::bound)
        return base::conflict("wallet.not_bound", "the wallet is not bound");
    const auto account = TRY(accounts_.account(transaction, wallet.account));
    if (account.unit != amount.currency)
        return base::invalid("payment.unit_mismatch", "the account is kept in another currency");
    if (account.state == account::State::closed)
        return base::rejected("payment.from_closed", "the account is closed");
    const Withdrawal made{.id = transaction.new_id<WithdrawalId>(),
                          .link = link,
                          .person = person,
                          .account = wallet.account,
                          .provider = wallet.provider,
                          .amount = amount,
                          .requested_at = transaction.now()};
    auto& ledger = accounts_.ledger();
    const auto owed =
        TRY(ledger.own_account(transaction, "wallet/" + wallet.provider, amount.currency));
    const ledger::Leg legs[] = {{owed, ledger::Side::debit, amount},
                                {wallet.account, ledger::Side::credit, amount}};
    const auto hold = ledger.reserve(transaction,
                                     {.client = client_of_withdrawal("reserve", made.id),
                                      .kind = withdrawal_kind,
                                      .effective = accounts_.business_date(transaction.now()),
                                      .legs = legs},
                                     base::after_seconds(transaction.now(), hold_seconds));
    if (!hold && hold.error().reason == "ledger.balance_limit")
        return base::rejected("payment.over_balance_limit", "more than the account may hold");
    if (!hold && hold.error().reason == "ledger.overflow")
        return base::rejected("payment.amount_too_large", "no account can hold so much");
    const auto reserved = TRY(hold);
    internal::insert(transaction, {made, reserved.id, content}, scoped);
    write_trail(transaction, {audit::ActorKind::customer, person.value}, made,
                "wallet.withdrawal-request", {});
    events_.append(transaction, "wallet.withdrawal-requested", base::to_string(made.id),
                   event_of(made));
    return made;
}

Result<Withdrawal> Withdrawals::mark_sent(Transaction& transaction, WithdrawalId id)
{
    Withdrawal one = TRY(internal::find(transaction, id)).withdrawal;
    if (one.state >= WithdrawalState::credited)
        return base::conflict("wallet.withdrawal_over", "the provider has answered already");
    one.state = WithdrawalState::sent;
    ++one.attempts;
    internal::update(transaction, one, {}, {});
    return one;
}

Result<Withdrawal> Withdrawals::end(Transaction& transaction, Withdrawal one, WithdrawalState state,
                                    std::string_view reason, std::string_view partner_reference)
{
    const bool paid = state == WithdrawalState::credited;
    const auto today = accounts_.business_date(transaction.now());
    const ledger::Ledger::Settlement settlement{
        .client = client_of_withdrawal("end", one.id),
        .content = paid ? 1U : 2U,
        .effective = today,
        .hold = TRY(internal::find(transaction, one.id)).hold};
    auto& ledger = accounts_.ledger();
    TRY(paid ? ledger.capture(transaction, settlement) : ledger.release(transaction, settlement));
    one.state = state;
    one.reason = reason;
    one.ended_at = transaction.now();
    internal::update(transaction, one, partner_reference,
                     paid ? std::optional{today} : std::nullopt);
    const std::string_view what = paid ? "wallet.withdrawn" : "wallet.withdrawal-failed";
    write_trail(transaction, {audit::ActorKind::partner, 0}, one, what, reason);
    events_.append(transaction, what, base::to_string(one.id), event_of(one));
    return one;
}

Result<Withdrawal> Withdrawals::credited(Transaction& transaction, WithdrawalId id,
                                         std::string_view partner_reference)
{
    const Withdrawal one = TRY(internal::find(transaction, id)).withdrawal;
    if (one.state == WithdrawalState::credited) return one;
    if (one.state == WithdrawalState::failed) return contradicted(transaction, one, "credited");
    return end(transaction, one, WithdrawalState::credited, {}, partner_reference);
}

Result<Withdrawal> Withdrawals::failed(Transaction& transaction, WithdrawalId id,
                                       std::string_view reason)
{
    const Withdrawal one = TRY(internal::find(transaction, id)).withdrawal;
    if (one.state == WithdrawalState::failed) return one;
    if (one.state == WithdrawalState::credited) return contradicted(transaction, one, "failed");
    return end(transaction, one, WithdrawalState::failed, reason, {});
}

std::vector<Withdrawal> Withdrawals::of_link(Snapshot& snapshot, LinkId link, int limit)
{
    const platform::sql::Parameter parameters[] = {link, limit};
    std::vector<Withdrawal> found;
    for (auto& row :
         internal::select_withdrawals(snapshot, "link = ? order by id desc limit ?", parameters)) {
        found.push_back(std::move(row.withdrawal));
    }
    return found;
}

std::vector<Withdrawal> Withdrawals::unfinished(Snapshot& snapshot, base::Instant before, int limit)
{
    const platform::sql::Parameter parameters[] = {before, limit};
    std::vector<Withdrawal> found;
    for (auto& row : internal::select_withdrawals(
             snapshot, "state < 2 and touched_at < ? order by touched_at, id limit ?",
             parameters)) {
        found.push_back(std::move(row.withdrawal));
    }
    return found;
}

}  // namespace bank::wallet
