// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/internal/steps.h>

#include <algorithm>

namespace bank::end_of_day::internal {

std::int64_t Work::cursor(Step step) const
{
    return parts.book.read(
        [&](Snapshot& snapshot) { return Store::cursor(snapshot, run.day, step); });
}

base::Result<void> Work::begin(Step step, std::int64_t total) const
{
    return parts.book.write([&](Transaction& transaction) -> base::Result<void> {
        Store::begin_step(transaction, run.day, step, total);
        return {};
    });
}

base::Result<void> Work::pass(Step step) const
{
    return parts.book.write([&](Transaction& transaction) -> base::Result<void> {
        Store::begin_step(transaction, run.day, step, 0);
        Store::finish_step(transaction, run.day, step);
        return {};
    });
}

base::Result<void> Work::finish(Step step) const
{
    return parts.book.write([&](Transaction& transaction) -> base::Result<void> {
        Store::finish_step(transaction, run.day, step);
        const auto all = run_of(transaction, run.day).value().steps;
        const auto& progress = *std::ranges::find(all, step, &StepProgress::step);
        audit::append(transaction,
                      {.actor = {},
                       .action = "end-of-day.step",
                       .object = {"business-day", static_cast<std::uint64_t>(run.day.days)},
                       .reason = {},
                       .details = {{"day", base::to_string(run.day)},
                                   {"step", to_string(step)},
                                   {"done", progress.done},
                                   {"count", progress.count},
                                   {"amount", progress.amount}}});
        return {};
    });
}

ledger::Counters Work::at_closing(Snapshot& snapshot, ledger::AccountId id) const
{
    const auto account = ledger().account(snapshot, id);
    if (!account) throw platform::sql::Failure("account " + base::to_string(id) + " is missing");
    ledger::Counters counters = account.value().counters;
    // Back along the account's chain over what came after the closing.
    for (ledger::EntryId entry = account.value().last; run.entry < entry;) {
        const auto row = ledger().entry(snapshot, entry);
        if (!row) throw platform::sql::Failure("entry " + base::to_string(entry) + " is missing");
        const auto leg = std::ranges::find(row.value().legs, id, &ledger::JournalLeg::account);
        base::ensure(leg != row.value().legs.end());
        counters = leg->counters;
        const bool debit = leg->side == ledger::Side::debit;
        (debit ? counters.debits_posted : counters.credits_posted) -= leg->posted;
        (debit ? counters.debits_pending : counters.credits_pending) -= leg->pending;
        entry = leg->previous;
    }
    return counters;
}

}  // namespace bank::end_of_day::internal
