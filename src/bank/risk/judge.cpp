// SPDX-License-Identifier: Apache-2.0
#include <bank/risk/judge.h>

#include <bank/risk/internal/velocity.h>
#include <platform/json/value.h>

#include <algorithm>

namespace bank::risk {

using platform::json::Array;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr platform::sql::Migration steps[] = {{"risk", 1, R"sql(
create table risk_decision(
  id integer primary key,
  at bigint not null,
  from_account bigint not null,
  to_account bigint not null,
  unit text not null,
  minor_units bigint not null,
  verdict smallint not null,
  version text not null,
  reasons text not null,
  hits text not null,
  paid smallint not null);
)sql"}};

// What `paid` says.
constexpr int not_paid = 0;
constexpr int paid_single = 1;
constexpr int paid_in_batch = 2;

struct DecisionTag;
using DecisionId = base::Id<DecisionTag>;

constexpr std::int64_t id_epoch_ms = 1'577'836'800'000;  // See base::Id.
constexpr int id_bits_below_ms = 22;

/// The least id that was given out at `at` or later.
DecisionId first_id_of(base::Instant at)
{
    const std::int64_t ms = std::max<std::int64_t>(0, at.micros / 1000 - id_epoch_ms);
    return DecisionId{static_cast<std::uint64_t>(ms) << id_bits_below_ms};
}

template <class Texts>
std::string text_of(const Texts& texts)
{
    if (texts.empty()) return {};
    Array array;
    for (const auto& text : texts) array.emplace_back(std::string{text});
    return platform::json::serialise(array);
}

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

std::string_view to_string(Verdict verdict)
{
    switch (verdict) {
        case Verdict::pass:
            return "pass";
        case Verdict::step_up:
            return "step_up";
        default:
            return "block";
    }
}

Judge::Judge(platform::sql::Book& book, Rules rules, const SanctionsList& list)
    : rules_(std::move(rules)), list_(list), velocity_(std::make_unique<Velocity>(rules_))
{
    std::int64_t seconds = 0;
    for (const VelocityRule& rule : rules_.velocity) seconds = std::max(seconds, rule.seconds);
    const base::Instant since = base::after_seconds(book.clock().now(), -2 * seconds);
    book.read([&](Snapshot& snapshot) {
        auto row = snapshot.query(
            "select from_account, minor_units, at from risk_decision"
            " where id >= ? and paid = ? order by id",
            first_id_of(since), paid_single);
        while (row.next()) {
            velocity_->count(row.id<ledger::AccountId>(0), row.integer(1), row.instant(2), 1);
        }
    });
}

Judge::~Judge() = default;

Decision Judge::screen(const Question& question) const
{
    Decision decision;
    decision.version = rules_.version + "/" + std::string{list_.version()};
    for (const std::string_view name : {question.payer_name, question.payee_name}) {
        if (name.empty()) continue;
        for (const Hit& hit : list_.screen({.name = name})) {
            if (hit.likeness == Likeness::unlikely) continue;
            decision.verdict = Verdict::block;
            decision.hits.emplace_back(hit.id);
            const bool sure = hit.likeness >= Likeness::likely;
            decision.reasons.push_back(sure ? "risk.sanctioned" : "risk.sanctions_review");
        }
    }
    std::sort(decision.reasons.begin(), decision.reasons.end());
    decision.reasons.erase(std::unique(decision.reasons.begin(), decision.reasons.end()),
                           decision.reasons.end());
    return decision;
}

void Judge::assess(const Question& question, base::Instant now, Decision& decision) const
{
    if (question.channel == Channel::single) velocity_->assess(question, now, decision);
}

void Judge::record(Transaction& transaction, const Question& question, const Decision& decision,
                   Outcome outcome)
{
    const bool paid = outcome == Outcome::paid;
    const bool counted = paid && question.channel == Channel::single;
    transaction.execute(
        "insert into risk_decision(id, at, from_account, to_account, unit, minor_units, verdict,"
        " version, reasons, hits, paid) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        transaction.new_id<DecisionId>(), transaction.now(), question.from, question.to,
        question.amount.currency.code, question.amount.minor_units,
        static_cast<int>(decision.verdict), decision.version, text_of(decision.reasons),
        text_of(decision.hits),
        counted ? paid_single
        : paid  ? paid_in_batch
                : not_paid);
    if (!counted) return;
    const auto from = question.from;
    const auto amount = question.amount.minor_units;
    const auto at = transaction.now();
    velocity_->count(from, amount, at, 1);
    transaction.on_rollback([this, from, amount, at] { velocity_->count(from, amount, at, -1); });
}

}  // namespace bank::risk
