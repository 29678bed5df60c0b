// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/organisation/organisation.h>
#include <engine/process/task.h>

namespace bank::customer {
class Vault;
}

namespace bank::counter {

/// A member of the staff as the engine knows people of that book: what he can, and whose cases are
/// not for him (his own as a customer, and those of people who report to him). Whom he stands in
/// for is left open.
engine::process::Worker worker_of(platform::sql::Snapshot& snapshot, const customer::Vault& vault,
                                  const organisation::Organisation& organisation,
                                  const organisation::Staff& staff);

}  // namespace bank::counter
