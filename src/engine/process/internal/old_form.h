// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/internal/store.h>

namespace engine::process {

/// Takes an instance out of the tables of the first schema, which has it in its record now.
void leave_old_form(platform::sql::Transaction& transaction, InstanceId id);

}  // namespace engine::process
