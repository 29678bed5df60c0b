// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/engine.h>

namespace engine::process {

/// SQL of signatures on tasks.
namespace signatures {

/// Whether somebody who was asked has not signed yet.
bool any_missing(platform::sql::Snapshot& snapshot, TaskId task);

/// Asks the next in order when nobody before him is asked.
void ask_next(platform::sql::Transaction& transaction, TaskId task);

}  // namespace signatures

/// Whether a task can still be ended or passed on, by that person: in the unit of work that does
/// it. Errors: task.unknown, task.ended, task.not_claimed, task.already_claimed.
base::Result<Task> held_task(platform::sql::Snapshot& snapshot, TaskId id, const std::string& who);

/// The same for what nobody has lent to him. Errors: those of `held_task`, task.lent.
base::Result<Task> own_task(platform::sql::Snapshot& snapshot, TaskId id, const std::string& who);

}  // namespace engine::process
