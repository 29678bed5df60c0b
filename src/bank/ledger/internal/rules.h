// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/account.h>
#include <bank/ledger/history.h>

#include <base/result.h>

#include <span>

namespace bank::ledger::internal {

/// How one leg is to move its account.
struct Change {
    AccountId account;
    Side side;
    Counting counting;
    std::int64_t posted;   // Not negative.
    std::int64_t pending;  // Negative where a hold ends.
};

/// The counters and the turnover that a change leads to.
struct Outcome {
    Counters counters;
    Turnover turnover;
};

/// `today` is the day that counted movements are counted on; for the end of a hold, the day that
/// its reservation was counted on. Errors: ledger.overflow.
base::Result<Outcome> outcome_of(const Account& account, const Change& change, base::Date today);

/// Rules 11 to 13, each on its own as below: the account may be moved on this side.
inline constexpr int number_of_blocks = 3;
base::Result<void> check_open(int number, const Account& account, const Change& change);

/// Rules 16 to 22, each on its own, so that a caller can try one rule on all legs before the next.
inline constexpr int number_of_limits = 7;
base::Result<void> check_limit(int number, const Account& account, const Change& change,
                               const Outcome& outcome);

/// Rule 14 on one leg: how much of `amount` there is to move, perhaps nothing. See Clamp.
std::int64_t clamped(const Account& account, Side side, std::int64_t amount);

/// Debits equal credits in each unit, posted and pending apart. `units` in the order of `changes`.
/// Errors: ledger.unbalanced, ledger.overflow.
base::Result<void> check_balanced(std::span<const Change> changes,
                                  std::span<const base::Currency> units);

/// Errors: ledger.terms_invalid.
base::Result<void> check_terms(const Terms& terms);

}  // namespace bank::ledger::internal
