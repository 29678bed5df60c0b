// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>

namespace server {

/// Looks through the accounts of an institution for those that nothing moved on, some at a time,
/// and puts them to sleep; from the beginning again once `every_seconds` have passed.
class DormancyWatch {
public:
    DormancyWatch(platform::sql::Book& book, bank::account::Accounts& accounts,
                  const bank::account::Idleness& idleness, int every_seconds)
        : book_(book), accounts_(accounts), idleness_(idleness), every_seconds_(every_seconds)
    {
    }

    /// The next accounts. Every second, on one thread.
    void tick();

private:
    static constexpr int accounts_a_tick = 500;

    platform::sql::Book& book_;
    bank::account::Accounts& accounts_;
    const bank::account::Idleness idleness_;
    const int every_seconds_;
    bank::account::AccountId next_{1};
    base::Instant not_before_{};
};

}  // namespace server
