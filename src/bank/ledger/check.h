// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/book.h>

#include <cstdint>
#include <string>
#include <vector>

namespace bank::ledger {

struct CheckReport {
    std::int64_t entries = 0;
    std::int64_t accounts = 0;
    std::int64_t holds_open = 0;
    std::vector<std::string> findings;  // What is wrong, the first bad record first; at most 20.

    bool clean() const { return findings.empty(); }
};

/// Reads the whole journal of a book in one snapshot, on its own and without the ledger's memory,
/// and holds everything to it: no row missing, each entry balanced per unit, each account's
/// sequence, chain, counters and turnover continued from row to row, balances in their table equal
/// to the journal at the entry they name and to its end where they were swept, every client id
/// found at its place, open holds equal to what is pending, debits equal to credits in each unit.
/// Runs beside a working bank. Throws platform::sql::Failure.
CheckReport check_ledger(platform::sql::Book& book);

}  // namespace bank::ledger
