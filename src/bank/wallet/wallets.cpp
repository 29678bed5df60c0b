// SPDX-License-Identifier: Apache-2.0
// Binding a wallet, its limits, unbinding it.
#include <bank/wallet/wallets.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/payment/proving.h>
#include <bank/wallet/internal/rows.h>
#include <platform/json/value.h>

namespace bank::wallet {

using base::not_found;
using base::rejected;
using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr int most_links = 50;

base::Error unknown_wallet()
{
    return not_found("wallet.unknown", "there is no such wallet of yours");
}

base::Error not_bound()
{
    return base::conflict("wallet.not_bound", "the wallet is not bound");
}

bool is_live(State state)
{
    return state == State::asking || state == State::bound;
}

/// One that is bound to `person` at a provider, or being bound.
bool has_live(Snapshot& snapshot, CustomerId person, std::string_view provider)
{
    const platform::sql::Parameter parameters[] = {person, provider};
    return !internal::select_with(snapshot, "person = ? and provider = ? and state < 2", parameters)
                .empty();
}

void note(Transaction& transaction, audit::Actor actor, const Link& link, std::string_view action)
{
    audit::append(transaction,
                  {.actor = actor,
                   .action = action,
                   .object = {"wallet", link.id.value},
                   .reason = link.reason,
                   .details = {{"provider", link.provider},
                               {"account", base::to_string(link.account)},
                               {"per_payment", base::to_decimal(link.limits.per_payment)},
                               {"per_day", base::to_decimal(link.limits.per_day)}}});
}

Object event_of(const Link& link)
{
    Object data{{"wallet", base::to_string(link.id)},
                {"account", base::to_string(link.account)},
                {"provider", link.provider},
                {"amount", base::to_decimal(link.limits.per_day)}};
    if (!link.reason.empty()) data.set("reason", link.reason);
    return data;
}

}  // namespace

std::string_view to_string(State state)
{
    constexpr std::string_view names[] = {"asking", "bound", "refused", "unbound"};
    return names[static_cast<std::size_t>(state)];
}

Result<void> Wallets::check_limits(const clearing::Bank& provider, const Limits& limits) const
{
    const auto payment = limits.per_payment.minor_units;
    const auto day = limits.per_day.minor_units;
    if (payment <= 0 || payment > day || payment > provider.wallet_most_per_payment ||
        day > provider.wallet_most_per_day) {
        return rejected("wallet.limits_impossible",
                        "a payment's limit is more than zero and at most the day's, both at most "
                        "what the bank allows this wallet");
    }
    return {};
}

Result<Plan> Wallets::plan(Snapshot& snapshot, CustomerId person, const Order& order)
{
    Plan plan{.person = person, .order = order};
    bool rises = true;
    if (order.changes) {
        const Link now = TRY(link(snapshot, person, order.changes));
        if (!is_live(now.state)) return not_bound();
        plan.order.provider = now.provider;
        plan.order.account = now.account;
        rises = order.limits.per_payment.minor_units > now.limits.per_payment.minor_units ||
                order.limits.per_day.minor_units > now.limits.per_day.minor_units;
    }
    const auto* provider = parts_.directory.find(plan.order.provider);
    if (provider == nullptr || provider->wallet_partner.empty())
        return not_found("wallet.provider_unknown", "there is no such wallet to bind");
    const auto from = parts_.accounts.account(snapshot, plan.order.account);
    if (!from || from.value().holder != person)
        return not_found("payment.from_unknown", "there is no such account of yours");
    if (from.value().state == account::State::closed)
        return rejected("payment.from_closed", "the account is closed");
    if (from.value().state == account::State::frozen)
        return rejected("payment.from_frozen", "the account is frozen");
    if (from.value().state == account::State::dormant)
        return rejected("payment.from_dormant", "nothing moved for long; revive the account first");
    if (from.value().unit != order.limits.per_payment.currency ||
        from.value().unit != order.limits.per_day.currency) {
        return base::invalid("payment.unit_mismatch", "the account is kept in another currency");
    }
    if (!order.changes && has_live(snapshot, person, plan.order.provider))
        return base::conflict("wallet.bound_already", "this wallet is bound, or being bound");
    TRY(check_limits(*provider, order.limits));
    plan.proof_needed = rises ? payment::Proof::sms : payment::Proof::none;
    plan.subject = platform::json::canonical(
        Object{{"operation", order.changes ? "wallet.limits" : "wallet.bind"},
               {"provider", plan.order.provider},
               {"account", base::to_string(plan.order.account)},
               {"per_payment", base::to_decimal(order.limits.per_payment)},
               {"per_day", base::to_decimal(order.limits.per_day)}});
    return plan;
}

Result<void> Wallets::prove(Transaction& transaction, const Plan& plan, std::uint64_t proof)
{
    return payment::prove(transaction, parts_.proofs,
                          {plan.person, plan.proof_needed, plan.subject}, proof);
}

Result<Link> Wallets::bind(Transaction& transaction, const Plan& plan, std::uint64_t proof)
{
    if (has_live(transaction, plan.person, plan.order.provider))
        return base::conflict("wallet.bound_already", "this wallet is bound, or being bound");
    TRY(prove(transaction, plan, proof));
    const Link made{.id = transaction.new_id<LinkId>(),
                    .person = plan.person,
                    .account = plan.order.account,
                    .provider = plan.order.provider,
                    .limits = plan.order.limits,
                    .asked_at = transaction.now()};
    internal::insert(transaction, made);
    note(transaction, {audit::ActorKind::customer, plan.person.value}, made, "wallet.bind");
    return made;
}

Result<Link> Wallets::set_limits(Transaction& transaction, const Plan& plan, std::uint64_t proof)
{
    Link found = TRY(link(transaction, plan.person, plan.order.changes));
    if (!is_live(found.state)) return not_bound();
    TRY(prove(transaction, plan, proof));
    found.limits = plan.order.limits;
    internal::update(transaction, found, found.state == State::bound);
    note(transaction, {audit::ActorKind::customer, plan.person.value}, found, "wallet.limits");
    return found;
}

Result<void> Wallets::answered(Transaction& transaction, LinkId id, std::string_view number,
                               std::string_view reason)
{
    Link found = TRY(internal::find(transaction, id));
    if (found.state != State::asking) return {};
    if (number.empty()) {
        found.state = State::refused;
        found.reason = reason;
        found.ended_at = transaction.now();
    } else {
        found.state = State::bound;
        found.masked_number = account::masked_number(number);
        found.bound_at = transaction.now();
        internal::set_number(transaction, id, parts_.people.seal(found.person, number));
    }
    internal::update(transaction, found, true);
    const std::string what = "wallet." + std::string{to_string(found.state)};
    note(transaction, {audit::ActorKind::partner, 0}, found, what);
    parts_.events.append(transaction, what, base::to_string(id), event_of(found));
    return {};
}

Result<Link> Wallets::unbind(Transaction& transaction, CustomerId person, LinkId id)
{
    Link found = TRY(link(transaction, person, id));
    if (!is_live(found.state)) return found;
    found.state = State::unbound;
    found.ended_at = transaction.now();
    internal::update(transaction, found, false);
    note(transaction, {audit::ActorKind::customer, person.value}, found, "wallet.unbind");
    parts_.events.append(transaction, "wallet.unbound", base::to_string(id), event_of(found));
    return found;
}

void Wallets::told(Transaction& transaction, LinkId id)
{
    transaction.execute("update wallet_link set told = 1 where id = ? and state = ?", id,
                        static_cast<int>(State::unbound));
}

std::vector<Link> Wallets::waiting(Snapshot& snapshot, base::Instant before, int limit)
{
    const platform::sql::Parameter parameters[] = {before, limit};
    return internal::select_with(
        snapshot, "told = 0 and touched_at < ? order by touched_at, id limit ?", parameters);
}

void Wallets::touch(Transaction& transaction, LinkId id)
{
    transaction.execute("update wallet_link set touched_at = ? where id = ?", transaction.now(),
                        id);
}

Result<Link> Wallets::link(Snapshot& snapshot, CustomerId person, LinkId id)
{
    auto found = TRY(internal::find(snapshot, id));
    if (found.person != person) return unknown_wallet();
    return found;
}

std::vector<Link> Wallets::of_person(Snapshot& snapshot, CustomerId person)
{
    const platform::sql::Parameter parameters[] = {person, most_links};
    return internal::select_with(snapshot, "person = ? order by id desc limit ?", parameters);
}

Result<clearing::Order> Wallets::top_up(Snapshot& snapshot, CustomerId person, LinkId id,
                                        base::Money amount)
{
    const Link found = TRY(link(snapshot, person, id));
    if (found.state != State::bound) return not_bound();
    return clearing::Order{
        .from = found.account,
        .to = {found.provider,
               parts_.people.unseal(snapshot, person, internal::number_of(snapshot, id)),
               parts_.people.name(snapshot, person)},
        .amount = amount,
        .purpose = "钱包充值"};
}

}  // namespace bank::wallet
