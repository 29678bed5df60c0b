// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ledger.h>

#include <map>
#include <mutex>
#include <vector>

namespace bank::payment::internal {

/// Whom an account paid in its latest movements. What was read once is kept, so that a payment
/// reads only what came since: a walk along the journal is a look-up a movement, and on PostgreSQL
/// each of them a way to the server and back. Any thread.
class KnownPayees {
public:
    static constexpr std::size_t movements_looked_at = 50;

    /// Whether `payer`, as the snapshot has it, paid `payee` in one of its latest movements.
    /// Errors: ledger.history's.
    base::Result<bool> knows(platform::sql::Snapshot& snapshot, ledger::Ledger& ledger,
                             ledger::AccountId payer, ledger::AccountId payee);

private:
    /// The latest movements, the newest last: the account paid, or none where money came in.
    struct Seen {
        ledger::EntryId newest;
        std::vector<ledger::AccountId> paid;
    };
    std::mutex mutex_;
    std::map<ledger::AccountId, Seen> seen_;
};

}  // namespace bank::payment::internal
