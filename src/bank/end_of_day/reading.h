// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ids.h>
#include <base/clock.h>
#include <base/money.h>
#include <base/result.h>
#include <platform/sql/transaction.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bank::end_of_day {

enum class State : std::uint8_t { waiting, running, done, failed };
std::string_view to_string(State state);

/// What is done for a date that was closed, in this order.
enum class Step : std::uint8_t {
    own_accounts,        // How the bank's own accounts stood at the closing.
    holds,               // Those that have expired are let go.
    interest_accrual,    // What each account earned.
    interest_posting,    // Paid to the accounts, where it is due.
    interest_provision,  // Interest owed and not yet paid becomes an expense.
    fees,                // Charged, where they are due.
    trial_balance,
    general_ledger,
};
inline constexpr std::array all_steps{
    Step::own_accounts,       Step::holds, Step::interest_accrual, Step::interest_posting,
    Step::interest_provision, Step::fees,  Step::trial_balance,    Step::general_ledger};
std::string_view to_string(Step step);  // "interest-accrual"

struct StepProgress {
    Step step = Step::own_accounts;
    State state = State::waiting;
    std::int64_t done = 0;    // Of `total`: accounts, or other pieces.
    std::int64_t total = 0;   // Zero before it began.
    std::int64_t count = 0;   // Postings, holds, fees: what it did.
    std::int64_t amount = 0;  // What they came to, in minor units of the bank's currency.
    std::optional<base::Instant> started_at = {};
    std::optional<base::Instant> finished_at = {};
};

/// The end of one business date.
struct Run {
    base::Date day;
    base::Date next_day;    // The business date that opened.
    ledger::EntryId entry;  // The last entry of the day, whatever comes after.
    base::Instant closed_at;
    std::uint64_t closed_by = 0;  // A member of the staff; 0: the clock.
    State state = State::waiting;
    std::optional<base::Instant> started_at = {};
    std::optional<base::Instant> finished_at = {};
    int attempts = 0;
    base::Instant again_at = {};  // Of a failed one: when it is tried again.
    std::string reason = {};      // Why it failed, stable; empty otherwise.
    std::string detail = {};
    std::vector<StepProgress> steps = {};
};

/// Newest first, from before `before` (none: from the newest), at most `limit`; with their steps.
std::vector<Run> runs(platform::sql::Snapshot& snapshot, std::optional<base::Date> before,
                      int limit);
/// Errors: end_of_day.unknown (the date was not closed here).
base::Result<Run> run_of(platform::sql::Snapshot& snapshot, base::Date day);

/// What could not be done for an account; it is tried again when it is due the next time.
struct Exception {
    Step step;
    ledger::AccountId account;
    std::string reason;
    std::int64_t amount;  // Minor units.
};
std::vector<Exception> exceptions(platform::sql::Snapshot& snapshot, base::Date day, int limit);

enum class LineKind : std::uint8_t { own, product };

/// One of the bank's own accounts, or all customers' accounts of a product, as they stood when the
/// date was closed. Balances are debits less credits.
struct TrialLine {
    LineKind kind;
    std::string code;
    base::Currency unit;
    std::int64_t accounts;
    std::int64_t opening;
    std::int64_t debits;  // Of the day.
    std::int64_t credits;

    std::int64_t closing() const { return opening + debits - credits; }
};
/// By unit, own accounts before products, by code. Empty where the step is not done.
std::vector<TrialLine> trial_balance(platform::sql::Snapshot& snapshot, base::Date day);

/// A line of the chart with all that rolls to it.
struct LedgerLine {
    std::string line;
    base::Currency unit;
    std::int64_t opening;
    std::int64_t debits;
    std::int64_t credits;

    std::int64_t closing() const { return opening + debits - credits; }
};
/// By unit, then code of the line.
std::vector<LedgerLine> general_ledger(platform::sql::Snapshot& snapshot, base::Date day);

/// What is wrong with the dates that are kept: trial balances that do not balance or do not go on
/// from the day before; at most 20 sentences. Reads all.
std::vector<std::string> check(platform::sql::Snapshot& snapshot);

/// How many dates have been closed and done.
std::int64_t dates_done(platform::sql::Snapshot& snapshot);

}  // namespace bank::end_of_day
