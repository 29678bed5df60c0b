// SPDX-License-Identifier: Apache-2.0
// Paying, a group of lines in a unit of work: freed, paid, and the rest reserved again, all or
// nothing.
#include <bank/batch/internal/worker.h>

#include <bank/audit/trail.h>
#include <bank/payment/figures.h>

#include <array>

namespace bank::batch {

using base::rejected;
using base::Result;
using internal::Stored;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

// A group keeps the writer for some milliseconds; where others wait for it, for less.
constexpr int lines_a_group = 128;
constexpr int lines_while_busy = 16;
constexpr std::size_t others_waiting = 4;
constexpr std::string_view wages = "wages";

/// A line on its way, with all that is worked out before the unit of work.
struct Payment {
    int number;
    AccountId to;
    base::Money amount;
    std::string name;
    std::string details;
    risk::Decision decision;
};

/// What a group came to.
struct Outcome {
    Tally paid;
    Tally refused;
    int last = 0;
    std::string_view stopped = {};
};

/// Names a line for ever. Rises with the lines, so that their rows in the ledger's table of ids lie
/// together.
ledger::ClientId client_of(const Batch& batch, int number)
{
    return {batch.id.value + static_cast<std::uint64_t>(number), batch.id.value};
}

void count(Tally& tally, std::int64_t minor_units)
{
    ++tally.lines;
    tally.minor_units += minor_units;
}

void move(Tally& from, Tally& to, const Tally& what)
{
    from.lines -= what.lines;
    from.minor_units -= what.minor_units;
    to.lines += what.lines;
    to.minor_units += what.minor_units;
}

}  // namespace

namespace internal {

namespace {

constexpr std::int64_t hold_seconds = 90LL * 24 * 3600;  // Long after any batch has ended.

}  // namespace

Refusal refusal_of(std::string_view ledger_reason)
{
    struct Words {
        std::string_view ledger;
        Refusal batch;
    };
    constexpr Words words[] = {{"ledger.debits_exceed_credits", {"batch.no_funds", true}},
                               {"ledger.debits_blocked", {"batch.payer_blocked", true}},
                               {"ledger.debits_day_limit", {"batch.payer_over_limit", true}},
                               {"ledger.debits_year_limit", {"batch.payer_over_limit", true}},
                               {"ledger.account_closed", {"batch.account_closed"}},
                               {"ledger.credits_blocked", {"batch.takes_no_inflow"}},
                               {"ledger.credits_day_limit", {"batch.over_day_limit"}},
                               {"ledger.credits_year_limit", {"batch.over_year_limit"}},
                               {"ledger.balance_limit", {"batch.over_balance_limit"}}};
    for (const Words& one : words) {
        if (one.ledger == ledger_reason) return one.batch;
    }
    return {"batch.not_possible"};
}

Result<void> reserve(Transaction& transaction, account::Accounts& accounts, Stored& batch)
{
    base::ensure(!batch.hold);
    if (batch.ready.lines == 0) return {};
    auto& ledger = accounts.ledger();
    const auto reserved = TRY(ledger.own_account(transaction, reserved_code, batch.unit));
    const base::Money rest{batch.ready.minor_units, batch.unit};
    const ledger::Leg legs[] = {{batch.payer, ledger::Side::debit, rest},
                                {reserved, ledger::Side::credit, rest}};
    const std::string serial = std::to_string(++batch.holds);
    const auto held = ledger.reserve(
        transaction,
        {.client = ledger::client_id({"batch.reserve", base::to_string(batch.id), serial}),
         .content = ledger::content_of({base::to_decimal(rest)}),
         .kind = "batch",
         .effective = accounts.business_date(transaction.now()),
         .legs = legs},
        base::after_seconds(transaction.now(), hold_seconds));
    if (!held) {
        return rejected(refusal_of(held.error().reason).reason,
                        "the payer's account does not allow it");
    }
    batch.hold = held.value().id;
    return {};
}

Result<void> release(Transaction& transaction, account::Accounts& accounts, Stored& batch)
{
    if (!batch.hold) return {};
    const auto freed = accounts.ledger().release(
        transaction, {.client = ledger::client_id({"batch.release", base::to_string(batch.id),
                                                   std::to_string(batch.holds)}),
                      .content = ledger::content_of({base::to_string(batch.hold)}),
                      .effective = accounts.business_date(transaction.now()),
                      .hold = batch.hold});
    // One that ran out of time is as free as one that is let go.
    if (!freed && freed.error().reason != "ledger.hold_over") return freed.error();
    batch.hold = {};
    return {};
}

}  // namespace internal

void Batches::Worker::pay_group(const Stored& batch)
{
    auto& ledger = parts_.accounts.ledger();
    const bool busy = parts_.book.statistics().waiting > others_waiting;
    std::vector<Payment> payments;
    int last = batch.at_line;
    bool more = false;
    std::string payer_name;
    parts_.book.read([&](Snapshot& snapshot) {
        const auto payer = parts_.accounts.account(snapshot, batch.payer);
        if (!payer) return;
        payer_name = parts_.people.name(snapshot, payer.value().holder);
        const int most = busy ? lines_while_busy : lines_a_group;
        std::vector<std::pair<Line, std::string>> lines;
        {
            auto row = snapshot.query(
                "select " + std::string{internal::line_columns} +
                    " from batch_line where id > ? and id < ? and state = ? order by id limit ?",
                internal::line_key(batch.serial, batch.at_line),
                internal::line_key(batch.serial + 1, 0), static_cast<int>(LineState::ready), most);
            while (row.next()) {
                const auto bytes = row.blob(8);
                lines.emplace_back(
                    internal::read_line(row, batch),
                    std::string{reinterpret_cast<const char*>(bytes.data()), bytes.size()});
            }
            more = static_cast<int>(lines.size()) == most;
        }
        for (auto& [line, sealed] : lines) {
            last = line.number;
            internal::unseal(snapshot, parts_.people, payer.value().holder, sealed, line.row);
            Payment payment{line.number, line.account, line.amount, std::move(line.row.name), {},
                            {}};
            if (!line.row.reference.empty()) {
                payment.details = parts_.people.seal(payer.value().holder, line.row.reference);
            }
            payment.decision = parts_.judge.screen({.from = batch.payer,
                                                    .to = payment.to,
                                                    .amount = payment.amount,
                                                    .payer_name = payer_name,
                                                    .payee_name = payment.name,
                                                    .channel = risk::Channel::batch});
            payments.push_back(std::move(payment));
        }
    });

    const auto pay_one = [&](Transaction& transaction, Stored& now, const Payment& payment,
                             base::Date today) -> std::string_view {
        const risk::Question question{.from = batch.payer,
                                      .to = payment.to,
                                      .amount = payment.amount,
                                      .payer_name = {},
                                      .payee_name = {},
                                      .channel = risk::Channel::batch};
        risk::Decision decision = payment.decision;
        parts_.judge.assess(question, transaction.now(), decision);
        const auto key = internal::line_key(now.serial, payment.number);
        const auto refuse = [&](std::string_view reason) {
            parts_.judge.record(transaction, question, decision, risk::Judge::Outcome::refused);
            transaction.execute("update batch_line set state = ?, faults = ? where id = ?",
                                static_cast<int>(LineState::refused), reason, key);
            return reason;
        };
        if (decision.verdict == risk::Verdict::block) return refuse(decision.reasons.front());
        const ledger::Leg legs[] = {
            {batch.payer, ledger::Side::debit, payment.amount, ledger::Counting::counted},
            {payment.to, ledger::Side::credit, payment.amount, ledger::Counting::counted}};
        const auto posted = ledger.post(transaction, {.client = client_of(batch, payment.number),
                                                      .content = static_cast<std::uint64_t>(key),
                                                      .kind = wages,
                                                      .effective = today,
                                                      .legs = legs,
                                                      .details = payment.details});
        if (!posted) {
            const auto refusal = internal::refusal_of(posted.error().reason);
            if (refusal.payer) {
                now.reason = refusal.reason;
                return "batch.stopped";
            }
            return refuse(refusal.reason);
        }
        const auto entry = posted.value().id;
        parts_.judge.record(transaction, question, decision, risk::Judge::Outcome::paid);
        transaction.execute("update batch_line set state = ?, entry = ?, paid_at = ? where id = ?",
                            static_cast<int>(LineState::paid), entry, transaction.now(), key);
        parts_.events.append(transaction, "payment.wages", base::to_string(entry),
                             {{"account", base::to_string(payment.to)},
                              {"other", base::to_string(batch.payer)},
                              {"amount", base::to_decimal(payment.amount)},
                              {"currency", std::string{payment.amount.currency.code}},
                              {"entry", base::to_string(entry)},
                              {"batch", base::to_string(batch.id)}});
        return {};
    };

    const auto written = parts_.book.write([&](Transaction& transaction) -> Result<void> {
        auto now = internal::find(transaction, batch.id);
        const bool stands = now && now->at_line == batch.at_line && now->holds == batch.holds &&
                            (now->state == State::approved || now->state == State::running);
        if (!stands) return {};
        // Read for all lines at once: on PostgreSQL each look would be a way to it and back.
        for (const Payment& payment : payments) {
            const AccountId parties[] = {batch.payer, payment.to};
            ledger.expect(parties);
        }
        TRY(internal::release(transaction, parts_.accounts, *now));
        const base::Date today = parts_.accounts.business_date(transaction.now());
        Outcome outcome{.paid = {}, .refused = {}, .last = now->at_line};
        bool stopped = false;
        for (const Payment& payment : payments) {
            const auto refused = pay_one(transaction, *now, payment, today);
            if (refused == "batch.stopped") {
                stopped = true;
                break;
            }
            outcome.last = payment.number;
            count(refused.empty() ? outcome.paid : outcome.refused, payment.amount.minor_units);
            if (!refused.empty() && now->on_bad_line == OnBadLine::stop) {
                now->reason = "batch.line_refused";
                stopped = true;
                break;
            }
        }
        move(now->ready, now->paid, outcome.paid);
        move(now->ready, now->refused, outcome.refused);
        now->at_line = outcome.last;
        now->state = stopped ? State::stopped : more ? State::running : State::done;
        if (now->state == State::running) {
            if (const auto held = internal::reserve(transaction, parts_.accounts, *now); !held) {
                now->state = State::stopped;
                now->reason = held.error().reason;
            }
        }
        if (now->state != State::running) now->ended_at = transaction.now();
        internal::update(transaction, *now);
        if (outcome.paid.lines > 0) {
            payment::count_payments(transaction, outcome.paid.lines,
                                    {outcome.paid.minor_units, now->unit});
        }
        audit::append(
            transaction,
            {.actor = {audit::ActorKind::staff, now->checker},
             .action = "batch.pay",
             .object = {"batch", now->id.value},
             .reason =
                 now->state == State::stopped ? std::string_view{now->reason} : std::string_view{},
             .details = {{"after_line", std::int64_t{batch.at_line}},
                         {"to_line", std::int64_t{outcome.last}},
                         {"paid", outcome.paid.lines},
                         {"refused", outcome.refused.lines},
                         {"amount", base::to_decimal({outcome.paid.minor_units, now->unit})}}});
        transaction.after_commit(
            [this, id = batch.id, ended = now->state != State::running] { tell(id, ended); });
        return {};
    });
    if (!written) throw platform::sql::Failure("a batch's lines could not be paid");
}

}  // namespace bank::batch
