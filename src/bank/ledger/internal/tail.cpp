// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/tail.h>

#include <base/ensure.h>

#include <algorithm>
#include <mutex>

namespace bank::ledger::internal {

void Tail::append(std::span<const TailLeg> legs)
{
    const std::unique_lock lock{mutex_};
    for (const TailLeg& leg : legs) {
        legs_.push_back(leg);
        newest_[leg.account] = leg.entry;
    }
    forget_some(2 * legs.size() + 64);
}

void Tail::forget(EntryId through)
{
    const std::unique_lock lock{mutex_};
    to_forget_ = std::max(to_forget_, through);
}

void Tail::forget_some(std::size_t most)
{
    for (; most > 0 && !legs_.empty() && legs_.front().entry <= to_forget_; --most) {
        const TailLeg& leg = legs_.front();
        forgotten_ = leg.entry;
        const auto it = newest_.find(leg.account);
        if (it != newest_.end() && it->second == leg.entry) newest_.erase(it);
        legs_.pop_front();
    }
}

Tail::Found Tail::newest(AccountId account, EntryId seen, EntryId swept) const
{
    const std::shared_lock lock{mutex_};
    if (swept < forgotten_) return {false, {}};
    const auto it = newest_.find(account);
    if (it == newest_.end()) return {true, {}};
    EntryId entry = it->second;
    while (entry > seen && entry > forgotten_) {
        auto leg = std::lower_bound(legs_.begin(), legs_.end(), entry,
                                    [](const TailLeg& l, EntryId id) { return l.entry < id; });
        while (leg->account != account) ++leg;
        base::ensure(leg->entry == entry);
        entry = leg->previous;
    }
    return {true, entry > forgotten_ ? entry : EntryId{}};
}

std::size_t Tail::size() const
{
    const std::shared_lock lock{mutex_};
    return legs_.size();
}

}  // namespace bank::ledger::internal
