// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/risk/judge.h>

#include <mutex>
#include <unordered_map>

namespace bank::risk {

/// How much each account paid lately, by rule: the running span of `seconds` and the one before.
class Judge::Velocity {
public:
    explicit Velocity(const Rules& rules);

    void assess(const Question& question, base::Instant now, Decision& decision) const;

    /// Counts a payment; `sign` -1 takes it back.
    void count(ledger::AccountId account, std::int64_t minor_units, base::Instant at, int sign);

private:
    struct Tally {
        std::int64_t count = 0;
        std::int64_t minor_units = 0;
    };
    using Tallies = std::unordered_map<ledger::AccountId, Tally>;
    struct Span {
        VelocityRule rule;
        std::int64_t number = 0;  // Of the running span, counted from 1970.
        Tallies running;
        Tallies before;
        Tallies leaving;  // Older; let go a few at a time.
    };

    static std::int64_t span_of(const VelocityRule& rule, base::Instant at);
    static void move_on(Span& span, std::int64_t number);

    mutable std::mutex mutex_;
    std::vector<Span> spans_;
};

}  // namespace bank::risk
