// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bank::card {

using account::AccountId;
using customer::CustomerId;
using CardId = base::Id<struct DebitCardTag>;

/// The tables of this module, in every institution's book.
std::span<const platform::sql::Migration> migrations();

enum class State : std::uint8_t { ordered, active, lost, revoked };
std::string_view to_string(State state);

struct Card {
    CardId id;
    AccountId account;
    CustomerId holder;
    std::string number;  // Digits, with a Luhn check digit.
    State state = State::active;
    bool has_pin = false;
    base::Instant issued_at;
};

/// A card of `account`, active. `prefix` as in account::make_number. The same account again: its
/// card. Errors: account.unknown, account.not_open, card.not_for_class (only Class I and II).
base::Result<Card> issue(platform::sql::Transaction& transaction, account::Accounts& accounts,
                         std::string_view prefix, AccountId account);

/// Newest first.
std::vector<Card> of_holder(platform::sql::Snapshot& snapshot, CustomerId holder);

/// Errors: card.unknown (also another's).
base::Result<Card> find(platform::sql::Snapshot& snapshot, CustomerId holder, CardId id);

/// From the commit on the card is of no use. Again: nothing. Errors: card.unknown, card.not_active.
base::Result<Card> report_lost(platform::sql::Transaction& transaction, CustomerId holder,
                               CardId id);

/// `hash`: platform::crypto::hash_password of the PIN. Errors: card.unknown,
/// card.not_active.
base::Result<Card> set_pin(platform::sql::Transaction& transaction, CustomerId holder, CardId id,
                           std::string_view hash);

/// Orders a card in the place of `id`, which is of no use from then on; while one is on its way:
/// that one. Errors: card.unknown, card.replaced_already (another is active), account.not_open.
base::Result<Card> replace(platform::sql::Transaction& transaction, account::Accounts& accounts,
                           std::string_view prefix, CustomerId holder, CardId id);

/// The holder has the ordered card in hand. Again: nothing. Errors: card.unknown, card.not_active
/// (lost or void), card.digits_wrong (`last_digits` are not its last four).
base::Result<Card> activate(platform::sql::Transaction& transaction, CustomerId holder, CardId id,
                            std::string_view last_digits);

/// A card that never came. Again: nothing. Errors: card.unknown.
base::Result<void> revoke(platform::sql::Transaction& transaction, CustomerId holder, CardId id);

}  // namespace bank::card
