// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/end_of_day/end_of_day.h>
#include <bank/end_of_day/internal/pace.h>
#include <bank/end_of_day/internal/pages.h>
#include <bank/end_of_day/internal/store.h>

#include <span>

namespace bank::end_of_day::internal {

/// What a step works with. Its functions run on the working thread.
struct Work {
    EndOfDay::Environment& parts;
    const Run& run;
    const std::atomic<bool>& stopping;

    ledger::Ledger& ledger() const { return parts.accounts.ledger(); }
    std::int64_t cursor(Step step) const;
    /// Marks the step as begun; `total` is what its progress is shown against.
    base::Result<void> begin(Step step, std::int64_t total) const;
    /// For a step that has nothing to do today: both at once.
    base::Result<void> pass(Step step) const;
    /// Marks it as done, with a record in the audit trail.
    base::Result<void> finish(Step step) const;
    /// How accounts stood when the date was closed, in the order of `accounts`. Asks the ledger's
    /// memory in a unit of work, many at once; what moved since is read entry by entry.
    base::Result<std::vector<ledger::Account>> at_closing(
        std::span<const ledger::AccountId> accounts) const;
};

/// Each begins or goes on where it stopped, and finishes its step. Errors: end_of_day.stopped,
/// those of the book and the ledger.
base::Result<void> take_own_accounts(const Work& work);
base::Result<void> expire_holds(const Work& work);
base::Result<void> accrue_interest(const Work& work);
base::Result<void> post_interest(const Work& work);
base::Result<void> provide_for_interest(const Work& work);
base::Result<void> charge_fees(const Work& work);
base::Result<void> strike_trial_balance(const Work& work);  // end_of_day.does_not_balance
base::Result<void> roll_up(const Work& work);

/// Goes over all accounts page by page from the step's cursor: `plan` (const Page&) → Result<Plan>
/// computes on this thread what a page comes to, `apply` (Transaction&, const Plan&) →
/// Result<void> has the effect in the unit of work that moves the cursor.
template <class MakePlan, class Apply>
base::Result<void> each_page(const Work& work, Step step, MakePlan plan, Apply apply)
{
    auto total = work.parts.book.read(
        [&](Snapshot& snapshot) { return work.parts.accounts.count(snapshot); });
    TRY(work.begin(step, total));
    std::int64_t cursor = work.cursor(step);
    Pace pace{work.parts.book, work.stopping};
    for (;;) {
        const Page page = work.parts.book.read([&](Snapshot& snapshot) {
            return next_page(snapshot, work.parts.accounts,
                             ledger::AccountId{static_cast<std::uint64_t>(cursor)});
        });
        if (page.rows.empty()) break;
        auto planned = plan(page);
        if (!planned) return planned.error();
        using Plan = std::remove_cvref_t<decltype(planned.value())>;
        const auto made = std::make_shared<const Plan>(std::move(planned).value());
        const auto to = static_cast<std::int64_t>(page.last().value);
        const auto accounts = static_cast<std::int64_t>(page.rows.size());
        const auto piece = [&work, step, cursor, to, accounts, made,
                            apply](Transaction& transaction) -> base::Result<void> {
            TRY(Store::advance(transaction, work.run.day, step, cursor, to, accounts));
            return apply(transaction, *made);
        };
        TRY(pace.submit(piece));
        cursor = to;
    }
    TRY(pace.drain());
    return work.finish(step);
}

}  // namespace bank::end_of_day::internal
