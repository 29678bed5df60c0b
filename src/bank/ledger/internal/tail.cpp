// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/tail.h>

#include <base/ensure.h>
#include <base/thread_name.h>

#include <algorithm>
#include <utility>

namespace bank::ledger::internal {

namespace {

constexpr std::size_t much = 1024;  // Legs.

std::int64_t account_key(AccountId account)
{
    return static_cast<std::int64_t>(account.value);
}

}  // namespace

Tail::Tail() : worker_([this] { work(); }) {}

Tail::~Tail()
{
    {
        const std::lock_guard lock{told_mutex_};
        stopping_ = true;
    }
    much_was_told_.notify_one();
    worker_.join();
}

void Tail::append(std::span<const TailLeg> legs, std::span<const TailClient> clients,
                  EntryId through)
{
    const std::unique_lock lock{mutex_};
    add(legs, clients, through);
}

void Tail::tell(std::span<const TailLeg> legs, std::span<const TailClient> clients, EntryId through,
                EntryId forgettable)
{
    bool is_much = false;
    {
        const std::lock_guard lock{told_mutex_};
        told_.legs.insert(told_.legs.end(), legs.begin(), legs.end());
        told_.clients.insert(told_.clients.end(), clients.begin(), clients.end());
        told_.through = through;
        told_.forgettable = forgettable;
        is_much = told_.legs.size() >= much;
    }
    something_told_ = true;
    if (is_much) much_was_told_.notify_one();
}

void Tail::work()
{
    base::name_this_thread("ledger-tail");
    for (;;) {
        {
            std::unique_lock lock{told_mutex_};
            much_was_told_.wait(lock, [this] { return stopping_ || told_.legs.size() >= much; });
            if (stopping_) return;
        }
        bring_in();
    }
}

void Tail::bring_in()
{
    if (!something_told_) return;
    const std::unique_lock lock{mutex_};
    {
        const std::lock_guard telling{told_mutex_};
        std::swap(told_, bringing_in_);
        something_told_ = false;
    }
    if (!bringing_in_.through) return;  // Somebody was faster.
    to_forget_ = std::max(to_forget_, bringing_in_.forgettable);
    add(bringing_in_.legs, bringing_in_.clients, bringing_in_.through);
    bringing_in_.legs.clear();
    bringing_in_.clients.clear();
    bringing_in_.through = {};
}

void Tail::add(std::span<const TailLeg> legs, std::span<const TailClient> clients, EntryId through)
{
    through_ = std::max(through_, through);
    for (const TailLeg& leg : legs) {
        legs_.push_back(leg);
        *newest_.get(account_key(leg.account)).first = leg.entry;
    }
    for (const TailClient& client : clients) {
        clients_.push_back(client);
        *places_.get(client.place).first = client.entry;
    }
    forget_some(2 * (legs.size() + clients.size()) + 64);
}

void Tail::expect(std::size_t entries)
{
    const std::unique_lock lock{mutex_};
    newest_.reserve(newest_.size() + 2 * entries);
    places_.reserve(places_.size() + entries);
}

void Tail::forget_some(std::size_t most)
{
    for (; most > 0; --most) {
        const bool leg_due = !legs_.empty() && legs_.front().entry <= to_forget_;
        if (leg_due) {
            const TailLeg& leg = legs_.front();
            forgotten_ = std::max(forgotten_, leg.entry);
            const EntryId* newest = newest_.find(account_key(leg.account));
            if (newest != nullptr && *newest == leg.entry) newest_.erase(account_key(leg.account));
            legs_.pop_front();
        }
        const bool client_due = !clients_.empty() && clients_.front().entry <= to_forget_;
        if (client_due) {
            forgotten_ = std::max(forgotten_, clients_.front().entry);
            places_.erase(clients_.front().place);
            clients_.pop_front();
        }
        if (!leg_due && !client_due) return;
    }
}

Tail::Found Tail::newest(AccountId account, EntryId seen, EntryId swept)
{
    bring_in();
    const std::shared_lock lock{mutex_};
    if (swept < forgotten_) return {false, {}, through_};
    const EntryId* known = newest_.find(account_key(account));
    if (known == nullptr) return {true, {}, through_};
    EntryId entry = *known;
    while (entry > seen && entry > forgotten_) {
        // Legs of the oldest entry may have gone in part; `forgotten_` says so.
        auto leg = std::lower_bound(legs_.begin(), legs_.end(), entry,
                                    [](const TailLeg& l, EntryId id) { return l.entry < id; });
        while (leg->account != account) ++leg;
        base::ensure(leg->entry == entry);
        entry = leg->previous;
    }
    return {true, entry > forgotten_ ? entry : EntryId{}, through_};
}

Tail::Found Tail::at_place(std::int64_t place, EntryId swept)
{
    bring_in();
    const std::shared_lock lock{mutex_};
    if (swept < forgotten_) return {false, {}, through_};
    const EntryId* entry = places_.find(place);
    return {true, entry == nullptr ? EntryId{} : *entry, through_};
}

}  // namespace bank::ledger::internal
