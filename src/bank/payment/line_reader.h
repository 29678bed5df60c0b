// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/history.h>

#include <map>

namespace bank::payment {

/// Makes lines of one account's movements; remembers names within one snapshot.
class LineReader {
public:
    LineReader(platform::sql::Snapshot& snapshot, account::Accounts& accounts, People& people,
               CustomerId holder)
        : snapshot_(snapshot), accounts_(accounts), people_(people), holder_(holder)
    {
    }

    Line line_of(const ledger::Movement& movement);

private:
    struct Other {
        CustomerId holder;
        std::string name;
        std::string masked_name;
    };

    Line outside_line(const ledger::Movement& movement);
    /// None where the other side is an account of the bank's own.
    const Other& other_of(AccountId id);

    platform::sql::Snapshot& snapshot_;
    account::Accounts& accounts_;
    People& people_;
    const CustomerId holder_;
    std::map<AccountId, Other> others_;
};

/// None for an account of the bank's own.
CustomerId holder_of(platform::sql::Snapshot& snapshot, account::Accounts& accounts, AccountId id);

}  // namespace bank::payment
