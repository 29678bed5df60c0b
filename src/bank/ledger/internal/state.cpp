// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/state.h>

#include <algorithm>
#include <future>
#include <utility>

namespace bank::ledger {

using namespace internal;

Ledger::State::State(platform::sql::Book& book, const LedgerOptions& options)
    : book_(book), options_(options), accounts_(options.accounts_in_memory), clients_(0)
{
    base::ensure(options.entries_per_sweep > 0);
    replay();
}

/// Rebuilds what was not swept from the journal's tail. Unit and terms of an account are left out;
/// find() reads them when it is first used. The tail for readers is built on another thread.
void Ledger::State::replay()
{
    constexpr std::size_t piece = 16'384;
    book_.read([this](Snapshot& snapshot) {
        const EntryId first{static_cast<std::uint64_t>(book_.number()) << entry_number_bits};
        swept_ = std::max(first, SweptMark::read(snapshot));
        newest_ = std::max(first, Journal::newest(snapshot));
        const auto entries = static_cast<std::size_t>(newest_.value - swept_.value);
        places_.emplace(newest_.value - first.value);
        accounts_.expect(entries);
        clients_.expect(entries);
        tail_.expect(entries);
        std::vector<TailLeg> legs;
        std::vector<TailClient> clients;
        std::future<void> telling;
        const auto tell = [&] {
            if (telling.valid()) telling.get();
            telling = std::async(std::launch::async, [this, legs = std::exchange(legs, {}),
                                                      clients = std::exchange(clients, {})] {
                tail_.append(legs, clients, newest_);
            });
        };
        JournalReader rows{snapshot, swept_, JournalReader::Part::trail};
        for (JournalRow row{}; rows.next(row);) {
            if (row.client) {
                const std::int64_t place = place_of(row.client, row.probe);
                clients_.restore(place) = row.id;
                places_->add(place);
                clients.push_back({row.id, place});
            }
            for (const JournalLeg& leg : row.legs) {
                auto& account = accounts_.restore(static_cast<std::int64_t>(leg.account.value));
                account.counters = leg.counters;
                account.turnover = leg.turnover;
                account.sequence = leg.sequence;
                account.last = row.id;
                legs.push_back({row.id, leg.account, leg.previous});
            }
            if (legs.size() >= piece) tell();
        }
        tell();
        telling.get();
    });
    places_->read_table(book_);
    tail_entries_ = static_cast<std::int64_t>(newest_.value - swept_.value);
    accounts_in_memory_ = accounts_.size();
    begin_sweep();
    accounts_.committed();
    clients_.committed();
}

void Ledger::State::join(Transaction& transaction)
{
    if (in_group_) return;
    in_group_ = true;
    before_group_ = {newest_, sweep_began_, swept_, to_sweep_, swept_credit_};
    transaction.on_rollback([this] { roll_back(); });
    transaction.after_commit([this] { publish(); });
}

void Ledger::State::roll_back() noexcept
{
    accounts_.undo_to(0);
    clients_.undo_to(0);
    newest_ = before_group_.newest;
    swept_ = before_group_.swept;
    swept_credit_ = before_group_.swept_credit;
    if (sweep_began_ != before_group_.sweep_began) {
        // The overlays began it again, over all that they have.
        sweep_began_ = newest_;
        swept_credit_ = 0;
        to_sweep_ = accounts_.left_to_sweep() + clients_.left_to_sweep();
    }
    staged_count_ = 0;
    group_legs_.clear();
    group_clients_.clear();
    in_group_ = false;
}

void Ledger::State::begin_sweep()
{
    sweep_began_ = newest_;
    swept_credit_ = 0;
    to_sweep_ = accounts_.begin_sweep() + clients_.begin_sweep();
}

/// Keeps the running sweep in step with the journal: after entries_per_sweep entries it has visited
/// every row that was in memory when it began.
void Ledger::State::sweep(Transaction& transaction)
{
    constexpr std::size_t piece = 64;  // Neighbours in key order share pages.
    const auto pace = options_.entries_per_sweep;
    swept_credit_ += static_cast<std::int64_t>(to_sweep_);
    const bool last = static_cast<std::int64_t>(newest_.value - sweep_began_.value) >= pace;
    const std::size_t due = last ? accounts_.left_to_sweep() + clients_.left_to_sweep()
                                 : static_cast<std::size_t>(swept_credit_ / pace);
    if (due < piece && !last) return;
    swept_credit_ -= static_cast<std::int64_t>(due) * pace;
    const std::size_t rest =
        accounts_.sweep(due, [&](std::int64_t key, const KeptAccount& account) {
            AccountTable::sweep(transaction, AccountId{static_cast<std::uint64_t>(key)}, account);
        });
    clients_.sweep(rest, [&](std::int64_t place, EntryId entry) {
        ClientTable::sweep(transaction, place, entry);
    });
    if (!last) return;
    swept_ = sweep_began_;
    SweptMark::write(transaction, swept_);
    begin_sweep();
}

void Ledger::State::publish() noexcept
{
    accounts_.committed();
    clients_.committed();
    // Half a sweep late, so that readers of a moment ago find what they need.
    const bool late = static_cast<std::int64_t>(newest_.value - sweep_began_.value) >=
                      options_.entries_per_sweep / 2;
    tail_.tell(group_legs_, group_clients_, newest_, late ? swept_ : EntryId{});
    group_legs_.clear();
    group_clients_.clear();
    tail_entries_.store(static_cast<std::int64_t>(newest_.value - swept_.value),
                        std::memory_order_relaxed);
    accounts_in_memory_.store(accounts_.size(), std::memory_order_relaxed);
    in_group_ = false;
}

}  // namespace bank::ledger
