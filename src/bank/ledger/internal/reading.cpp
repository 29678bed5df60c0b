// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/state.h>

#include <algorithm>

namespace bank::ledger {

using namespace internal;
using base::not_found;

namespace {

const JournalLeg* leg_of(const JournalRow& row, AccountId account)
{
    const auto it = std::find_if(row.legs.begin(), row.legs.end(),
                                 [&](const JournalLeg& leg) { return leg.account == account; });
    return it == row.legs.end() ? nullptr : &*it;
}

Movement movement_of(const JournalRow& row, const JournalLeg& leg, base::Currency unit)
{
    const auto other =
        std::find_if(row.legs.begin(), row.legs.end(),
                     [&](const JournalLeg& candidate) { return candidate.side != leg.side; });
    return {row.id,
            row.step,
            row.kind,
            row.effective,
            row.recorded_at,
            leg.side,
            {leg.posted, unit},
            {leg.pending, unit},
            {leg.counters.credits_posted - leg.counters.debits_posted, unit},
            other == row.legs.end() ? AccountId{} : other->account,
            row.details};
}

/// Follows an account's chain back from `entry`; `visit` says whether to go on.
template <class Visit>
void walk(Snapshot& snapshot, AccountId account, EntryId entry, Visit visit)
{
    while (entry) {
        const auto row = Journal::find(snapshot, entry);
        const JournalLeg* leg = row ? leg_of(*row, account) : nullptr;
        if (leg == nullptr) {
            throw platform::sql::Failure("the chain of account " + base::to_string(account) +
                                         " breaks at " + base::to_string(entry));
        }
        if (!visit(*row, *leg)) return;
        entry = leg->previous;
    }
}

}  // namespace

/// The table's row, brought up by the newest row of the journal that the snapshot has.
Result<Account> Ledger::State::read_account(Snapshot& snapshot, AccountId id)
{
    const auto row_found = AccountTable::find_as_of(snapshot, id);
    if (!row_found) return not_found("ledger.account_unknown", "there is no such account");
    auto [account, seen, swept] = *row_found;
    const auto found = tail_.newest(id, seen, swept);
    EntryId newest = found.newest;
    // A snapshot from more than a sweep ago needs what memory has forgotten; one that began
    // between a commit and its telling, what memory does not have yet.
    const EntryId from = found.covered ? found.through : swept;
    if (from < seen) {
        Journal::each(snapshot, from, [&](const JournalRow& row) {
            if (leg_of(row, id) != nullptr) newest = row.id;
        });
    }
    if (newest <= account.last) return account;
    const auto row = Journal::find(snapshot, newest);
    const JournalLeg* leg = row ? leg_of(*row, id) : nullptr;
    base::ensure(leg != nullptr);
    account.counters = leg->counters;
    account.turnover = leg->turnover;
    account.sequence = leg->sequence;
    account.last = row->id;
    return account;
}

Result<Account> Ledger::account(Snapshot& snapshot, AccountId id)
{
    return state_->read_account(snapshot, id);
}

Result<JournalRow> Ledger::entry(Snapshot& snapshot, EntryId id)
{
    auto row = Journal::find(snapshot, id);
    if (!row) return not_found("ledger.entry_unknown", "there is no such entry");
    return std::move(*row);
}

Result<std::vector<Movement>> Ledger::history(Snapshot& snapshot, AccountId id, EntryId before,
                                              std::size_t limit)
{
    const Account account = TRY(state_->read_account(snapshot, id));
    EntryId from = account.last;
    if (before && before <= from) {
        // A cursor is an entry of this account's chain, as a rule; any other is searched for.
        const auto row = Journal::find(snapshot, before);
        const JournalLeg* leg = row ? leg_of(*row, id) : nullptr;
        if (leg != nullptr) from = leg->previous;
    }
    std::vector<Movement> movements;
    if (limit == 0) return movements;
    walk(snapshot, id, from, [&](const JournalRow& row, const JournalLeg& leg) {
        if (!before || row.id < before) movements.push_back(movement_of(row, leg, account.unit));
        return movements.size() < limit;
    });
    return movements;
}

Result<Statement> Ledger::statement(Snapshot& snapshot, AccountId id, base::Date first,
                                    base::Date last)
{
    if (last < first || last.days - first.days > 366) {
        return base::invalid("ledger.period_invalid", "a period is one day to one year");
    }
    const Account account = TRY(state_->read_account(snapshot, id));
    Statement statement{account.balance(), {}, {0, account.unit}, {0, account.unit}, {}};
    std::int64_t& opening = statement.opening.minor_units;
    std::int64_t later = 0;
    walk(snapshot, id, account.last, [&](const JournalRow& row, const JournalLeg& leg) {
        // Nothing that is recorded before this can count for the period.
        if (base::local_date(row.recorded_at, 0).days + effective_days_apart + 1 < first.days) {
            return false;
        }
        if (row.effective < first || leg.posted == 0) return true;
        const std::int64_t change = leg.side == Side::credit ? leg.posted : -leg.posted;
        opening -= change;
        if (row.effective > last) {
            later += change;
            return true;
        }
        auto& sum = leg.side == Side::credit ? statement.credits : statement.debits;
        sum.minor_units += leg.posted;
        statement.movements.push_back(movement_of(row, leg, account.unit));
        return true;
    });
    statement.closing = {account.balance().minor_units - later, account.unit};
    std::reverse(statement.movements.begin(), statement.movements.end());
    return statement;
}

}  // namespace bank::ledger
