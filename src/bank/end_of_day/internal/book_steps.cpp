// SPDX-License-Identifier: Apache-2.0
// Own accounts, holds, trial balance, general ledger: what does not go over customers' accounts.
#include <bank/end_of_day/internal/steps.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace bank::end_of_day::internal {

namespace {

constexpr std::size_t accounts_at_once = 40;
constexpr int holds_at_once = 50;

__extension__ using WideSum = __int128;

/// Own accounts and those of others in order of their ids, beyond `after`.
std::vector<ledger::Ledger::OwnAccount> lines_from(const Work& work, std::int64_t after)
{
    auto accounts = work.parts.book.read([&](Snapshot& snapshot) {
        auto found = work.ledger().own_accounts(snapshot);
        if (work.parts.others) {
            auto others = work.parts.others(snapshot);
            std::ranges::move(others, std::back_inserter(found));
        }
        return found;
    });
    std::erase_if(accounts, [after](const auto& account) {
        return static_cast<std::int64_t>(account.id.value) <= after;
    });
    std::ranges::sort(accounts, {}, &ledger::Ledger::OwnAccount::id);
    return accounts;
}

/// What the accounts of a line come to, as the closing found them.
struct LineSum {
    base::Currency unit;
    std::int64_t accounts = 0;
    ledger::Counters counters;
};

/// The cumulated sums of a date's lines, by kind, code and unit.
struct Sums {
    std::int64_t debits = 0;
    std::int64_t credits = 0;
};
struct LineKey {
    LineKind kind;
    std::string code;
    std::string unit;
    friend auto operator<=>(const LineKey&, const LineKey&) = default;
};

std::map<LineKey, Sums> sums_of(Snapshot& snapshot, base::Date day)
{
    auto row = snapshot.query(
        "select kind, code, unit, debits, credits from trial_balance where day = ?", day);
    std::map<LineKey, Sums> sums;
    while (row.next()) {
        sums.emplace(LineKey{static_cast<LineKind>(row.integer(0)), row.string(1), row.string(2)},
                     Sums{row.integer(3), row.integer(4)});
    }
    return sums;
}

base::Date day_before(Snapshot& snapshot, base::Date day)
{
    auto row =
        snapshot.query("select coalesce(max(day), -1) from end_of_day_run where day < ?", day);
    row.next();
    return row.date(0);
}

}  // namespace

base::Result<void> take_own_accounts(const Work& work)
{
    const auto accounts = lines_from(work, work.cursor(Step::own_accounts));
    TRY(work.begin(Step::own_accounts, std::ssize(accounts)));
    Pace pace{work.parts.book, work.stopping};
    auto from = work.cursor(Step::own_accounts);
    for (std::size_t at = 0; at < accounts.size(); at += accounts_at_once) {
        const std::size_t end = std::min(accounts.size(), at + accounts_at_once);
        std::vector<ledger::AccountId> ids;
        for (std::size_t i = at; i < end; ++i) ids.push_back(accounts[i].id);
        const auto closed = TRY(work.at_closing(ids));
        std::map<std::pair<std::string, std::string_view>, LineSum> sums;
        for (std::size_t i = at; i < end; ++i) {
            const auto& [unit, counters] = std::tie(closed[i - at].unit, closed[i - at].counters);
            if (counters == ledger::Counters{}) continue;  // Opened after the closing.
            auto& sum =
                sums.try_emplace({accounts[i].code, unit.code}, LineSum{unit, 0, {}}).first->second;
            ++sum.accounts;
            sum.counters.debits_posted += counters.debits_posted;
            sum.counters.credits_posted += counters.credits_posted;
        }
        const auto to = static_cast<std::int64_t>(accounts[end - 1].id.value);
        const auto piece = [&work, sums, count = static_cast<std::int64_t>(end - at), from,
                            to](Transaction& transaction) -> base::Result<void> {
            TRY(Store::advance(transaction, work.run.day, Step::own_accounts, from, to, count));
            for (const auto& [line, sum] : sums) {
                Store::add_trial(transaction, work.run.day, LineKind::own, line.first, sum.unit,
                                 sum.accounts, sum.counters.debits_posted,
                                 sum.counters.credits_posted);
            }
            return {};
        };
        TRY(pace.submit(piece));
        from = to;
    }
    TRY(pace.drain());
    return work.finish(Step::own_accounts);
}

base::Result<void> expire_holds(const Work& work)
{
    TRY(work.begin(Step::holds, 0));
    for (auto cursor = work.cursor(Step::holds);; ++cursor) {
        if (work.stopping) return base::unavailable("end_of_day.stopped", "the program ends");
        const auto piece = [&](Transaction& transaction) -> base::Result<int> {
            TRY(Store::advance(transaction, work.run.day, Step::holds, cursor, cursor + 1, 0));
            const int n =
                TRY(work.ledger().expire_holds(transaction, work.parts.day.date(), holds_at_once));
            Store::tally(transaction, work.run.day, Step::holds, n, 0);
            return n;
        };
        const int expired = TRY(work.parts.book.write(piece));
        if (expired < holds_at_once) break;
    }
    return work.finish(Step::holds);
}

base::Result<void> strike_trial_balance(const Work& work)
{
    const base::Date day = work.run.day;
    std::map<LineKey, Sums> before;
    const auto sums = work.parts.book.read([&](Snapshot& snapshot) {
        before = sums_of(snapshot, day_before(snapshot, day));
        return sums_of(snapshot, day);
    });
    TRY(work.begin(Step::trial_balance, std::ssize(sums)));
    std::map<std::string, WideSum> by_unit;
    for (const auto& [key, sum] : sums) {
        by_unit[key.unit] += static_cast<WideSum>(sum.debits) - sum.credits;
    }
    for (const auto& [unit, difference] : by_unit) {
        if (difference == 0) continue;
        return base::conflict("end_of_day.does_not_balance",
                              "debits and credits differ by " +
                                  std::to_string(static_cast<std::int64_t>(difference)) +
                                  " minor units of " + unit + "; `yungui check` says where");
    }
    std::int64_t i = 0;
    const auto done = work.cursor(Step::trial_balance);
    Pace pace{work.parts.book, work.stopping};
    for (const auto& [line, sum] : sums) {
        const auto place = i++;
        if (place < done) continue;
        const Sums was = before[line];
        const auto piece = [&work, day, place, key = line, now = sum,
                            was](Transaction& transaction) -> base::Result<void> {
            TRY(Store::advance(transaction, day, Step::trial_balance, place, place + 1, 1));
            transaction.execute(
                "update trial_balance set day_debits = ?, day_credits = ?"
                " where day = ? and kind = ? and code = ? and unit = ?",
                now.debits - was.debits, now.credits - was.credits, day, static_cast<int>(key.kind),
                key.code, key.unit);
            return {};
        };
        TRY(pace.submit(piece));
    }
    TRY(pace.drain());
    return work.finish(Step::trial_balance);
}

base::Result<void> roll_up(const Work& work)
{
    const Chart& chart = work.parts.terms.chart;
    const base::Date day = work.run.day;
    const auto trial =
        work.parts.book.read([&](Snapshot& snapshot) { return trial_balance(snapshot, day); });
    std::map<std::pair<std::string_view, base::Currency>, LedgerLine> lines;
    for (const TrialLine& one : trial) {
        const ChartLine* line = &(one.kind == LineKind::own ? line_of_own(chart, one.code)
                                                            : line_of_product(chart, one.code));
        while (line != nullptr) {
            auto& sum =
                lines.try_emplace({line->code, one.unit}, LedgerLine{line->code, one.unit, 0, 0, 0})
                    .first->second;
            sum.opening += one.opening;
            sum.debits += one.debits;
            sum.credits += one.credits;
            const auto parent = std::ranges::find(chart, line->parent, &ChartLine::code);
            line = parent == chart.end() ? nullptr : &*parent;
        }
    }
    TRY(work.begin(Step::general_ledger, std::ssize(lines)));
    const auto piece = [&](Transaction& transaction) -> base::Result<void> {
        TRY(Store::advance(transaction, day, Step::general_ledger,
                           Store::cursor(transaction, day, Step::general_ledger), 1, 0));
        transaction.execute("delete from general_ledger where day = ?", day);
        for (const auto& [key, line] : lines) {
            transaction.execute(
                "insert into general_ledger(day, line, unit, minor_digits, opening, debits,"
                " credits) values (?, ?, ?, ?, ?, ?, ?)",
                day, line.line, line.unit.code, line.unit.minor_digits, line.opening, line.debits,
                line.credits);
        }
        Store::tally(transaction, day, Step::general_ledger, std::ssize(lines), 0);
        return {};
    };
    TRY(work.parts.book.write(piece));
    return work.finish(Step::general_ledger);
}

}  // namespace bank::end_of_day::internal
