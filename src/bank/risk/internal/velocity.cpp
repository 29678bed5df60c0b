// SPDX-License-Identifier: Apache-2.0
#include <bank/risk/internal/velocity.h>

#include <algorithm>

namespace bank::risk {

Judge::Velocity::Velocity(const Rules& rules)
{
    base::ensure(rules.velocity.size() <= 8);
    for (const VelocityRule& rule : rules.velocity) {
        base::ensure(rule.seconds > 0 && rule.seconds <= 86'400);
        spans_.push_back({.rule = rule, .running = {}, .before = {}, .leaving = {}});
    }
}

std::int64_t Judge::Velocity::span_of(const VelocityRule& rule, base::Instant at)
{
    return at.micros / (rule.seconds * base::micros_per_second);
}

void Judge::Velocity::move_on(Span& span, std::int64_t number)
{
    if (number > span.number) {
        if (number == span.number + 1) {
            span.leaving.merge(span.before);
            span.before = std::exchange(span.running, {});
        } else {
            span.leaving.merge(span.before);
            span.leaving.merge(span.running);
            span.before.clear();
            span.running.clear();
        }
        span.number = number;
    }
    for (int i = 0; i < 4 && !span.leaving.empty(); ++i) span.leaving.erase(span.leaving.begin());
}

void Judge::Velocity::assess(const Question& question, base::Instant now, Decision& decision) const
{
    const std::lock_guard lock{mutex_};
    for (const Span& span : spans_) {
        const VelocityRule& rule = span.rule;
        const std::int64_t number = span_of(rule, now);
        const auto tally_in = [&](const Tallies& tallies) {
            const auto it = tallies.find(question.from);
            return it == tallies.end() ? Tally{} : it->second;
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

void Judge::Velocity::count(ledger::AccountId account, std::int64_t minor_units, base::Instant at,
                            int sign)
{
    const std::lock_guard lock{mutex_};
    for (Span& span : spans_) {
        const std::int64_t number = span_of(span.rule, at);
        move_on(span, std::max(number, span.number));
        if (number + 1 < span.number) continue;
        Tally& tally = (number == span.number ? span.running : span.before)[account];
        tally.count += sign;
        tally.minor_units += sign * minor_units;
    }
}

}  // namespace bank::risk
