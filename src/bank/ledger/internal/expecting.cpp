// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/state.h>

#include <algorithm>

namespace bank::ledger {

using namespace internal;

namespace {

constexpr std::size_t most_expected = 65'536;  // Of a group; what nobody asks for is let go.

template <class Key>
void only_once(std::vector<Key>& keys)
{
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

}  // namespace

void Ledger::expect(ClientId client, std::span<const AccountId> accounts)
{
    auto& places = state_->expected_places_;
    auto& ids = state_->expected_accounts_;
    if (places.size() + ids.size() > most_expected) {
        places.clear();
        ids.clear();
    }
    places.push_back(place_of(client, 0));
    ids.insert(ids.end(), accounts.begin(), accounts.end());
}

void Ledger::State::read_expected(Transaction& transaction)
{
    std::erase_if(expected_places_, [this](std::int64_t place) {
        return clients_.find(place) != nullptr || absent_places_.contains(place);
    });
    std::erase_if(expected_accounts_, [this](AccountId id) {
        const Account* held = accounts_.find(static_cast<std::int64_t>(id.value));
        return held != nullptr && !held->unit.code.empty();
    });
    only_once(expected_places_);
    only_once(expected_accounts_);
    absent_places_.insert(expected_places_.begin(), expected_places_.end());
    ClientTable::find_many(transaction, expected_places_,
                           [this](std::int64_t place, EntryId entry) {
                               absent_places_.erase(place);
                               clients_.load(place, entry);
                           });
    AccountTable::find_many(transaction, expected_accounts_,
                            [this](const Account& row) { take_in(row); });
    expected_places_.clear();
    expected_accounts_.clear();
}

}  // namespace bank::ledger
