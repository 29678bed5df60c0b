// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/id.h>

namespace bank::customer {

/// A person's record in one institution's book. The book is part of every id.
using CustomerId = base::Id<struct CustomerTag>;

}  // namespace bank::customer
