// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/transfer.h>

#include <bank/account/number.h>
#include <bank/customer/mask.h>
#include <bank/payment/figures.h>
#include <bank/payment/internal/known_payees.h>
#include <bank/payment/internal/words.h>
#include <bank/payment/proving.h>
#include <platform/json/value.h>

#include <algorithm>

namespace bank::payment {

using base::invalid;
using base::not_found;
using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view kind = "transfer";
constexpr std::size_t movements_for_payees = 200;

Answer answer_of(const Result<ledger::Posted>& outcome, bool repeated)
{
    if (outcome) return {outcome.value().id, {}, repeated};
    return {{}, outcome.error(), repeated};
}

Object event_of(AccountId account, AccountId other, base::Money amount, EntryId entry)
{
    return {{"account", base::to_string(account)},
            {"other", base::to_string(other)},
            {"amount", base::to_decimal(amount)},
            {"currency", std::string{amount.currency.code}},
            {"entry", base::to_string(entry)}};
}

}  // namespace

Transfers::Transfers(const Parts& parts)
    : parts_(parts), known_(std::make_unique<internal::KnownPayees>())
{
}

Transfers::~Transfers() = default;

void Transfers::expect(AccountId from, AccountId to)
{
    const AccountId parties[] = {from, to};
    parts_.accounts.ledger().expect(parties);
    parts_.judge.expect(from);
}

Result<Answer> Transfers::pay(Transaction& transaction, const Plan& plan, std::string_view key,
                              std::uint64_t proof)
{
    if (key.empty()) return invalid("payment.key_missing", "a payment needs an Idempotency-Key");
    auto& ledger = parts_.accounts.ledger();
    const auto client = internal::client_of(plan.payer, key);
    const auto content = internal::content_of(plan.payer, plan.order);
    if (const auto before = ledger.answered(transaction, client, content)) {
        if (!*before && before->error().reason == "ledger.client_id_reused") return before->error();
        return answer_of(*before, true);
    }

    const base::Money amount = plan.order.amount;
    const AccountId from = plan.order.from;
    const AccountId to = plan.payee.account;
    const risk::Question question{from, to, amount, {}, {}};
    risk::Decision decision = plan.decision;
    parts_.judge.assess(question, transaction.now(), decision);
    const base::Date today = parts_.accounts.business_date(transaction.now());
    const auto refuse = [&](const base::Error& why) -> Result<Answer> {
        TRY(ledger.record_refusal(transaction, client, content, kind, today, why));
        parts_.judge.record(transaction, question, decision, risk::Judge::Outcome::refused);
        audit::append(transaction, {.actor = {audit::ActorKind::customer, plan.payer.value},
                                    .action = "payment.refuse",
                                    .object = {"account", from.value},
                                    .reason = why.reason,
                                    .details = {{"to", base::to_string(to)},
                                                {"amount", base::to_decimal(amount)}}});
        return Answer{{}, why, false};
    };
    if (!plan.money_tried) {
        const auto payer = TRY(ledger.account(transaction, from));
        const auto payee = TRY(ledger.account(transaction, to));
        if (const auto fit = check_money(payer, payee, amount, plan.bound, today); !fit) {
            return refuse(fit.error());
        }
    }
    TRY(prove(transaction, parts_.proofs,
              {plan.payer, plan.proof_needed, plan.subject, decision.verdict}, proof));
    if (decision.verdict == risk::Verdict::block) {
        return refuse(base::rejected(decision.reasons.front(), "the payment was stopped"));
    }
    const auto counting = plan.bound ? ledger::Counting::uncounted : ledger::Counting::counted;
    const ledger::Leg legs[] = {{from, ledger::Side::debit, amount, counting},
                                {to, ledger::Side::credit, amount, counting}};
    const auto posted = ledger.post(transaction, {.client = client,
                                                  .content = content,
                                                  .kind = kind,
                                                  .effective = today,
                                                  .legs = legs,
                                                  .details = plan.sealed_purpose});
    if (!posted) return refuse(internal::in_words_of_payments(posted.error()));

    const EntryId entry = posted.value().id;
    parts_.judge.record(transaction, question, decision, risk::Judge::Outcome::paid);
    count_payment(transaction, amount);
    audit::append(transaction, {.actor = {audit::ActorKind::customer, plan.payer.value},
                                .action = "payment.transfer",
                                .object = {"entry", entry.value},
                                .reason = {},
                                .details = {{"from", base::to_string(from)},
                                            {"to", base::to_string(to)},
                                            {"amount", base::to_decimal(amount)},
                                            {"proof", std::string{to_string(plan.proof_needed)}}}});
    const std::string subject = base::to_string(entry);
    parts_.events.append(transaction, "payment.sent", subject, event_of(from, to, amount, entry));
    parts_.events.append(transaction, "payment.received", subject,
                         event_of(to, from, amount, entry));
    const auto after = TRY(ledger.account(transaction, from)).counters;
    const std::string receipt = internal::receipt_number(entry, today);
    return Answer{
        .paid = entry,
        .refused = {},
        .receipt =
            Transfer{.id = entry,
                     .receipt_number = receipt,
                     .verification_code =
                         internal::verification_code(parts_.receipt_key, receipt, from, to, amount),
                     .from = from,
                     .from_number = plan.from_number,
                     .to_number = plan.payee.masked_number,
                     .payee_name = plan.payee.masked_name,
                     .amount = amount,
                     .balance_after = {after.credits_posted - after.debits_posted, amount.currency},
                     .purpose = plan.order.purpose,
                     .at = posted.value().recorded_at}};
}

Result<std::optional<Answer>> Transfers::answered(Snapshot& snapshot, CustomerId payer,
                                                  const Order& order, std::string_view key)
{
    const auto before = parts_.accounts.ledger().answered(snapshot, internal::client_of(payer, key),
                                                          internal::content_of(payer, order));
    if (!before) return std::optional<Answer>{};
    if (!*before && before->error().reason == "ledger.client_id_reused") return before->error();
    return std::optional{answer_of(*before, true)};
}

Result<Answer> Transfers::refuse(Transaction& transaction, CustomerId payer, const Order& order,
                                 std::string_view key, const base::Error& why)
{
    if (key.empty()) return invalid("payment.key_missing", "a payment needs an Idempotency-Key");
    auto& ledger = parts_.accounts.ledger();
    const auto client = internal::client_of(payer, key);
    const auto content = internal::content_of(payer, order);
    if (const auto before = ledger.answered(transaction, client, content)) {
        if (!*before && before->error().reason == "ledger.client_id_reused") return before->error();
        return answer_of(*before, true);
    }
    TRY(ledger.record_refusal(transaction, client, content, kind,
                              parts_.accounts.business_date(transaction.now()), why));
    audit::append(transaction, {.actor = {audit::ActorKind::customer, payer.value},
                                .action = "payment.refuse",
                                .object = {"account", order.from.value},
                                .reason = why.reason,
                                .details = {{"amount", base::to_decimal(order.amount)}}});
    return Answer{{}, why, false};
}

Result<Transfer> Transfers::transfer(Snapshot& snapshot, CustomerId viewer, EntryId id)
{
    const auto unknown = [] { return not_found("payment.unknown", "there is no such payment"); };
    auto& accounts = parts_.accounts;
    const auto row = accounts.ledger().entry(snapshot, id);
    if (!row || row.value().kind != kind || row.value().legs.size() != 2) return unknown();
    const auto& out = row.value().legs[0];
    const auto from = TRY(accounts.account(snapshot, out.account));
    const auto to = TRY(accounts.account(snapshot, row.value().legs[1].account));
    if (from.holder != viewer && to.holder != viewer) return unknown();
    const base::Money amount{out.posted, from.unit};
    const std::string receipt = internal::receipt_number(id, row.value().effective);
    return Transfer{
        .id = id,
        .receipt_number = receipt,
        .verification_code =
            internal::verification_code(parts_.receipt_key, receipt, from.id, to.id, amount),
        .from = from.id,
        .from_number = account::masked_number(from.number),
        .to_number = account::masked_number(to.number),
        .payee_name = customer::masked_name(parts_.people.name(snapshot, to.holder)),
        .amount = amount,
        .balance_after = {out.counters.credits_posted - out.counters.debits_posted, from.unit},
        .purpose = row.value().details.empty()
                       ? std::string{}
                       : parts_.people.unseal(snapshot, from.holder, row.value().details),
        .at = row.value().recorded_at};
}

std::vector<Transfers::RecentPayee> Transfers::recent_payees(Snapshot& snapshot, AccountId account,
                                                             std::size_t limit)
{
    std::vector<RecentPayee> payees;
    const auto movements =
        parts_.accounts.ledger().history(snapshot, account, {}, movements_for_payees);
    if (!movements) return payees;
    std::vector<AccountId> seen;
    for (const auto& movement : movements.value()) {
        if (payees.size() == limit) break;
        if (movement.kind != kind || movement.side != ledger::Side::debit) continue;
        if (std::find(seen.begin(), seen.end(), movement.other) != seen.end()) continue;
        seen.push_back(movement.other);
        const auto payee = parts_.accounts.account(snapshot, movement.other);
        if (!payee || payee.value().state == account::State::closed) continue;
        payees.push_back({payee.value().number,
                          customer::masked_name(parts_.people.name(snapshot, payee.value().holder)),
                          movement.recorded_at});
    }
    return payees;
}

}  // namespace bank::payment
