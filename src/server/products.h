// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/operations.h>

#include <string>

namespace server {

/// What of a product of the catalogue the accounts need.
bank::account::Product account_product(const bank::catalog::Product& product);

/// The unit that keeps an account opened from afar: the institution's first.
std::string branch_of(const OperationParts& parts);

}  // namespace server
