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

base::Result<std::vector<ledger::Account>> Work::at_closing(
    std::span<const ledger::AccountId> ids) const
{
    using Accounts = std::vector<ledger::Account>;
    const auto look = [&](Transaction& transaction) -> base::Result<Accounts> {
        ledger().expect(ids);
        Accounts standing;
        for (const ledger::AccountId id : ids)
            standing.push_back(TRY(ledger().account(transaction, id)));
        return standing;
    };
    Accounts accounts = TRY(parts.book.write(look));
    // Whenever that was, the closing was before: back along an account's chain over what came
    // after it.
    const auto moved = [this](const ledger::Account& one) { return run.entry < one.last; };
    if (std::ranges::none_of(accounts, moved)) return accounts;
    parts.book.read([&](Snapshot& snapshot) {
        for (ledger::Account& account : accounts) {
            while (moved(account)) {
                const auto row = ledger().entry(snapshot, account.last);
                if (!row) {
                    throw platform::sql::Failure("entry " + base::to_string(account.last) +
                                                 " is missing");
                }
                const auto leg =
                    std::ranges::find(row.value().legs, account.id, &ledger::JournalLeg::account);
                base::ensure(leg != row.value().legs.end());
                auto& counters = account.counters;
                counters = leg->counters;
                const bool debit = leg->side == ledger::Side::debit;
                (debit ? counters.debits_posted : counters.credits_posted) -= leg->posted;
                (debit ? counters.debits_pending : counters.credits_pending) -= leg->pending;
                account.last = leg->previous;
            }
        }
    });
    return accounts;
}

}  // namespace bank::end_of_day::internal
