// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/outgoing.h>

#include <bank/account/number.h>
#include <bank/clearing/internal/rows.h>
#include <bank/clearing/number.h>
#include <bank/customer/mask.h>
#include <bank/payment/figures.h>
#include <bank/payment/proving.h>
#include <bank/payment/refusals.h>
#include <platform/json/value.h>

#include <algorithm>

namespace bank::clearing {

using base::invalid;
using base::not_found;
using base::rejected;
using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view kind = "outgoing";
constexpr std::size_t longest_purpose = 140;  // Max140Text of the message.
constexpr std::size_t longest_name = 140;

std::size_t length_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned>(c) & 0xC0U) != 0x80;
    }));
}

bool has_control(std::string_view text)
{
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::uint64_t content_of(CustomerId payer, const Order& order)
{
    const std::string digits = digits_of(order.to.number);  // However it was written.
    return ledger::content_of({base::to_string(payer), base::to_string(order.from), order.to.bank,
                               digits.empty() ? order.to.number : digits, order.to.name,
                               std::to_string(order.amount.minor_units), order.amount.currency.code,
                               order.purpose, order.category});
}

ledger::ClientId client_of(CustomerId payer, std::string_view key)
{
    return ledger::client_id({"payment.outgoing", base::to_string(payer), key});
}

base::Error no_key()
{
    return invalid("payment.key_missing", "a payment needs an Idempotency-Key");
}

/// The payment that `entry` took the money for.
Result<PaymentId> by_entry(Snapshot& snapshot, EntryId entry)
{
    auto row = snapshot.query("select id from clearing_payment where entry = ?", entry);
    if (!row.next()) return not_found("clearing.payment_unknown", "there is no such payment");
    return row.id<PaymentId>(0);
}

Result<Answer> answer_of(Snapshot& snapshot, const Result<ledger::Posted>& outcome)
{
    if (!outcome) return Answer{{}, outcome.error(), true};
    return Answer{TRY(by_entry(snapshot, outcome.value().id)), {}, true};
}

Result<void> check_amount_and_purpose(base::Money amount, std::string_view purpose)
{
    if (amount.minor_units <= 0)
        return invalid("payment.amount_not_positive", "an amount is more than zero");
    if (length_of(purpose) > longest_purpose || has_control(purpose)) {
        return invalid("payment.purpose_too_long",
                       "a purpose to another bank is one line of 140 characters at most");
    }
    return {};
}

Object event_of(const Payment& payment)
{
    Object data{{"payment", base::to_string(payment.id)},
                {"bank", payment.bank},
                {"route", payment.route},
                {"amount", base::to_decimal(payment.amount)},
                {"currency", std::string{payment.amount.currency.code}}};
    if (payment.payer) data.set("account", base::to_string(payment.account));
    return data;
}

}  // namespace

std::string_view to_string(State state)
{
    constexpr std::string_view names[] = {"requested", "sent",     "queued",
                                          "settled",   "rejected", "returned"};
    return names[static_cast<std::size_t>(state)];
}

std::string Outgoing::subject_of(const Order& order, std::int64_t beneficiary) const
{
    return platform::json::canonical(Object{{"operation", "payment.outgoing"},
                                            {"from", base::to_string(order.from)},
                                            {"bank", order.to.bank},
                                            {"beneficiary", std::to_string(beneficiary)},
                                            {"amount", base::to_decimal(order.amount)},
                                            {"currency", std::string{order.amount.currency.code}}});
}

Result<void> Outgoing::check_money(const ledger::Account& from, base::Money amount,
                                   base::Date today) const
{
    const std::int64_t sum = amount.minor_units;
    if (from.available().minor_units < sum)
        return rejected("payment.no_funds", "there is not enough on the account");
    const auto used = ledger::on_day(from.turnover, today);
    const auto over = [&](const std::optional<std::int64_t>& limit, std::int64_t before) {
        return limit && (sum > *limit || before > *limit - sum);
    };
    if (over(from.terms.debits_day_limit, used.debits_day))
        return payment::in_words_of_payments(rejected("ledger.debits_day_limit", {}));
    if (over(from.terms.debits_year_limit, used.debits_year))
        return payment::in_words_of_payments(rejected("ledger.debits_year_limit", {}));
    return {};
}

Result<const Bank*> Outgoing::check_beneficiary(const Beneficiary& to) const
{
    const Bank* bank = parts_.directory.find(to.bank);
    if (bank == nullptr) return not_found("clearing.bank_unknown", "the bank is not in the list");
    if (bank->code == parts_.own_code)
        return invalid("clearing.own_bank", "an account of this bank is paid as a transfer");
    TRY(read_number(to.number));
    if (to.name.empty() || length_of(to.name) > longest_name || has_control(to.name)) {
        return invalid("clearing.name_missing",
                       "another bank needs the payee's name, 140 characters at most");
    }
    return bank;
}

Result<PaymentId> Outgoing::pay_own(Transaction& transaction, const OwnOrder& order,
                                    std::string_view key)
{
    TRY(check_amount_and_purpose(order.amount, order.purpose));
    const Bank* bank = TRY(check_beneficiary(order.to));
    const std::string number = TRY(read_number(order.to.number));
    auto& ledger = parts_.accounts.ledger();
    const auto from = TRY(ledger.own_account(transaction, order.from, order.amount.currency));
    const auto client = ledger::client_id({"payment.own", key});
    const auto content = ledger::content_of({order.from, order.to.bank, number, order.to.name,
                                             std::to_string(order.amount.minor_units),
                                             order.amount.currency.code, order.purpose});
    if (const auto before = ledger.answered(transaction, client, content)) {
        if (!*before) return before->error();
        return by_entry(transaction, before->value().id);
    }
    const auto standing = TRY(ledger.account(transaction, from));
    if (standing.balance().minor_units < order.amount.minor_units)
        return rejected("payment.no_funds", "there is not so much on the bank's own account");
    const std::string route = bank->reach == Reach::group ? bank->code : "network";
    const auto clearing =
        TRY(ledger.own_account(transaction, "clearing/" + route, order.amount.currency));
    const std::string details = platform::json::serialise(
        Object{{"name", order.to.name}, {"number", number}, {"purpose", order.purpose}});
    const ledger::Leg legs[] = {{from, ledger::Side::debit, order.amount},
                                {clearing, ledger::Side::credit, order.amount}};
    const auto posted =
        TRY(ledger.post(transaction, {.client = client,
                                      .content = content,
                                      .kind = kind,
                                      .effective = parts_.accounts.business_date(transaction.now()),
                                      .legs = legs,
                                      .details = details}));
    const Payment made{.id = transaction.new_id<PaymentId>(),
                       .payer = {},
                       .account = from,
                       .entry = posted.id,
                       .route = route,
                       .bank = order.to.bank,
                       .category = {},
                       .masked_number = account::masked_number(number),
                       .masked_name = order.to.name,  // A company's: not personal.
                       .amount = order.amount,
                       .reason = {},
                       .requested_at = transaction.now(),
                       .touched_at = transaction.now(),
                       .sent_at = {},
                       .ended_at = {},
                       .returned_at = {}};
    internal::insert(transaction, made, details, 0);
    audit::append(transaction, {.actor = {audit::ActorKind::system, 0},
                                .action = "payment.own",
                                .object = {"clearing-payment", made.id.value},
                                .reason = {},
                                .details = {{"from", order.from},
                                            {"bank", made.bank},
                                            {"amount", base::to_decimal(made.amount)}}});
    parts_.events.append(transaction, "clearing.requested", base::to_string(made.id),
                         event_of(made));
    return made.id;
}

Result<Plan> Outgoing::plan(Snapshot& snapshot, CustomerId payer, const Order& order, Money money)
{
    TRY(check_amount_and_purpose(order.amount, order.purpose));
    auto& accounts = parts_.accounts;
    const auto from = accounts.account(snapshot, order.from);
    if (!from || from.value().holder != payer)
        return not_found("payment.from_unknown", "there is no such account of yours");
    if (from.value().unit != order.amount.currency)
        return invalid("payment.unit_mismatch", "the account is kept in another currency");
    const Bank* bank = TRY(check_beneficiary(order.to));
    const std::string number = TRY(read_number(order.to.number));
    if (parts_.notice_from && !order.noticed && order.amount.minor_units >= *parts_.notice_from) {
        return rejected("clearing.notice_needed",
                        "a payment this large is set up some days in advance");
    }
    if (from.value().state == account::State::closed)
        return rejected("payment.from_closed", "the account is closed");
    if (from.value().state == account::State::frozen)
        return rejected("payment.from_frozen", "the account is frozen");
    if (from.value().state == account::State::dormant)
        return rejected("payment.from_dormant", "nothing moved for long; revive the account first");
    const base::Instant now = accounts.ledger().clock().now();
    if (money == Money::now) {
        const auto standing = TRY(accounts.ledger().account(snapshot, order.from));
        TRY(check_money(standing, order.amount, accounts.business_date(now)));
    }
    Plan plan{.payer = payer,
              .order = order,
              .route = bank->reach == Reach::group ? bank->code : "network",
              .subject = {},
              .sealed = {}};
    plan.order.to.number = number;
    const auto print = parts_.fingerprint.code256(
        platform::crypto::as_bytes("beneficiary/" + bank->code + "/" + number));
    for (std::size_t i = 0; i < 8; ++i)
        plan.beneficiary =
            static_cast<std::int64_t>(static_cast<std::uint64_t>(plan.beneficiary) << 8 | print[i]);
    plan.subject = subject_of(plan.order, plan.beneficiary);
    const auto known = [&]() -> Result<bool> {
        auto row = snapshot.query(
            "select 1 from clearing_payment where account = ? and beneficiary = ? and state <> ?"
            " limit 1",
            order.from, plan.beneficiary, static_cast<int>(State::rejected));
        return row.next();
    };
    plan.proof_needed = TRY(parts_.proofs.needed(snapshot, {payer, order.amount, known}));
    const std::string payer_name = parts_.people.name(snapshot, payer);
    const risk::Question question{order.from, {}, order.amount, payer_name, order.to.name};
    plan.decision = parts_.judge.screen(question);
    auto seen = plan.decision;
    parts_.judge.assess(question, now, seen);
    if (seen.verdict == risk::Verdict::step_up)
        plan.proof_needed = std::max(plan.proof_needed, payment::Proof::passkey);
    if (plan.proof_needed == payment::Proof::branch)
        return rejected("payment.at_a_branch", "a payment like this is made at a branch");
    plan.sealed = parts_.people.seal(
        payer, platform::json::serialise(Object{
                   {"name", order.to.name}, {"number", number}, {"purpose", order.purpose}}));
    return plan;
}

Result<Answer> Outgoing::pay(Transaction& transaction, const Plan& plan, std::string_view key,
                             std::uint64_t proof)
{
    if (key.empty()) return no_key();
    auto& ledger = parts_.accounts.ledger();
    const Order& order = plan.order;
    const auto client = client_of(plan.payer, key);
    const auto content = content_of(plan.payer, order);
    if (const auto before = ledger.answered(transaction, client, content)) {
        if (!*before && before->error().reason == "ledger.client_id_reused") return before->error();
        return answer_of(transaction, *before);
    }
    const auto clearing =
        TRY(ledger.own_account(transaction, "clearing/" + plan.route, order.amount.currency));
    const risk::Question question{order.from, clearing, order.amount, {}, {}};
    risk::Decision decision = plan.decision;
    parts_.judge.assess(question, transaction.now(), decision);
    const base::Date today = parts_.accounts.business_date(transaction.now());
    const auto refuse = [&](const base::Error& why) -> Result<Answer> {
        TRY(ledger.record_refusal(transaction, client, content, kind, today, why));
        parts_.judge.record(transaction, question, decision, risk::Judge::Outcome::refused);
        audit::append(transaction, {.actor = {audit::ActorKind::customer, plan.payer.value},
                                    .action = "payment.refuse",
                                    .object = {"account", order.from.value},
                                    .reason = why.reason,
                                    .details = {{"bank", order.to.bank},
                                                {"amount", base::to_decimal(order.amount)}}});
        return Answer{{}, why, false};
    };
    TRY(payment::prove(transaction, parts_.proofs,
                       {plan.payer, plan.proof_needed, plan.subject, decision.verdict}, proof));
    if (decision.verdict == risk::Verdict::block)
        return refuse(rejected(decision.reasons.front(), "the payment was stopped"));
    const ledger::Leg legs[] = {
        {order.from, ledger::Side::debit, order.amount, ledger::Counting::counted},
        {clearing, ledger::Side::credit, order.amount}};
    const auto posted = ledger.post(transaction, {.client = client,
                                                  .content = content,
                                                  .kind = kind,
                                                  .effective = today,
                                                  .legs = legs,
                                                  .details = plan.sealed});
    if (!posted) return refuse(payment::in_words_of_payments(posted.error()));

    const Payment made{.id = transaction.new_id<PaymentId>(),
                       .payer = plan.payer,
                       .account = order.from,
                       .entry = posted.value().id,
                       .route = plan.route,
                       .bank = order.to.bank,
                       .category = order.category,
                       .masked_number = account::masked_number(order.to.number),
                       .masked_name = customer::masked_name(order.to.name),
                       .amount = order.amount,
                       .reason = {},
                       .requested_at = transaction.now(),
                       .touched_at = transaction.now(),
                       .sent_at = {},
                       .ended_at = {},
                       .returned_at = {}};
    internal::insert(transaction, made, plan.sealed, plan.beneficiary);
    parts_.judge.record(transaction, question, decision, risk::Judge::Outcome::paid);
    payment::count_payment(transaction, order.amount);
    audit::append(transaction,
                  {.actor = {audit::ActorKind::customer, plan.payer.value},
                   .action = "payment.outgoing",
                   .object = {"clearing-payment", made.id.value},
                   .reason = {},
                   .details = {{"from", base::to_string(order.from)},
                               {"bank", made.bank},
                               {"amount", base::to_decimal(order.amount)},
                               {"proof", std::string{payment::to_string(plan.proof_needed)}}}});
    parts_.events.append(transaction, "clearing.requested", base::to_string(made.id),
                         event_of(made));
    return Answer{made.id, {}, false};
}

Result<std::optional<Answer>> Outgoing::answered(Snapshot& snapshot, CustomerId payer,
                                                 const Order& order, std::string_view key)
{
    const auto before = parts_.accounts.ledger().answered(snapshot, client_of(payer, key),
                                                          content_of(payer, order));
    if (!before) return std::optional<Answer>{};
    if (!*before && before->error().reason == "ledger.client_id_reused") return before->error();
    return std::optional{TRY(answer_of(snapshot, *before))};
}

Result<Answer> Outgoing::refuse(Transaction& transaction, CustomerId payer, const Order& order,
                                std::string_view key, const base::Error& why)
{
    if (key.empty()) return no_key();
    auto& ledger = parts_.accounts.ledger();
    const auto client = client_of(payer, key);
    const auto content = content_of(payer, order);
    if (const auto before = ledger.answered(transaction, client, content)) {
        if (!*before && before->error().reason == "ledger.client_id_reused") return before->error();
        return answer_of(transaction, *before);
    }
    TRY(ledger.record_refusal(transaction, client, content, kind,
                              parts_.accounts.business_date(transaction.now()), why));
    audit::append(transaction, {.actor = {audit::ActorKind::customer, payer.value},
                                .action = "payment.refuse",
                                .object = {"account", order.from.value},
                                .reason = why.reason,
                                .details = {{"bank", order.to.bank},
                                            {"amount", base::to_decimal(order.amount)}}});
    return Answer{{}, why, false};
}

Result<Payment> Outgoing::payment(Snapshot& snapshot, PaymentId id, CustomerId viewer)
{
    auto found = TRY(internal::find(snapshot, id));
    if (viewer && found.payer != viewer)
        return not_found("clearing.payment_unknown", "there is no such payment");
    return found;
}

Order Outgoing::order_of(Snapshot& snapshot, const Payment& payment)
{
    Order order{.from = payment.account,
                .to = {payment.bank, {}, {}},
                .amount = payment.amount,
                .category = payment.category};
    const auto kept = internal::sealed_of(snapshot, payment.id);
    const auto parsed = platform::json::parse(
        payment.payer ? parts_.people.unseal(snapshot, payment.payer, kept) : kept);
    if (!parsed) return order;  // The payer was erased.
    order.to.number = parsed.value()["number"].text_or();
    order.to.name = parsed.value()["name"].text_or();
    order.purpose = parsed.value()["purpose"].text_or();
    return order;
}

std::vector<Payment> Outgoing::of_payer(Snapshot& snapshot, CustomerId payer, PaymentId before,
                                        int limit)
{
    const platform::sql::Parameter parameters[] = {
        payer, before ? static_cast<std::int64_t>(before.value) : INT64_MAX, limit};
    return internal::select_with(snapshot, "payer = ? and id < ? order by id desc limit ?",
                                 parameters);
}

std::vector<Payment> Outgoing::unfinished(Snapshot& snapshot, base::Instant before, int limit)
{
    const platform::sql::Parameter parameters[] = {before, limit};
    return internal::select_with(
        snapshot, "state < 3 and touched_at < ? order by touched_at, id limit ?", parameters);
}

std::vector<Payment> Outgoing::waiting(Snapshot& snapshot, PaymentId after, int limit)
{
    const platform::sql::Parameter parameters[] = {static_cast<std::int64_t>(after.value), limit};
    return internal::select_with(snapshot, "state < 3 and id > ? order by id limit ?", parameters);
}

}  // namespace bank::clearing
