// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/risk/judge.h>

#include <base/key_table.h>

#include <array>
#include <memory>
#include <mutex>
#include <vector>

namespace bank::risk {

/// How much each account paid lately, by rule: the running span of `seconds` and the one before.
/// No call stands still for the accounts of a whole span, of which there may be a million.
class Judge::Velocity {
public:
    explicit Velocity(const Rules& rules);

    void assess(const Question& question, base::Instant now, Decision& decision) const;

    /// See Judge::expect.
    void expect(ledger::AccountId account);

    /// Counts a payment; `sign` -1 takes it back.
    void count(ledger::AccountId account, std::int64_t minor_units, base::Instant at, int sign);

private:
    struct Tally {
        std::int64_t count = 0;
        std::int64_t minor_units = 0;
    };
    using Tallies = base::KeyTable<Tally>;
    struct Span {
        VelocityRule rule;
        std::int64_t number = 0;  // Of the running span, counted from 1970.
        std::unique_ptr<Tallies> running = std::make_unique<Tallies>();
        std::unique_ptr<Tallies> before = std::make_unique<Tallies>();
        std::vector<std::unique_ptr<Tallies>> leaving = {};  // Older; let go a shard at a time.
        std::size_t gone = 0;                                // Shards of the last of them.
    };

    static std::int64_t span_of(const VelocityRule& rule, base::Instant at);
    static void move_on(Span& span, std::int64_t number);

    mutable std::mutex mutex_;
    std::vector<Span> spans_;
    // Expected last, a ring: by when one is overwritten, its cells have come and say where the rows
    // lie.
    std::array<std::int64_t, 8> expected_{};
    std::size_t expected_count_ = 0;
};

}  // namespace bank::risk
