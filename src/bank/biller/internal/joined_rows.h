// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/biller/joined.h>

namespace bank::biller::internal {

std::vector<Joined> select_joined(platform::sql::Snapshot& snapshot, std::string_view condition,
                                  std::span<const platform::sql::Parameter> parameters);
void insert(platform::sql::Transaction& transaction, const Joined& biller);
void update(platform::sql::Transaction& transaction, const Joined& biller);

/// A bill as it is kept; `number` holds its last digits.
struct KeptBill {
    OwnBill own;
    std::string number_hash;
};
std::vector<KeptBill> select_bills(platform::sql::Snapshot& snapshot, std::string_view condition,
                                   std::span<const platform::sql::Parameter> parameters);

bool is_word(std::string_view text);  // Lower-case words joined by single hyphens.

}  // namespace bank::biller::internal
