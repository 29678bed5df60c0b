// SPDX-License-Identifier: Apache-2.0
#include <bank/end_of_day/internal/store.h>

#include <base/text.h>

namespace bank::end_of_day::internal {

std::optional<Run> Store::oldest_unfinished(Snapshot& snapshot)
{
    std::optional<base::Date> day;
    {
        auto row =
            snapshot.query("select day from end_of_day_run where state <> ? order by day limit 1",
                           static_cast<int>(State::done));
        if (row.next()) day = row.date(0);
    }
    if (!day) return std::nullopt;
    return run_of(snapshot, *day).value();
}

void Store::begin_run(Transaction& transaction, base::Date day)
{
    transaction.execute(
        "update end_of_day_run set state = ?, attempts = attempts + 1, reason = '', detail = '',"
        " started_at = case when started_at = 0 then ? else started_at end where day = ?",
        static_cast<int>(State::running), transaction.now(), day);
}

void Store::fail_run(Transaction& transaction, base::Date day, const base::Error& why,
                     base::Instant again_at)
{
    transaction.execute(
        "update end_of_day_run set state = ?, reason = ?, detail = ?, again_at = ? where day = ?",
        static_cast<int>(State::failed), why.reason, why.detail, again_at, day);
    transaction.execute("update end_of_day_step set state = ? where day = ? and state = ?",
                        static_cast<int>(State::failed), day, static_cast<int>(State::running));
}

void Store::finish_run(Transaction& transaction, base::Date day)
{
    transaction.execute("update end_of_day_run set state = ?, finished_at = ? where day = ?",
                        static_cast<int>(State::done), transaction.now(), day);
}

std::int64_t Store::cursor(Snapshot& snapshot, base::Date day, Step step)
{
    auto row = snapshot.query("select cursor from end_of_day_step where day = ? and place = ?", day,
                              static_cast<int>(step));
    return row.next() ? row.integer(0) : 0;
}

void Store::begin_step(Transaction& transaction, base::Date day, Step step, std::int64_t total)
{
    transaction.execute(
        "insert into end_of_day_step(day, place, state, cursor, done, total, count, amount,"
        " started_at, finished_at) values (?, ?, ?, 0, 0, ?, 0, 0, ?, 0)"
        " on conflict (day, place) do update set state = excluded.state, total = excluded.total",
        day, static_cast<int>(step), static_cast<int>(State::running), total, transaction.now());
}

base::Result<void> Store::advance(Transaction& transaction, base::Date day, Step step,
                                  std::int64_t from, std::int64_t to, std::int64_t done)
{
    if (cursor(transaction, day, step) != from) {
        return base::conflict("end_of_day.moved_on", "this piece has been done before");
    }
    transaction.execute(
        "update end_of_day_step set cursor = ?, done = done + ? where day = ? and place = ?", to,
        done, day, static_cast<int>(step));
    return {};
}

void Store::tally(Transaction& transaction, base::Date day, Step step, std::int64_t count,
                  std::int64_t amount)
{
    if (count == 0 && amount == 0) return;
    transaction.execute(
        "update end_of_day_step set count = count + ?, amount = amount + ?"
        " where day = ? and place = ?",
        count, amount, day, static_cast<int>(step));
}

void Store::finish_step(Transaction& transaction, base::Date day, Step step)
{
    transaction.execute(
        "update end_of_day_step set state = ?, finished_at = ? where day = ? and place = ?",
        static_cast<int>(State::done), transaction.now(), day, static_cast<int>(step));
}

void Store::note(Transaction& transaction, base::Date day, const Exception& exception)
{
    transaction.execute(
        "insert into end_of_day_exception(day, place, account, reason, amount)"
        " values (?, ?, ?, ?, ?) on conflict (day, place, account) do update set"
        " reason = excluded.reason, amount = excluded.amount",
        day, static_cast<int>(exception.step), exception.account, exception.reason,
        exception.amount);
}

void Store::add_trial(Transaction& transaction, base::Date day, LineKind kind,
                      std::string_view code, base::Currency unit, std::int64_t accounts,
                      std::int64_t debits, std::int64_t credits)
{
    transaction.execute(
        "insert into trial_balance(day, kind, code, unit, minor_digits, accounts, debits, credits,"
        " day_debits, day_credits) values (?, ?, ?, ?, ?, ?, ?, ?, 0, 0)"
        " on conflict (day, kind, code, unit) do update set"
        " accounts = trial_balance.accounts + excluded.accounts,"
        " debits = trial_balance.debits + excluded.debits,"
        " credits = trial_balance.credits + excluded.credits",
        day, static_cast<int>(kind), code, unit.code, unit.minor_digits, accounts, debits, credits);
}

interest::Accrued Store::owed(Snapshot& snapshot, std::string_view product, base::Currency unit)
{
    auto row =
        snapshot.query("select whole, parts from end_of_day_accrued where product = ? and unit = ?",
                       product, unit.code);
    return row.next() ? interest::Accrued{row.integer(0), row.integer(1)} : interest::Accrued{};
}

void Store::set_owed(Transaction& transaction, std::string_view product, base::Currency unit,
                     interest::Accrued accrued)
{
    transaction.execute(
        "insert into end_of_day_accrued(product, unit, minor_digits, whole, parts)"
        " values (?, ?, ?, ?, ?) on conflict (product, unit) do update set"
        " whole = excluded.whole, parts = excluded.parts",
        product, unit.code, unit.minor_digits, accrued.whole, accrued.parts);
}

std::vector<Store::Owed> Store::all_owed(Snapshot& snapshot)
{
    auto row = snapshot.query(
        "select product, unit, minor_digits, whole, parts from end_of_day_accrued"
        " order by product, unit");
    std::vector<Owed> all;
    while (row.next()) {
        all.push_back({row.string(0),
                       {base::intern(row.text(1)), static_cast<int>(row.integer(2))},
                       {row.integer(3), row.integer(4)}});
    }
    return all;
}

}  // namespace bank::end_of_day::internal
