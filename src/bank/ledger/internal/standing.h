// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/internal/kept_account.h>

#include <array>
#include <string_view>

namespace bank::ledger::internal {

/// Room for how an account stands, as its table keeps it: eleven decimal numbers with a blank
/// between them. They are sequence, last entry, debits and credits posted, debits and credits
/// pending, the day of the turnover in days since 1970, debits of that day and year, credits of
/// that day and year. One column instead of eleven, since a sweep's time goes into columns.
using StandingText = std::array<char, 240>;

/// Lies in `into`.
std::string_view write_standing(const KeptAccount& account, StandingText& into);

/// False where it is not eleven numbers.
bool read_standing(std::string_view text, Account& into);

}  // namespace bank::ledger::internal
