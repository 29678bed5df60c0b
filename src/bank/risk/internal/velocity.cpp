// SPDX-License-Identifier: Apache-2.0
#include <bank/risk/internal/velocity.h>

#include <algorithm>
#include <utility>

namespace bank::risk {

namespace {

std::int64_t key_of(ledger::AccountId account)
{
    return static_cast<std::int64_t>(account.value);
}

}  // namespace

Judge::Velocity::Velocity(const Rules& rules)
{
    base::ensure(rules.velocity.size() <= 8);
    for (const VelocityRule& rule : rules.velocity) {
        base::ensure(rule.seconds > 0 && rule.seconds <= 86'400);
        spans_.push_back({.rule = rule});
    }
}

std::int64_t Judge::Velocity::span_of(const VelocityRule& rule, base::Instant at)
{
    return at.micros / (rule.seconds * base::micros_per_second);
}

void Judge::Velocity::move_on(Span& span, std::int64_t number)
{
    if (number > span.number) {
        span.leaving.push_back(std::exchange(span.before, std::make_unique<Tallies>()));
        span.before.swap(span.running);
        if (number > span.number + 1) {
            span.leaving.push_back(std::exchange(span.before, std::make_unique<Tallies>()));
        }
        span.gone = 0;
        span.number = number;
    }
    if (span.leaving.empty()) return;
    span.leaving.back()->drop(span.gone);
    if (++span.gone == Tallies::shard_count) {
        span.leaving.pop_back();
        span.gone = 0;
    }
}

void Judge::Velocity::assess(const Question& question, base::Instant now, Decision& decision) const
{
    const std::lock_guard lock{mutex_};
    for (const Span& span : spans_) {
        const VelocityRule& rule = span.rule;
        const std::int64_t number = span_of(rule, now);
        const auto tally_in = [&](const std::unique_ptr<Tallies>& tallies) {
            const Tally* tally = std::as_const(*tallies).find(key_of(question.from));
            return tally == nullptr ? Tally{} : *tally;
        };
        Tally running;
        Tally before;
        if (number == span.number) {
            running = tally_in(span.running);
            before = tally_in(span.before);
        } else if (number == span.number + 1) {
            before = tally_in(span.running);
        }
        // The share of the span before that the sliding window still covers, in thousandths.
        const std::int64_t length = rule.seconds * base::micros_per_second;
        const std::int64_t share = 1000 - now.micros % length * 1000 / length;
        const std::int64_t count = running.count + 1 + before.count * share / 1000;
        const std::int64_t sum =
            running.minor_units + before.minor_units / 1000 * share + question.amount.minor_units;
        if (count <= rule.count && sum <= rule.minor_units) continue;
        if (rule.verdict > decision.verdict) {
            decision.verdict = rule.verdict;
            decision.reasons.insert(decision.reasons.begin(), rule.reason);
        } else {
            decision.reasons.push_back(rule.reason);
        }
    }
}

void Judge::Velocity::expect(ledger::AccountId account)
{
    const std::lock_guard lock{mutex_};
    const std::int64_t key = key_of(account);
    const std::int64_t earlier =
        std::exchange(expected_[expected_count_++ % expected_.size()], key);
    for (const Span& span : spans_) {
        for (Tallies* tallies : {span.running.get(), span.before.get()}) {
            tallies->fetch_cell(key);
            tallies->fetch_row(earlier);
        }
    }
}

void Judge::Velocity::count(ledger::AccountId account, std::int64_t minor_units, base::Instant at,
                            int sign)
{
    const std::lock_guard lock{mutex_};
    for (Span& span : spans_) {
        const std::int64_t number = span_of(span.rule, at);
        move_on(span, std::max(number, span.number));
        if (number + 1 < span.number) continue;
        Tally& tally =
            *(number == span.number ? span.running : span.before)->get(key_of(account)).first;
        tally.count += sign;
        tally.minor_units += sign * minor_units;
    }
}

}  // namespace bank::risk
