// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>

namespace bank::partner::internal {

/// Stops calls to a partner that fails: after five failures in a row for 5 s, then one call is let
/// through; each further failure doubles the time, to 60 s at most. Guarded by its owner.
class Breaker {
public:
    bool lets_through(base::Instant now) const { return failures_ < limit || now >= closed_until_; }

    /// A call is on its way: while the breaker is open, nobody else's.
    void begin(base::Instant now)
    {
        if (failures_ >= limit) closed_until_ = base::after_seconds(now, wait_s_);
    }

    void succeed()
    {
        failures_ = 0;
        wait_s_ = first_wait_s;
    }

    void fail(base::Instant now)
    {
        if (++failures_ < limit) return;
        if (failures_ > limit) wait_s_ = wait_s_ * 2 < most_wait_s ? wait_s_ * 2 : most_wait_s;
        closed_until_ = base::after_seconds(now, wait_s_);
    }

private:
    static constexpr int limit = 5;
    static constexpr int first_wait_s = 5;
    static constexpr int most_wait_s = 60;

    int failures_ = 0;
    int wait_s_ = first_wait_s;
    base::Instant closed_until_{};
};

}  // namespace bank::partner::internal
