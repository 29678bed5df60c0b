// SPDX-License-Identifier: Apache-2.0
#include <bank/standing/orders.h>

#include <bank/account/number.h>
#include <bank/customer/mask.h>
#include <bank/payment/proving.h>
#include <bank/payment/refusals.h>
#include <bank/standing/internal/rows.h>
#include <platform/json/value.h>

#include <algorithm>
#include <array>

namespace bank::standing {

using base::invalid;
using base::rejected;
using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::int64_t hold_seconds = 3650LL * 86'400;  // Ended by the order, never by time.
constexpr int most_times = 1200;

std::string date_or_none(const std::optional<base::Date>& date)
{
    return date ? base::to_string(*date) : std::string{"none"};
}

/// All that a proof must not let change.
std::string subject_of(const Order& order, const std::string& payee, OrderId changes, bool moves)
{
    const Terms& terms = order.terms;
    return platform::json::canonical(
        Object{{"operation", changes ? "payment.order-change" : "payment.order"},
               {"order", changes ? base::to_string(changes) : std::string{}},
               {"from", base::to_string(order.from)},
               {"bank", order.to.bank},
               {"payee", payee},
               {"amount", base::to_decimal(order.amount)},
               {"currency", std::string{order.amount.currency.code}},
               {"rhythm", to_string(terms.rhythm)},
               {"first", base::to_string(terms.first)},
               {"moves", moves},
               {"day", terms.day},
               {"holiday", to_string(terms.holiday)},
               {"until", date_or_none(terms.until)},
               {"times", terms.times.value_or(0)}});
}

clearing::Order outside(const Order& order)
{
    return {.from = order.from,
            .to = {order.to.bank, order.to.number, order.to.name},
            .amount = order.amount,
            .purpose = order.purpose};
}

payment::Order inside(const Order& order)
{
    return {order.from, order.to.here, order.to.name, order.amount, order.purpose};
}

Object event_of(const View& view)
{
    Object data{{"order", base::to_string(view.id)},
                {"account", base::to_string(view.account)},
                {"amount", base::to_decimal(view.amount)},
                {"currency", std::string{view.amount.currency.code}}};
    if (!view.last_reason.empty()) data.set("reason", view.last_reason);
    return data;
}

void note(Transaction& transaction, audit::Actor actor, std::string_view action,
          std::string_view reason, const View& view)
{
    audit::append(transaction,
                  {.actor = actor,
                   .action = action,
                   .object = {"payment-order", view.id.value},
                   .reason = reason,
                   .details = {{"account", base::to_string(view.account)},
                               {"amount", base::to_decimal(view.amount)},
                               {"rhythm", std::string{to_string(view.terms.rhythm)}}}});
}

base::Error over()
{
    return base::conflict("standing.over", "the order has ended or was cancelled");
}

}  // namespace

std::string_view to_string(State state)
{
    constexpr std::array<std::string_view, 4> names{"active", "paused", "ended", "cancelled"};
    return names[static_cast<std::size_t>(state)];
}

Result<void> Orders::check_terms(const Order& order, base::Instant now) const
{
    const Terms& terms = order.terms;
    if (terms.rhythm == Rhythm::delayed) return {};
    const base::Date today = parts_.calendar.local_date(now);
    if (terms.first <= today)
        return invalid("standing.first_date_past", "the first date is tomorrow or later");
    if (terms.first.days > today.days + parts_.rules.furthest_days)
        return invalid("standing.first_date_too_far", "the first date is too far ahead");
    if (terms.day < 1 || terms.day > 31)
        return invalid("standing.day_impossible", "a day of the month is 1 to 31");
    if (terms.until && *terms.until < first_of(terms))
        return invalid("standing.until_before_first", "the last date lies before the first");
    if (terms.times && (*terms.times < 1 || *terms.times > most_times))
        return invalid("standing.times_impossible", "from once to 1200 times");
    return {};
}

/// A large payment to another bank is told of some days before it goes; of one that was told of,
/// only what makes it larger or earlier is told anew.
Result<void> Orders::check_notice(const Order& order, base::Date next, const Next& before,
                                  base::Instant now) const
{
    const Rules& rules = parts_.rules;
    const std::int64_t amount = order.amount.minor_units;
    if (order.to.bank.empty() || !rules.notice_from || amount < *rules.notice_from) return {};
    const base::Instant goes = moment(order.terms, next, now);
    const bool as_told = amount <= before.minor_units && goes >= before.goes;
    const base::Date enough{parts_.calendar.local_date(now).days + rules.notice_days};
    if (as_told || parts_.calendar.local_date(goes) >= enough) return {};
    return rejected(
        "standing.notice_too_short",
        "a payment this large needs " + std::to_string(rules.notice_days) + " days of notice");
}

Result<Plan> Orders::plan(Snapshot& snapshot, CustomerId payer, const Order& order, OrderId changes)
{
    Plan plan{.payer = payer, .order = order, .changes = changes};
    bool& moves = plan.moves;
    Next told;
    std::optional<base::Date> next;
    if (changes) {
        const View old = TRY(view(snapshot, changes, payer));
        if (old.state >= State::ended || old.terms.rhythm == Rhythm::delayed) return over();
        const Order before = order_of(snapshot, old);
        plan.order.from = before.from;
        plan.order.to = before.to;
        plan.order.purpose = before.purpose;
        plan.order.terms.rhythm = before.terms.rhythm;
        next = old.next_date;
        // What was small needed no notice.
        const std::int64_t amount = before.amount.minor_units;
        const bool large = parts_.rules.notice_from && amount >= *parts_.rules.notice_from;
        if (old.next_at) told = {large ? amount : 0, *old.next_at};
        moves = order.terms.first.days != 0 && order.terms.first != old.next_date;
        plan.order.terms.first = moves ? order.terms.first : before.terms.first;
        plan.order.terms.day =
            moves ? std::max(1, base::civil(order.terms.first).day) : before.terms.day;
    }
    Terms& terms = plan.order.terms;
    const base::Instant now = parts_.accounts.ledger().clock().now();
    if (terms.rhythm == Rhythm::delayed) {
        terms = {.rhythm = Rhythm::delayed, .first = parts_.calendar.local_date(now)};
    } else if (!changes || moves) {
        if (terms.rhythm <= Rhythm::weekly) terms.day = std::max(1, base::civil(terms.first).day);
        TRY(check_terms(plan.order, now));
    }
    if (!changes || moves) next = first_of(terms);
    if (next) TRY(check_notice(plan.order, *next, told, now));
    // The money is looked at when it goes; of a delayed payment it is held at once.
    std::string payee;
    if (plan.order.to.bank.empty()) {
        const auto inner = TRY(parts_.transfers.plan(snapshot, payer, inside(plan.order),
                                                     payment::Transfers::Money::later));
        plan.proof_needed = inner.proof_needed;
        plan.masked_number = inner.payee.masked_number;
        plan.masked_name = inner.payee.masked_name;
        payee = base::to_string(inner.payee.account);
    } else {
        auto going = outside(plan.order);
        going.noticed = true;
        const auto outer =
            TRY(parts_.outgoing.plan(snapshot, payer, going, clearing::Outgoing::Money::later));
        plan.proof_needed = outer.proof_needed;
        plan.masked_number = account::masked_number(outer.order.to.number);
        plan.masked_name = customer::masked_name(outer.order.to.name);
        payee = std::to_string(outer.beneficiary);
    }
    plan.subject = subject_of(plan.order, payee, changes, moves);
    plan.sealed = parts_.people.seal(
        payer, platform::json::serialise(Object{{"account", plan.order.to.here.account_number},
                                                {"phone", plan.order.to.here.phone},
                                                {"number", plan.order.to.number},
                                                {"name", plan.order.to.name},
                                                {"purpose", plan.order.purpose}}));
    return plan;
}

Result<void> Orders::prove(Transaction& transaction, const Plan& plan, std::uint64_t proof)
{
    return payment::prove(transaction, parts_.proofs, {plan.payer, plan.proof_needed, plan.subject},
                          proof);
}

base::Instant Orders::moment(const Terms& terms, base::Date date, base::Instant asked) const
{
    if (terms.rhythm == Rhythm::delayed)
        return base::after_seconds(asked, std::int64_t{parts_.rules.delayed_hours} * 3600);
    return parts_.calendar.at(moved(date, terms.holiday, parts_.calendar),
                              parts_.rules.minute_of_day);
}

bool Orders::known(Snapshot& snapshot, CustomerId payer, std::string_view key)
{
    return snapshot
        .query("select standing from standing_key where key = ?",
               base::to_string(payer) + " " + std::string{key})
        .next();
}

Result<OrderId> Orders::create(Transaction& transaction, const Plan& plan, std::string_view key,
                               std::uint64_t proof)
{
    if (key.empty()) return invalid("payment.key_missing", "an order needs an Idempotency-Key");
    const std::string scoped = base::to_string(plan.payer) + " " + std::string{key};
    const auto content =
        static_cast<std::int64_t>(ledger::content_of({plan.subject, plan.order.purpose}));
    {
        auto row =
            transaction.query("select standing, content from standing_key where key = ?", scoped);
        if (row.next()) {
            if (row.integer(1) != content) {
                return base::conflict("ledger.client_id_reused",
                                      "the same key was used for another order");
            }
            return row.id<OrderId>(0);
        }
    }
    TRY(prove(transaction, plan, proof));
    const Terms& terms = plan.order.terms;
    const base::Instant now = transaction.now();
    const base::Date first = first_of(terms);
    const View made{.id = transaction.new_id<OrderId>(),
                    .payer = plan.payer,
                    .account = plan.order.from,
                    .bank = plan.order.to.bank,
                    .masked_number = plan.masked_number,
                    .masked_name = plan.masked_name,
                    .amount = plan.order.amount,
                    .terms = terms,
                    .next_date = first,
                    .next_at = moment(terms, first, now),
                    .created_at = now,
                    .last_reason = {}};
    std::optional<EntryId> hold;
    if (terms.rhythm == Rhythm::delayed) {
        auto& ledger = parts_.accounts.ledger();
        const auto waiting =
            TRY(ledger.own_account(transaction, "held/delayed", plan.order.amount.currency));
        const ledger::Leg legs[] = {{made.account, ledger::Side::debit, made.amount},
                                    {waiting, ledger::Side::credit, made.amount}};
        const auto held = ledger.reserve(
            transaction,
            {.client = ledger::client_id({"standing.hold", base::to_string(made.id)}),
             .kind = "delayed",
             .effective = parts_.accounts.business_date(now),
             .legs = legs},
            base::after_seconds(now, hold_seconds));
        if (!held) return payment::in_words_of_payments(held.error());
        hold = held.value().id;
    }
    internal::insert(transaction, made, plan.sealed, hold);
    transaction.execute("insert into standing_key(key, standing, content) values (?, ?, ?)", scoped,
                        made.id, content);
    note(transaction, {audit::ActorKind::customer, plan.payer.value}, "payment-order.create", {},
         made);
    parts_.events.append(transaction, "standing.created", base::to_string(made.id), event_of(made));
    return made.id;
}

Result<void> Orders::change(Transaction& transaction, const Plan& plan, std::uint64_t proof)
{
    View order = TRY(internal::find(transaction, plan.changes));
    if (order.payer != plan.payer)
        return base::not_found("standing.unknown", "there is no such order");
    if (order.state >= State::ended) return over();
    TRY(prove(transaction, plan, proof));
    order.amount = plan.order.amount;
    order.terms.holiday = plan.order.terms.holiday;
    order.terms.until = plan.order.terms.until;
    order.terms.times = plan.order.terms.times;
    if (plan.moves) {
        order.terms.first = plan.order.terms.first;
        order.terms.day = plan.order.terms.day;
        order.next_date = first_of(order.terms);
        order.attempt = 1;
    }
    const bool beyond = (order.terms.until && order.next_date > order.terms.until) ||
                        (order.terms.times && order.done >= *order.terms.times);
    if (beyond) {
        order.state = State::ended;
        order.next_date.reset();
        order.next_at.reset();
    } else if (order.attempt == 1 && order.next_date) {
        order.next_at = moment(order.terms, *order.next_date, order.created_at);
    }
    internal::update(transaction, order);
    note(transaction, {audit::ActorKind::customer, plan.payer.value}, "payment-order.change", {},
         order);
    return {};
}

Result<void> Orders::set_state(Transaction& transaction, CustomerId payer, OrderId id, State state)
{
    View order = TRY(internal::find(transaction, id));
    if (order.payer != payer) return base::not_found("standing.unknown", "there is no such order");
    if (order.state == state) return {};
    if (order.state >= State::ended || state == State::ended) return over();
    if (order.terms.rhythm == Rhythm::delayed && state == State::paused)
        return rejected("standing.not_pausable", "it can be revoked, not paused");
    if (state == State::cancelled) {
        if (const auto hold = internal::kept(transaction, id).hold) {
            TRY(parts_.accounts.ledger().release(
                transaction, {.client = ledger::client_id({"standing.free", base::to_string(id)}),
                              .effective = parts_.accounts.business_date(transaction.now()),
                              .hold = *hold}));
        }
        order.next_at.reset();
    }
    order.state = state;
    internal::update(transaction, order);
    note(transaction, {audit::ActorKind::customer, payer.value},
         "payment-order." + std::string{to_string(state)}, {}, order);
    if (state == State::cancelled)
        parts_.events.append(transaction, "standing.cancelled", base::to_string(id),
                             event_of(order));
    return {};
}

Result<View> Orders::view(Snapshot& snapshot, OrderId id, CustomerId viewer)
{
    auto found = TRY(internal::find(snapshot, id));
    if (viewer && found.payer != viewer)
        return base::not_found("standing.unknown", "there is no such order");
    return found;
}

std::vector<View> Orders::of_payer(Snapshot& snapshot, CustomerId payer, int limit)
{
    const platform::sql::Parameter parameters[] = {payer, limit};
    return internal::select_orders(snapshot, "payer = ? order by id desc limit ?", parameters);
}

std::vector<Run> Orders::runs(Snapshot& snapshot, OrderId id, int limit)
{
    auto row = snapshot.query(
        "select run_date, attempt, at, paid, skipped, reason, payment from standing_run"
        " where standing = ? order by run_date desc, attempt desc limit ?",
        id, limit);
    std::vector<Run> runs;
    while (row.next()) {
        runs.push_back({row.date(0), static_cast<int>(row.integer(1)), row.instant(2),
                        row.boolean(3), row.boolean(4), row.string(5), row.string(6)});
    }
    return runs;
}

Order Orders::order_of(Snapshot& snapshot, const View& view)
{
    Order order{.from = view.account,
                .to = {view.bank, {}, {}, {}},
                .amount = view.amount,
                .terms = view.terms};
    const auto parsed = platform::json::parse(
        parts_.people.unseal(snapshot, view.payer, internal::kept(snapshot, view.id).sealed));
    if (!parsed) return order;  // The payer was erased: the payment is refused.
    const auto text = [&](std::string_view name) {
        return std::string{parsed.value()[name].text_or()};
    };
    order.to.here = {text("account"), text("phone")};
    order.to.number = text("number");
    order.to.name = text("name");
    order.purpose = text("purpose");
    return order;
}

}  // namespace bank::standing
