// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/clearing/outgoing.h>

#include <map>
#include <string>
#include <vector>

namespace bank::clearing {

/// What stands between this book and one other side, in one currency.
struct Standing {
    std::string route;
    base::Currency unit;
    std::int64_t unfinished = 0;  // How many payments; their sum is on "clearing/<route>".
    base::Money clearing;         // Credit balance of "clearing/<route>".
    base::Money settlement;       // Of "settlement/<route>": more than zero is owed to them.
};

/// Each side that this book has paid or was paid by.
std::vector<Standing> standings(platform::sql::Snapshot& snapshot, ledger::Ledger& ledger);

/// Holds each "clearing/<route>" to its unfinished payments and each "settlement/<route>" to what
/// was settled, received and given back. Says what is not explained, one sentence each.
std::vector<std::string> explain(platform::sql::Snapshot& snapshot, ledger::Ledger& ledger);

/// What the bank itself has paid from each of its own accounts, in minor units, less what came
/// back.
std::map<AccountId, std::int64_t> paid_from_own(platform::sql::Snapshot& snapshot);

/// One payment as both sides should have it.
struct Passed {
    std::string id;
    std::int64_t minor_units = 0;
    bool ended = false;  // At the payer's side: settled. At the payee's: always.
};

/// What this book has sent to `route`, rejected ones aside; what it was paid by `sender` (a
/// clearing code). Ordered by id.
std::vector<Passed> passed_to(platform::sql::Snapshot& snapshot, std::string_view route);
std::vector<Passed> passed_from(platform::sql::Snapshot& snapshot, std::string_view sender);

/// Holds two institutions' records of what went from one to the other to each other: nothing was
/// paid out that was not paid in, in the same amount; nothing counts as settled that was not paid
/// out. `received` was read before `sent`.
std::vector<std::string> compare(const std::vector<Passed>& sent,
                                 const std::vector<Passed>& received);

/// What this book's ledger holds in "settlement/<route>", in minor units; 0 where there is none.
std::int64_t settled_with(platform::sql::Snapshot& snapshot, ledger::Ledger& ledger,
                          std::string_view route);

/// What was paid out at the other side and does not count as settled here yet, in minor units.
std::int64_t on_the_way(const std::vector<Passed>& sent, const std::vector<Passed>& received);

}  // namespace bank::clearing
