// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/end_of_day/reading.h>
#include <bank/end_of_day/terms.h>

#include <bank/account/accounts.h>
#include <bank/audit/trail.h>
#include <bank/business_day/business_day.h>
#include <bank/ledger/ledger.h>
#include <bank/outbox/outbox.h>
#include <platform/sql/book.h>

#include <functional>
#include <memory>
#include <span>

namespace bank::end_of_day {

/// The tables of this module; see README.md.
std::span<const platform::sql::Migration> migrations();

/// The end of day of one institution.
///
/// A business date is closed in one unit of work: the next date opens and the last entry of the old
/// one is written down, so payments go on without a pause. What is to be done for the closed date
/// is then done step by step, as of that entry, in small units of work that give way to others.
/// Each of them moves the step's cursor and has its effect in one commit: whatever ends the
/// program, the next start goes on where the last commit was, and nothing is done twice.
///
/// Dates are worked on one after another. What the end of day books (interest, provision, fees) has
/// the date that is open then: as a rule the one after the date that was closed.
class EndOfDay {
public:
    struct Environment {
        platform::sql::Book& book;
        business_day::BusinessDay& day;
        account::Accounts& accounts;
        outbox::Outbox& outbox;
        Terms terms;
        // Told of a run that failed, for the log; on the working thread.
        std::function<void(const Run&)> on_failure = {};
        // Accounts that are neither the institution's own nor of a product (pieces of a voucher),
        // each under the code of the line that it counts to.
        std::function<std::vector<ledger::Ledger::OwnAccount>(platform::sql::Snapshot&)> others =
            {};
    };

    explicit EndOfDay(Environment environment);
    ~EndOfDay();  // stop().

    /// Closes `day`, which must be the open date, and leaves its work to `work` or the thread.
    /// Errors: business_day.not_open, end_of_day.too_early (the date after it would lie further
    /// than `most_ahead` days after the clock's).
    base::Result<Run> close(base::Date day, audit::Actor by, std::string_view reason,
                            int most_ahead = 1);

    /// Does what is waiting, on this thread, oldest date first, until nothing is left or one fails.
    /// Not while the thread runs. Returns the run that failed, as an error with its reason:
    /// end_of_day.* or that of whoever refused.
    base::Result<void> work();

    /// Has a failed run tried at once. Errors: end_of_day.unknown, end_of_day.not_failed.
    base::Result<void> retry(base::Date day, audit::Actor by);

    /// A thread of its own that closes each date when it ends by the clock and does the work. A run
    /// that failed is tried again with growing waits.
    void start();
    void stop();
    /// Looks for work now.
    void wake();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace bank::end_of_day
