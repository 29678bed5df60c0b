// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/end_of_day/internal/steps.h>

#include <span>

namespace bank::end_of_day::internal {

/// What moves between one customer's account and an account of the bank's own.
struct Item {
    ledger::AccountId account;
    std::int64_t amount;  // More than zero.
};

struct Settlement {
    Step step;
    std::string_view kind;    // Of the entries: "interest", "fee".
    std::string_view event;   // Told for each entry, with its id: "interest.posted".
    std::string name;         // Tells one settlement of an account and day from another.
    std::string own_account;  // Code of the other side.
    ledger::Side side;        // Of the customers' legs.
    base::Currency unit;
};

/// Posts `items`, many to an entry; where an entry is refused each of its items alone. What is
/// refused alone is noted as an exception of the step. Counts what was posted. Returns which items
/// were, in their order. Errors: ledger.unit_mismatch.
base::Result<std::vector<bool>> settle(const Work& work, Transaction& transaction,
                                       const Settlement& settlement, std::span<const Item> items);

}  // namespace bank::end_of_day::internal
