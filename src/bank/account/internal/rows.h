// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>

namespace bank::account::internal {

/// What the product's limits come to on the ledger's account. What requires to have met the holder
/// is nothing at all before.
ledger::Terms terms_of(const Product& product, bool face_to_face);

void insert(platform::sql::Transaction& transaction, const Account& account);

/// The rows of `select … where CONDITION`, in order of id. `condition` is a literal.
template <class... Args>
std::vector<Account> select(platform::sql::Snapshot& snapshot, std::string_view condition,
                            const Args&... args);

std::vector<Account> select_with(platform::sql::Snapshot& snapshot, std::string_view condition,
                                 std::span<const platform::sql::Parameter> parameters);

template <class... Args>
std::vector<Account> select(platform::sql::Snapshot& snapshot, std::string_view condition,
                            const Args&... args)
{
    const std::array<platform::sql::Parameter, sizeof...(Args)> parameters{
        platform::sql::Parameter(args)...};
    return select_with(snapshot, condition, parameters);
}

}  // namespace bank::account::internal
