// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/money.h>

#include <span>

namespace bank::ledger::internal {

/// Active codes of ISO 4217 list one with a minor unit, sorted by code.
std::span<const base::Currency> iso_4217();

}  // namespace bank::ledger::internal
