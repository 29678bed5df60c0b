// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/transfer.h>

#include <bank/account/number.h>
#include <bank/customer/mask.h>
#include <bank/payment/internal/known_payees.h>
#include <bank/payment/internal/words.h>
#include <platform/json/value.h>

#include <algorithm>

namespace bank::payment {

using base::invalid;
using base::not_found;
using base::rejected;
using base::Result;
using platform::sql::Snapshot;

namespace {

constexpr std::size_t longest_purpose = 200;

/// The ledger's own rules, tried ahead on a snapshot so that the customer hears of them before a
/// proof is asked; the ledger tries them again when it posts.
Result<void> try_ledger_rules(const ledger::Account& from, const ledger::Account& to,
                              base::Money amount, bool counted, base::Date today)
{
    const std::int64_t sum = amount.minor_units;
    if (from.available().minor_units < sum) {
        return rejected("payment.no_funds", "there is not enough on the account");
    }
    const auto over = [&](const std::optional<std::int64_t>& limit, std::int64_t used) {
        return counted && limit && (sum > *limit || used > *limit - sum);
    };
    const auto out = ledger::on_day(from.turnover, today);
    const auto in = ledger::on_day(to.turnover, today);
    const auto refuse = [](std::string_view ledger_reason) {
        return internal::in_words_of_payments(rejected(ledger_reason, {}));
    };
    if (over(from.terms.debits_day_limit, out.debits_day)) return refuse("ledger.debits_day_limit");
    if (over(from.terms.debits_year_limit, out.debits_year)) {
        return refuse("ledger.debits_year_limit");
    }
    if (over(to.terms.credits_day_limit, in.credits_day)) return refuse("ledger.credits_day_limit");
    if (over(to.terms.credits_year_limit, in.credits_year)) {
        return refuse("ledger.credits_year_limit");
    }
    const std::int64_t reserved = to.counters.credits_pending;
    if (to.terms.balance_limit &&
        to.balance().minor_units > *to.terms.balance_limit - reserved - sum) {
        return refuse("ledger.balance_limit");
    }
    return {};
}

std::string subject_of(const Order& order, AccountId to)
{
    return platform::json::canonical(
        platform::json::Object{{"operation", "payment.transfer"},
                               {"from", base::to_string(order.from)},
                               {"to", base::to_string(to)},
                               {"amount", base::to_decimal(order.amount)},
                               {"currency", std::string{order.amount.currency.code}}});
}

Result<account::Account> find_payee(Snapshot& snapshot, account::Accounts& accounts, People& people,
                                    const PayeeAddress& address)
{
    if (address.account_number.empty() == address.phone.empty()) {
        return invalid("payment.payee_unclear", "give an account number or a phone number");
    }
    if (!address.phone.empty()) {
        const auto holder = TRY(people.by_phone(snapshot, address.phone));
        auto found = accounts.default_of(snapshot, holder);
        if (!found) return not_found("payment.payee_unknown", "nobody here has this phone number");
        return found;
    }
    auto found = accounts.by_number(snapshot, TRY(account::read_number(address.account_number)));
    if (!found) return not_found("payment.payee_unknown", "there is no such account here");
    if (found.value().state == account::State::closed) {
        return rejected("payment.payee_closed", "the payee's account is closed");
    }
    return found;
}

}  // namespace

std::string_view to_string(Proof proof)
{
    switch (proof) {
        case Proof::none:
            return "none";
        case Proof::password:
            return "password";
        case Proof::sms:
            return "sms";
        case Proof::passkey:
            return "passkey";
        default:
            return "branch";
    }
}

Result<Payee> Transfers::look_up(Snapshot& snapshot, const PayeeAddress& address)
{
    const auto found = TRY(find_payee(snapshot, parts_.accounts, parts_.people, address));
    return Payee{found.id, found.holder, account::masked_number(found.number),
                 customer::masked_name(parts_.people.name(snapshot, found.holder))};
}

Result<void> Transfers::check_money(const ledger::Account& from, const ledger::Account& to,
                                    base::Money amount, bool bound, base::Date today)
{
    if (!bound && (to.terms.credits_day_limit == 0 || to.terms.credits_year_limit == 0)) {
        return rejected("payment.payee_takes_no_inflow",
                        "the payee's account takes nothing from others yet");
    }
    return try_ledger_rules(from, to, amount, !bound, today);
}

Result<Plan> Transfers::plan(Snapshot& snapshot, CustomerId payer, const Order& order, Money money)
{
    if (order.amount.minor_units <= 0) {
        return invalid("payment.amount_not_positive", "an amount is more than zero");
    }
    if (internal::length_of(order.purpose) > longest_purpose) {
        return invalid("payment.purpose_too_long", "a purpose has 200 characters at most");
    }
    auto& accounts = parts_.accounts;
    const auto from = accounts.account(snapshot, order.from);
    if (!from || from.value().holder != payer) {
        return not_found("payment.from_unknown", "there is no such account of yours");
    }
    if (from.value().unit != order.amount.currency) {
        return invalid("payment.unit_mismatch", "the account is kept in another currency");
    }
    const auto to = TRY(find_payee(snapshot, accounts, parts_.people, order.to));
    if (to.id == order.from) {
        return rejected("payment.to_oneself", "an account cannot pay itself");
    }
    if (to.unit != order.amount.currency) {
        return invalid("payment.unit_mismatch", "the payee's account is kept in another currency");
    }
    const std::string payee_name = parts_.people.name(snapshot, to.holder);
    if (!order.payee_name.empty() &&
        risk::comparable_name(order.payee_name) != risk::comparable_name(payee_name)) {
        return rejected("payment.payee_name_differs", "the account is held under another name");
    }
    if (from.value().state == account::State::closed) {
        return rejected("payment.from_closed", "the account is closed");
    }
    if (from.value().state == account::State::frozen) {
        return rejected("payment.from_frozen", "the account is frozen");
    }
    if (from.value().state == account::State::dormant) {
        return rejected("payment.from_dormant", "nothing moved for long; revive the account first");
    }
    // A person's own Class I account with the same bank stands like one that is bound.
    const bool bound = to.holder == payer && (to.account_class == account::Class::one ||
                                              from.value().account_class == account::Class::one);
    auto& ledger = accounts.ledger();
    const base::Instant now = ledger.clock().now();
    if (money == Money::now) {
        const auto from_money = TRY(ledger.account(snapshot, order.from));
        const auto to_money = TRY(ledger.account(snapshot, to.id));
        TRY(check_money(from_money, to_money, order.amount, bound, accounts.business_date(now)));
    }

    const auto known = [&] { return known_->knows(snapshot, ledger, order.from, to.id); };
    Plan plan{.payer = payer,
              .order = order,
              .from_number = account::masked_number(from.value().number),
              .payee = {to.id, to.holder, account::masked_number(to.number),
                        customer::masked_name(payee_name)},
              .proof_needed = TRY(parts_.proofs.needed(snapshot, {payer, order.amount, known})),
              .subject = subject_of(order, to.id),
              .bound = bound,
              .money_tried = money == Money::now,
              .sealed_purpose = {},
              .decision = {}};
    const std::string payer_name = parts_.people.name(snapshot, payer);
    const risk::Question question{order.from, to.id, order.amount, payer_name, payee_name};
    plan.decision = parts_.judge.screen(question);
    auto seen = plan.decision;
    parts_.judge.assess(question, now, seen);
    if (seen.verdict == risk::Verdict::step_up) {
        plan.proof_needed = std::max(plan.proof_needed, Proof::passkey);
    }
    if (plan.proof_needed == Proof::branch) {
        return rejected("payment.at_a_branch", "a payment like this is made at a branch");
    }
    if (!order.purpose.empty()) plan.sealed_purpose = parts_.people.seal(payer, order.purpose);
    return plan;
}

}  // namespace bank::payment
