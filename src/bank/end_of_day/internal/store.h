// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/end_of_day/reading.h>
#include <bank/interest/accrual.h>

#include <string_view>

namespace bank::end_of_day::internal {

using platform::sql::Snapshot;
using platform::sql::Transaction;

/// The rows of runs and their steps.
struct Store {
    static std::optional<Run> oldest_unfinished(Snapshot& snapshot);
    static void begin_run(Transaction& transaction, base::Date day);
    static void fail_run(Transaction& transaction, base::Date day, const base::Error& why,
                         base::Instant again_at);
    static void finish_run(Transaction& transaction, base::Date day);

    static std::int64_t cursor(Snapshot& snapshot, base::Date day, Step step);
    static void begin_step(Transaction& transaction, base::Date day, Step step, std::int64_t total);
    /// Moves a step's cursor `from` → `to` and counts. Errors: end_of_day.moved_on (the cursor is
    /// elsewhere: this piece was done before).
    static base::Result<void> advance(Transaction& transaction, base::Date day, Step step,
                                      std::int64_t from, std::int64_t to, std::int64_t done);
    /// Counts what a step did.
    static void tally(Transaction& transaction, base::Date day, Step step, std::int64_t count,
                      std::int64_t amount);
    static void finish_step(Transaction& transaction, base::Date day, Step step);

    static void note(Transaction& transaction, base::Date day, const Exception& exception);

    /// Adds to a line of the trial balance: `debits` and `credits` since the beginning of time.
    static void add_trial(Transaction& transaction, base::Date day, LineKind kind,
                          std::string_view code, base::Currency unit, std::int64_t accounts,
                          std::int64_t debits, std::int64_t credits);

    /// What is owed to the accounts of a product in all, exact.
    struct Owed {
        std::string product;
        base::Currency unit;
        interest::Accrued accrued;
    };
    static interest::Accrued owed(Snapshot& snapshot, std::string_view product,
                                  base::Currency unit);
    static void set_owed(Transaction& transaction, std::string_view product, base::Currency unit,
                         interest::Accrued accrued);
    static std::vector<Owed> all_owed(Snapshot& snapshot);
};

}  // namespace bank::end_of_day::internal
