// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <server/institution.h>

namespace server {

/// Creates what a demo bank's folder says of people: staff sign-ins, customers with their accounts
/// and opening balances. Once: what is there already is left alone. Errors: those of the modules.
base::Result<void> seed_demo(House& house, std::vector<std::unique_ptr<Institution>>& institutions);

}  // namespace server
