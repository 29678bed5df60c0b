// SPDX-License-Identifier: Apache-2.0
// What a wallet's provider takes from the account.
#include <bank/wallet/wallets.h>

#include <bank/audit/trail.h>
#include <bank/payment/figures.h>
#include <bank/payment/refusals.h>
#include <bank/wallet/internal/rows.h>
#include <platform/json/value.h>

#include <algorithm>

namespace bank::wallet {

using base::rejected;
using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view debit_kind = "wallet";
constexpr std::string_view owed_prefix = "wallet/";
constexpr std::size_t longest_reference = 64;
constexpr std::size_t longest_merchant = 60 * 4;  // Bytes of so many characters.

ledger::ClientId client_of_debit(std::string_view provider, std::string_view reference)
{
    return ledger::client_id({"wallet.debit", provider, reference});
}

std::uint64_t content_of_debit(const Debit& debit)
{
    return ledger::content_of({base::to_string(debit.link),
                               std::to_string(debit.amount.minor_units), debit.amount.currency.code,
                               debit.merchant});
}

bool has_control_character(std::string_view text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// Why the customer's own terms do not let it through, where they do not.
std::optional<base::Error> against(const Link& link, const Debit& debit, std::int64_t before)
{
    if (link.state != State::bound) return rejected("wallet.not_bound", "the wallet is not bound");
    if (debit.amount.minor_units > link.limits.per_payment.minor_units)
        return rejected("wallet.over_payment_limit", "more than the wallet may take at once");
    if (debit.amount.minor_units > link.limits.per_day.minor_units - before)
        return rejected("wallet.over_day_limit", "more than the wallet may take in a day");
    return {};
}

}  // namespace

Result<DebitPlan> Wallets::prepare(Snapshot& snapshot, std::string_view provider,
                                   const Debit& debit)
{
    if (debit.reference.empty() || debit.reference.size() > longest_reference ||
        debit.merchant.empty() || debit.merchant.size() > longest_merchant ||
        has_control_character(debit.reference + debit.merchant) || debit.amount.minor_units <= 0) {
        return base::invalid("wallet.debit_malformed",
                             "a debit names a reference, a merchant and an amount above zero");
    }
    const Link found = TRY(internal::find(snapshot, debit.link));
    if (found.provider != provider)
        return base::not_found("wallet.unknown", "there is no such wallet of yours");
    if (debit.amount.currency != found.limits.per_day.currency)
        return base::invalid("payment.unit_mismatch", "the account is kept in another currency");
    const std::string payer = parts_.people.name(snapshot, found.person);
    DebitPlan plan{std::string{provider}, debit};
    plan.decision = parts_.judge.screen({found.account, {}, debit.amount, payer, debit.merchant});
    plan.sealed = parts_.people.seal(found.person, debit.merchant);
    return plan;
}

Result<Answer> Wallets::debit(Transaction& transaction, const DebitPlan& plan)
{
    auto& ledger = parts_.accounts.ledger();
    const Debit& debit = plan.debit;
    const auto client = client_of_debit(plan.provider, debit.reference);
    const auto content = content_of_debit(debit);
    if (const auto before = ledger.answered(transaction, client, content)) {
        if (*before) {
            return Answer{
                before->value().id, {}, internal::day_of(transaction, debit.link, debit.reference)};
        }
        if (before->error().reason == "ledger.client_id_reused") return before->error();
        return Answer{{}, before->error()};
    }
    const Link found = TRY(internal::find(transaction, debit.link));
    const auto owed = TRY(ledger.own_account(transaction, std::string{owed_prefix} + plan.provider,
                                             debit.amount.currency));
    const base::Date today = parts_.accounts.business_date(transaction.now());
    const risk::Question question{found.account, owed, debit.amount, {}, {}};
    risk::Decision decision = plan.decision;
    parts_.judge.assess(question, transaction.now(), decision);
    const auto write = [&](std::string_view action, std::string_view reason) {
        audit::append(transaction, {.actor = {audit::ActorKind::partner, 0},
                                    .action = action,
                                    .object = {"wallet", found.id.value},
                                    .reason = reason,
                                    .details = {{"reference", debit.reference},
                                                {"account", base::to_string(found.account)},
                                                {"amount", base::to_decimal(debit.amount)}}});
    };
    const auto refuse = [&](const base::Error& why) -> Result<Answer> {
        TRY(ledger.record_refusal(transaction, client, content, debit_kind, today, why));
        parts_.judge.record(transaction, question, decision, risk::Judge::Outcome::refused);
        write("wallet.debit-refused", why.reason);
        return Answer{{}, why};
    };
    if (const auto why = against(found, debit, internal::taken_on(transaction, found.id, today))) {
        return refuse(*why);
    }
    // A stronger proof cannot be asked for here: nobody sits before a page.
    if (decision.verdict != risk::Verdict::pass)
        return refuse(rejected(decision.reasons.front(), "the payment was stopped"));
    const ledger::Leg legs[] = {
        {found.account, ledger::Side::debit, debit.amount, ledger::Counting::counted},
        {owed, ledger::Side::credit, debit.amount}};
    const auto posted = ledger.post(transaction, {.client = client,
                                                  .content = content,
                                                  .kind = debit_kind,
                                                  .effective = today,
                                                  .legs = legs,
                                                  .details = plan.sealed});
    if (!posted) return refuse(payment::in_words_of_payments(posted.error()));
    internal::insert(transaction, plan.provider, debit, posted.value().id, today, plan.sealed);
    parts_.judge.record(transaction, question, decision, risk::Judge::Outcome::paid);
    payment::count_payment(transaction, debit.amount);
    write("wallet.debit", {});
    parts_.events.append(transaction, "wallet.debited", base::to_string(posted.value().id),
                         Object{{"wallet", base::to_string(found.id)},
                                {"account", base::to_string(found.account)},
                                {"provider", found.provider},
                                {"amount", base::to_decimal(debit.amount)},
                                {"currency", std::string{debit.amount.currency.code}}});
    return Answer{posted.value().id, {}, today};
}

std::vector<Taken> Wallets::taken(Snapshot& snapshot, const Link& link, int limit)
{
    std::vector<Taken> found;
    std::vector<std::string> sealed;
    {
        auto row = snapshot.query(
            "select reference, entry, minor_units, merchant, at from wallet_debit where link = ?"
            " order by entry desc limit ?",
            link.id, limit);
        while (row.next()) {
            const auto bytes = row.blob(3);
            sealed.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            found.push_back({.reference = row.string(0),
                             .entry = row.id<EntryId>(1),
                             .amount = {row.integer(2), link.limits.per_day.currency},
                             .merchant = {},
                             .at = row.instant(4)});
        }
    }
    for (std::size_t i = 0; i < found.size(); ++i)
        found[i].merchant = parts_.people.unseal(snapshot, link.person, sealed[i]);
    return found;
}

base::Money Wallets::taken_today(Snapshot& snapshot, const Link& link)
{
    const auto now = parts_.accounts.ledger().clock().now();
    return {internal::taken_on(snapshot, link.id, parts_.accounts.business_date(now)),
            link.limits.per_day.currency};
}

}  // namespace bank::wallet
