// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/id.h>

namespace bank::ledger {

struct AccountTag;
struct EntryTag;

using AccountId = base::Id<AccountTag>;

/// Names one row of the journal: book (10 bits), then a number that counts from 1 without gaps, so
/// that a lost row shows. Ordered by time; unique over all books.
using EntryId = base::Id<EntryTag>;

inline constexpr int entry_number_bits = 50;

}  // namespace bank::ledger
