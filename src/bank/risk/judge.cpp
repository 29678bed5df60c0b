// SPDX-License-Identifier: Apache-2.0
#include <bank/risk/judge.h>

#include <bank/risk/internal/velocity.h>
#include <platform/json/value.h>
#include <platform/sql/packed_rows.h>

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
)sql"},
                                              // The decisions of one commit, oldest first.
                                              {"risk", 2, R"sql(
create table risk_page(
  id bigint primary key,
  at bigint not null,
  decisions text not null);
insert into risk_page(id, at, decisions)
  select id, at, from_account || '	' || to_account || '	' || unit || '	' || minor_units || '	'
    || verdict || '	' || paid || '	' || version || '	' || reasons || '	' || hits || '
' from risk_decision;
drop table risk_decision;
)sql"}};

// What `paid` says.
constexpr int not_paid = 0;
constexpr int paid_single = 1;
constexpr int paid_in_batch = 2;

struct PageTag;
using PageId = base::Id<PageTag>;

constexpr std::int64_t id_epoch_ms = 1'577'836'800'000;  // See base::Id.
constexpr int id_bits_below_ms = 22;

Kept decision_in(platform::sql::PackedReader& row, base::Instant at)
{
    Kept kept{.at = at};
    kept.from = {static_cast<std::uint64_t>(row.integer())};
    kept.to = {static_cast<std::uint64_t>(row.integer())};
    kept.unit = row.text();
    kept.minor_units = row.integer();
    kept.verdict = static_cast<Verdict>(row.integer());
    const auto paid = row.integer();
    kept.outcome = paid == not_paid ? Judge::Outcome::refused : Judge::Outcome::paid;
    kept.channel = paid == paid_in_batch ? Channel::batch : Channel::single;
    kept.version = row.text();
    kept.reasons = row.text();
    kept.hits = row.text();
    return kept;
}

/// The least id that was given out at `at` or later.
PageId first_id_of(base::Instant at)
{
    const std::int64_t ms = std::max<std::int64_t>(0, at.micros / 1000 - id_epoch_ms);
    return PageId{static_cast<std::uint64_t>(ms) << id_bits_below_ms};
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

/// The decisions of the group at work, which become one row.
class Judge::OpenPage final : public platform::sql::Gathering {
public:
    void add(Transaction& transaction, const Question& question, const Decision& decision, int paid)
    {
        transaction.gather(*this);
        rows_.field(static_cast<std::int64_t>(question.from.value))
            .field(static_cast<std::int64_t>(question.to.value))
            .field(question.amount.currency.code)
            .field(question.amount.minor_units)
            .field(static_cast<std::int64_t>(decision.verdict))
            .field(std::int64_t{paid})
            .field(decision.version)
            .field(text_of(decision.reasons))
            .field(text_of(decision.hits))
            .end_row();
    }

    void write(Transaction& transaction) override
    {
        if (rows_.count() == 0) return;
        transaction.execute("insert into risk_page(id, at, decisions) values (?, ?, ?)",
                            transaction.new_id<PageId>(), transaction.now(), rows_.text());
        forget();
    }

    void forget() noexcept override { rows_.clear(); }

private:
    platform::sql::PackedRows rows_;
};

Judge::Judge(platform::sql::Book& book, Rules rules, const SanctionsList& list)
    : rules_(std::move(rules)),
      list_(list),
      velocity_(std::make_unique<Velocity>(rules_)),
      page_(std::make_unique<OpenPage>())
{
    std::int64_t seconds = 0;
    for (const VelocityRule& rule : rules_.velocity) seconds = std::max(seconds, rule.seconds);
    const base::Instant since = base::after_seconds(book.clock().now(), -2 * seconds);
    book.read([&](Snapshot& snapshot) {
        each_kept(snapshot, since, [&](const Kept& kept) {
            if (kept.outcome != Outcome::paid || kept.channel != Channel::single) return;
            velocity_->count(kept.from, kept.minor_units, kept.at, 1);
        });
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

void Judge::expect(ledger::AccountId from) const
{
    velocity_->expect(from);
}

void Judge::record(Transaction& transaction, const Question& question, const Decision& decision,
                   Outcome outcome)
{
    const bool paid = outcome == Outcome::paid;
    const bool counted = paid && question.channel == Channel::single;
    page_->add(transaction, question, decision,
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

void each_kept(Snapshot& snapshot, base::Instant since,
               const std::function<void(const Kept&)>& take)
{
    auto page = snapshot.query("select at, decisions from risk_page where id >= ? order by id",
                               first_id_of(since));
    while (page.next()) {
        platform::sql::PackedReader row{page.text(1)};
        while (row.next()) take(decision_in(row, page.instant(0)));
    }
}

}  // namespace bank::risk
