// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/top_up_sums.h>

#include <bank/payment/top_up.h>

namespace bank::payment {

std::int64_t brought_in_from(platform::sql::Snapshot& snapshot, std::string_view bank)
{
    // Added up here: the sum of a bigint column is of another type in some databases.
    auto row = snapshot.query("select minor_units from payment_top_up where bank = ? and state = ?",
                              bank, static_cast<int>(TopUpState::credited));
    std::int64_t sum = 0;
    while (row.next()) sum += row.integer(0);
    return sum;
}

}  // namespace bank::payment
