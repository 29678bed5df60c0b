// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/state.h>

#include <algorithm>

namespace bank::ledger {

using namespace internal;

namespace {

constexpr std::size_t most_expected = 65'536;  // What nobody asks for is let go.

std::int64_t key_of_expected(AccountId id)
{
    return static_cast<std::int64_t>(id.value);
}

}  // namespace

void Ledger::expect(std::span<const AccountId> accounts)
{
    auto& ids = state_->expected_accounts_;
    if (ids.size() > most_expected) ids.clear();
    ids.insert(ids.end(), accounts.begin(), accounts.end());
}

void Ledger::State::read_expected(Transaction& transaction)
{
    auto& ids = expected_accounts_;
    accounts_.fetch(ids, key_of_expected);
    std::erase_if(ids, [this](AccountId id) {
        const KeptAccount* held = accounts_.find(key_of_expected(id));
        return held != nullptr && held->whole();
    });
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    AccountTable::find_many(transaction, ids, [this](const Account& row) { take_in(row); });
    ids.clear();
}

}  // namespace bank::ledger
