// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/money.h>

#include <string_view>

namespace bank::ledger {

/// The currency of an ISO 4217 code, with its decimals. Errors: ledger.unit_unknown.
/// Source: ISO 4217:2015 list one, as of 2026-01.
base::Result<base::Currency> currency(std::string_view code);

/// Accepts a unit of account: an ISO 4217 currency with its own decimals, or any other countable
/// thing, whose code is lower-case words ("voucher/spring-2026") with 0 to 8 decimals.
/// Errors: ledger.unit_unknown.
base::Result<void> check_unit(base::Currency unit);

}  // namespace bank::ledger
