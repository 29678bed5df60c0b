// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/history.h>

#include <platform/sql/transaction.h>

#include <span>
#include <vector>

namespace bank::ledger::internal {

/// The legs of one entry as the bytes of its journal row; about 30 a leg.
///
/// Count; then for each leg: account (8 bytes, big-endian), a byte (bit 0 credit, bit 1 counted,
/// bit 2 with turnover), posted, pending, sequence, distance back to the account's entry before (0
/// none), the four counters, and the turnover (day, four sums) where there is one. Whole numbers
/// are LEB128, those that may be negative zigzag-coded first.
void pack_legs(EntryId id, std::span<const JournalLeg> legs, std::vector<std::byte>& into);

/// False where `bytes` are not what pack_legs made; `into` then holds nothing of use.
bool unpack_legs(EntryId id, platform::sql::Bytes bytes, std::vector<JournalLeg>& into);

}  // namespace bank::ledger::internal
