// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/reading.h>

#include <base/ensure.h>
#include <base/text.h>

#include <limits>
#include <map>

namespace bank::end_of_day {

using platform::sql::Cursor;
using platform::sql::Snapshot;

namespace {

constexpr std::size_t most_findings = 20;

std::optional<base::Instant> instant_or_none(const Cursor& row, int column)
{
    if (row.integer(column) == 0) return std::nullopt;
    return row.instant(column);
}

std::vector<StepProgress> steps_of(Snapshot& snapshot, base::Date day)
{
    std::vector<StepProgress> steps;
    for (const Step step : all_steps) steps.push_back({.step = step});
    auto row = snapshot.query(
        "select place, state, done, total, count, amount, started_at, finished_at"
        " from end_of_day_step where day = ?",
        day);
    while (row.next()) {
        auto& one = steps.at(static_cast<std::size_t>(row.integer(0)));
        one.state = static_cast<State>(row.integer(1));
        one.done = row.integer(2);
        one.total = row.integer(3);
        one.count = row.integer(4);
        one.amount = row.integer(5);
        one.started_at = instant_or_none(row, 6);
        one.finished_at = instant_or_none(row, 7);
    }
    return steps;
}

Run read_run(const Cursor& row)
{
    Run run;
    run.day = row.date(0);
    run.next_day = row.date(1);
    run.entry = row.id<ledger::EntryId>(2);
    run.closed_at = row.instant(3);
    run.closed_by = static_cast<std::uint64_t>(row.integer(4));
    run.state = static_cast<State>(row.integer(5));
    run.started_at = instant_or_none(row, 6);
    run.finished_at = instant_or_none(row, 7);
    run.attempts = static_cast<int>(row.integer(8));
    run.again_at = row.instant(9);
    run.reason = row.string(10);
    run.detail = row.string(11);
    return run;
}

base::Currency unit_at(const Cursor& row, int column)
{
    return {base::intern(row.text(column)), static_cast<int>(row.integer(column + 1))};
}

}  // namespace

std::string_view to_string(State state)
{
    constexpr std::string_view names[] = {"waiting", "running", "done", "failed"};
    return names[static_cast<std::size_t>(state)];
}

std::string_view to_string(Step step)
{
    constexpr std::string_view names[] = {
        "own-accounts",       "holds", "interest-accrual", "interest-posting",
        "interest-provision", "fees",  "trial-balance",    "general-ledger"};
    return names[static_cast<std::size_t>(step)];
}

std::vector<Run> runs(Snapshot& snapshot, std::optional<base::Date> before, int limit)
{
    const base::Date end = before.value_or(base::Date{std::numeric_limits<std::int32_t>::max()});
    std::vector<Run> all;
    {
        auto row = snapshot.query(
            "select day, next_day, entry, closed_at, closed_by, state, started_at, finished_at,"
            " attempts, again_at, reason, detail from end_of_day_run where day < ?"
            " order by day desc limit ?",
            end, limit);
        while (row.next()) all.push_back(read_run(row));
    }
    for (Run& run : all) run.steps = steps_of(snapshot, run.day);
    return all;
}

base::Result<Run> run_of(Snapshot& snapshot, base::Date day)
{
    auto found = runs(snapshot, base::Date{day.days + 1}, 1);
    if (found.empty() || found.front().day != day) {
        return base::not_found("end_of_day.unknown",
                               "the business date " + base::to_string(day) + " was not closed");
    }
    return std::move(found.front());
}

std::vector<Exception> exceptions(Snapshot& snapshot, base::Date day, int limit)
{
    auto row = snapshot.query(
        "select place, account, reason, amount from end_of_day_exception where day = ?"
        " order by place, account limit ?",
        day, limit);
    std::vector<Exception> all;
    while (row.next()) {
        all.push_back({static_cast<Step>(row.integer(0)), row.id<ledger::AccountId>(1),
                       row.string(2), row.integer(3)});
    }
    return all;
}

std::vector<TrialLine> trial_balance(Snapshot& snapshot, base::Date day)
{
    auto row = snapshot.query(
        "select kind, code, unit, minor_digits, accounts, debits, credits, day_debits, day_credits"
        " from trial_balance where day = ? order by unit, kind, code",
        day);
    std::vector<TrialLine> lines;
    while (row.next()) {
        const std::int64_t debits = row.integer(7);
        const std::int64_t credits = row.integer(8);
        lines.push_back({static_cast<LineKind>(row.integer(0)), row.string(1), unit_at(row, 2),
                         row.integer(4), (row.integer(5) - debits) - (row.integer(6) - credits),
                         debits, credits});
    }
    return lines;
}

std::vector<LedgerLine> general_ledger(Snapshot& snapshot, base::Date day)
{
    auto row = snapshot.query(
        "select line, unit, minor_digits, opening, debits, credits from general_ledger"
        " where day = ? order by unit, line",
        day);
    std::vector<LedgerLine> lines;
    while (row.next()) {
        lines.push_back(
            {row.string(0), unit_at(row, 1), row.integer(3), row.integer(4), row.integer(5)});
    }
    return lines;
}

std::vector<std::string> check(Snapshot& snapshot)
{
    std::vector<std::string> findings;
    const auto found = [&](const std::string& what) {
        if (findings.size() < most_findings) findings.push_back(what);
    };
    struct Known {
        std::int64_t debits;
        std::int64_t credits;
    };
    std::map<std::string, Known> known;  // A line's sums on the day before.
    auto row = snapshot.query(
        "select t.day, t.kind, t.code, t.unit, t.debits, t.credits, t.day_debits, t.day_credits"
        " from trial_balance t join end_of_day_run r on r.day = t.day where r.state = ?"
        " order by t.day, t.unit, t.kind, t.code",
        static_cast<int>(State::done));
    std::string open;
    std::int64_t difference = 0;
    const auto close = [&] {
        if (difference != 0) {
            found("the trial balance of " + open + " differs by " + std::to_string(difference));
        }
        difference = 0;
    };
    while (row.next()) {
        const std::string day = base::to_string(row.date(0));
        const std::string group = day + " in " + row.string(3);
        if (group != open) {
            close();
            open = group;
        }
        const Known now{row.integer(4), row.integer(5)};
        difference += now.debits - now.credits;
        const std::string line =
            std::to_string(row.integer(1)) + "/" + row.string(2) + "/" + row.string(3);
        auto& was = known[line];
        if (now.debits - row.integer(6) != was.debits ||
            now.credits - row.integer(7) != was.credits) {
            found("the trial balance of " + day + " does not go on from the day before at " +
                  row.string(2));
        }
        was = now;
    }
    close();
    return findings;
}

std::int64_t dates_done(Snapshot& snapshot)
{
    auto row = snapshot.query("select count(*) from end_of_day_run where state = ?",
                              static_cast<int>(State::done));
    row.next();
    return row.integer(0);
}

}  // namespace bank::end_of_day
