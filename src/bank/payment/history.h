// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/transfer.h>

namespace bank::payment {

/// A movement as its account's holder reads it.
struct Line {
    EntryId id;
    // transfer, top-up, opening, reversal, interest, fee, wages, other.
    std::string_view kind;
    account::Direction direction;
    base::Money amount;
    base::Money balance;  // Right after.
    base::Date business_date;
    base::Instant at;
    // Masked name, but that of an employer who pays wages in full; empty where the other side is
    // the bank itself.
    std::string counterparty;
    std::string purpose;
};

struct Page {
    std::vector<Line> lines;      // Newest first.
    std::optional<EntryId> next;  // The cursor of the page after, where there is one.
};

/// Posted movements of an account, older than `before` (none: the newest). `limit` 1 to 200.
/// Errors: ledger.account_unknown.
base::Result<Page> history(platform::sql::Snapshot& snapshot, account::Accounts& accounts,
                           People& people, AccountId id, EntryId before, std::size_t limit);

struct PeriodStatement {
    base::Money opening;
    base::Money closing;
    base::Money in;
    base::Money out;
    std::vector<Line> lines;  // Oldest first.
};

/// Business dates `first` to `last`, both included. Errors: ledger.account_unknown,
/// ledger.period_invalid.
base::Result<PeriodStatement> statement(platform::sql::Snapshot& snapshot,
                                        account::Accounts& accounts, People& people, AccountId id,
                                        base::Date first, base::Date last);

}  // namespace bank::payment
