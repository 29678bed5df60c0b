// SPDX-License-Identifier: Apache-2.0
// What becomes of a payment after it left: its message, and the other side's words on it.
#include <bank/clearing/internal/rows.h>
#include <bank/clearing/outgoing.h>

#include <bank/ledger/units.h>
#include <platform/json/value.h>

namespace bank::clearing {

using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

ledger::ClientId client_of_step(std::string_view step, PaymentId id)
{
    return ledger::client_id({"clearing.payment", step, base::to_string(id)});
}

void write_trail(Transaction& transaction, const Payment& payment, std::string_view action,
                 std::string_view reason)
{
    audit::append(transaction, {.actor = {audit::ActorKind::partner, 0},
                                .action = action,
                                .object = {"clearing-payment", payment.id.value},
                                .reason = reason,
                                .details = {{"bank", payment.bank},
                                            {"route", payment.route},
                                            {"amount", base::to_decimal(payment.amount)}}});
}

Object changed(const Payment& payment)
{
    Object data{{"payment", base::to_string(payment.id)},
                {"bank", payment.bank},
                {"route", payment.route},
                {"amount", base::to_decimal(payment.amount)},
                {"currency", std::string{payment.amount.currency.code}}};
    if (payment.payer) data.set("account", base::to_string(payment.account));
    if (!payment.category.empty()) data.set("category", payment.category);
    if (!payment.reason.empty()) data.set("reason", "iso." + payment.reason);
    return data;
}

/// The payment that a message from `route` is about.
Result<Payment> meant(Snapshot& snapshot, std::string_view route, std::string_view end_to_end)
{
    const auto id = base::parse_id<PaymentId>(end_to_end);
    if (id) {
        auto found = internal::find(snapshot, id.value());
        if (found && found.value().route == route) return found;
    }
    return base::not_found("clearing.payment_unknown", "no payment went that way under this id");
}

bool has_ended(State state)
{
    return state >= State::settled;
}

}  // namespace

Result<std::string> Outgoing::message(Snapshot& snapshot, PaymentId id)
{
    const Payment payment = TRY(internal::find(snapshot, id));
    const Order order = order_of(snapshot, payment);
    // An account of the bank's own has no number: its clearing code stands there.
    iso20022::Party debtor{parts_.own_clearing_code, parts_.own_clearing_code, parts_.own_name};
    if (payment.payer) {
        debtor.account = TRY(parts_.accounts.account(snapshot, payment.account)).number;
        debtor.name = parts_.people.name(snapshot, payment.payer);
    }
    const Bank* bank = parts_.directory.find(payment.bank);
    if (bank == nullptr)
        return base::not_found("clearing.bank_unknown", "the bank is not in the list any more");
    return iso20022::write(iso20022::CreditTransfer{
        .message_id = base::to_string(id),
        .end_to_end_id = base::to_string(id),
        .created = payment.requested_at,
        .settlement_date = parts_.accounts.business_date(payment.requested_at),
        .amount = base::to_decimal(payment.amount),
        .currency = std::string{payment.amount.currency.code},
        .debtor = debtor,
        .creditor = {bank->clearing_code, order.to.number, order.to.name},
        .purpose = order.purpose,
        .category = payment.category == "CCRD" ? payment.category : std::string{}});
}

bool Outgoing::mark_sent(Transaction& transaction, PaymentId id)
{
    auto found = internal::find(transaction, id);
    if (!found || has_ended(found.value().state)) return false;
    Payment payment = std::move(found).value();
    if (payment.state == State::requested) payment.state = State::sent;
    if (!payment.sent_at) payment.sent_at = transaction.now();
    ++payment.attempts;
    internal::update(transaction, payment);
    return true;
}

/// Gives the payer the money back from `from_code`. Where the account takes it no more (closed
/// meanwhile, over what it may hold) it waits on the bank's own account for a person.
Result<void> Outgoing::pay_back(Transaction& transaction, const Payment& payment,
                                std::string_view from_code)
{
    auto& ledger = parts_.accounts.ledger();
    const auto unit = payment.amount.currency;
    const auto from = TRY(ledger.own_account(transaction, from_code, unit));
    const std::string sealed = internal::sealed_of(transaction, payment.id);
    const auto give = [&](AccountId to) {
        const ledger::Leg legs[] = {{from, ledger::Side::debit, payment.amount},
                                    {to, ledger::Side::credit, payment.amount}};
        return ledger.post(transaction,
                           {.client = client_of_step("back", payment.id),
                            .kind = "returned",
                            .effective = parts_.accounts.business_date(transaction.now()),
                            .legs = legs,
                            .details = sealed,
                            .about = payment.entry});
    };
    const auto given = give(payment.account);
    if (given) return {};
    const auto held = TRY(ledger.own_account(transaction, "suspense/returned", unit));
    TRY(give(held));
    write_trail(transaction, payment, "clearing.return-held", given.error().reason);
    return {};
}

Result<void> Outgoing::end(Transaction& transaction, Payment payment, State state,
                           std::string_view reason)
{
    auto& ledger = parts_.accounts.ledger();
    const std::string clearing = "clearing/" + payment.route;
    if (state == State::rejected) {
        TRY(pay_back(transaction, payment, clearing));
    } else {
        const auto unit = payment.amount.currency;
        const ledger::Leg legs[] = {
            {TRY(ledger.own_account(transaction, clearing, unit)), ledger::Side::debit,
             payment.amount},
            {TRY(ledger.own_account(transaction, "settlement/" + payment.route, unit)),
             ledger::Side::credit, payment.amount}};
        TRY(ledger.post(transaction, {.client = client_of_step("settled", payment.id),
                                      .kind = "settlement",
                                      .effective = parts_.accounts.business_date(transaction.now()),
                                      .legs = legs,
                                      .about = payment.entry}));
    }
    payment.state = state;
    payment.reason = reason;
    payment.ended_at = transaction.now();
    internal::update(transaction, payment);
    const std::string what = "clearing." + std::string{to_string(state)};
    write_trail(transaction, payment, what, payment.reason);
    parts_.events.append(transaction, what, base::to_string(payment.id), changed(payment));
    return {};
}

Result<void> Outgoing::contradicted(Transaction& transaction, const Payment& payment,
                                    std::string_view said)
{
    write_trail(transaction, payment, "clearing.contradicted", said);
    return {};
}

Result<void> Outgoing::told(Transaction& transaction, std::string_view route,
                            const iso20022::StatusReport& report)
{
    Payment payment = TRY(meant(transaction, route, report.original_end_to_end_id));
    using iso20022::Status;
    if (has_ended(payment.state)) {
        const bool settled = payment.state != State::rejected;
        if (report.status == Status::pending || (report.status == Status::settled) == settled)
            return {};
        return contradicted(transaction, payment,
                            report.status == Status::settled ? "settled" : "rejected");
    }
    if (report.status == Status::settled)
        return end(transaction, payment, State::settled, report.reason);
    if (report.status == Status::rejected)
        return end(transaction, payment, State::rejected, report.reason);
    const bool fresh = payment.state != State::queued;
    payment.state = State::queued;
    payment.reason = report.reason;
    internal::update(transaction, payment);
    if (fresh) {
        parts_.events.append(transaction, "clearing.queued", base::to_string(payment.id),
                             changed(payment));
    }
    return {};
}

Result<void> Outgoing::given_back(Transaction& transaction, std::string_view route,
                                  const iso20022::Return& message)
{
    Payment payment = TRY(meant(transaction, route, message.original_end_to_end_id));
    if (payment.state == State::returned) return {};
    const auto unit = TRY(ledger::currency(message.currency));
    const auto amount = TRY(base::parse_money(message.amount, unit));
    if (amount != payment.amount) {
        write_trail(transaction, payment, "clearing.contradicted", "amount");
        return {};
    }
    if (payment.state == State::rejected) return contradicted(transaction, payment, "returned");
    // A return says that it was settled before, though nobody had told us.
    if (payment.state != State::settled) {
        TRY(end(transaction, payment, State::settled, {}));
        payment = TRY(internal::find(transaction, payment.id));
    }
    TRY(pay_back(transaction, payment, "settlement/" + payment.route));
    payment.state = State::returned;
    payment.reason = message.reason;
    payment.returned_at = transaction.now();
    internal::update(transaction, payment);
    write_trail(transaction, payment, "clearing.returned", payment.reason);
    parts_.events.append(transaction, "clearing.returned", base::to_string(payment.id),
                         changed(payment));
    return {};
}

}  // namespace bank::clearing
