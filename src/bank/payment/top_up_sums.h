// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/sql/transaction.h>

#include <cstdint>
#include <string_view>

namespace bank::payment {

/// What other bank `bank` has paid in all, in minor units: it stands as a debit on its clearing
/// account.
std::int64_t brought_in_from(platform::sql::Snapshot& snapshot, std::string_view bank);

}  // namespace bank::payment
