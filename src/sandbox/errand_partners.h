// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sandbox/partners.h>

namespace sandbox {

/// A courier. `ship` {reference, name, phone, address}: accepted with a tracking number, or
/// address_unknown. `track` {tracking}: in_transit, delivered once it was asked `delivered_after`
/// times, lost for the phones in `lost_for`, unknown.
platform::json::Value answer_courier(const platform::json::Value& known, const Asked& asked,
                                     Journal& journal);

/// A housing fund. `fund-query` {number}: known with balance, monthly and employer, or unknown.
/// `fund-withdraw` {number, application: {amount}}: accepted with reference and what is left, or
/// refused: not_enough, amount_malformed, frozen. `fund-paid` {reference}: pending at first, then
/// paid with reference and amount, or failed for who has `payments_fail`; unknown.
platform::json::Value answer_fund(const platform::json::Value& member, const Asked& asked,
                                  Journal& journal);

}  // namespace sandbox
