// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/internal/known_payees.h>

#include <algorithm>

namespace bank::payment::internal {

using base::Result;
using ledger::AccountId;
using ledger::EntryId;

namespace {

constexpr std::size_t most_accounts = 10'000;
constexpr std::size_t first_look = 3;  // As a rule little has come since the last one.

}  // namespace

Result<bool> KnownPayees::knows(platform::sql::Snapshot& snapshot, ledger::Ledger& ledger,
                                AccountId payer, AccountId payee)
{
    Seen before;
    {
        const std::lock_guard lock{mutex_};
        if (const auto found = seen_.find(payer); found != seen_.end()) before = found->second;
    }
    Seen now;
    bool met = false;
    EntryId at;
    std::size_t look = before.newest ? first_look : movements_looked_at;
    while (!met && now.paid.size() < movements_looked_at) {
        const auto movements = TRY(ledger.history(snapshot, payer, at, look));
        for (const auto& movement : movements) {
            if (movement.entry <= before.newest) {
                met = true;
                break;
            }
            if (!now.newest) now.newest = movement.entry;
            at = movement.entry;
            const bool out = movement.side == ledger::Side::debit;
            now.paid.push_back(out ? movement.other : AccountId{});
        }
        if (movements.size() < look) break;
        look = movements_looked_at;
    }
    std::reverse(now.paid.begin(), now.paid.end());
    if (!now.newest) {
        now = std::move(before);  // Nothing new, or a snapshot from before the last look.
    } else if (met) {
        now.paid.insert(now.paid.begin(), before.paid.begin(), before.paid.end());
    }
    if (now.paid.size() > movements_looked_at) {
        now.paid.erase(now.paid.begin(), now.paid.end() - movements_looked_at);
    }
    const bool known = std::find(now.paid.begin(), now.paid.end(), payee) != now.paid.end();
    const std::lock_guard lock{mutex_};
    if (seen_.size() >= most_accounts) seen_.erase(seen_.begin());
    if (auto& kept = seen_[payer]; kept.newest < now.newest) kept = std::move(now);
    return known;
}

}  // namespace bank::payment::internal
