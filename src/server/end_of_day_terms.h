// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/business_day/business_day.h>
#include <bank/catalog/bank.h>
#include <bank/end_of_day/terms.h>

namespace server {

/// What of the bank's folder the end of day needs: rates, fees, the chart of accounts.
bank::end_of_day::Terms end_of_day_terms(const bank::catalog::Bank& bank);

/// How an institution's business dates follow each other.
bank::business_day::Rules business_day_rules(const bank::catalog::Institution& facts);

}  // namespace server
