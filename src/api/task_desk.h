// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/scope.h>

#include <bank/counter/counter.h>
#include <bank/organisation/organisation.h>

#include <string_view>

namespace api {

/// What the routes of tasks have in common.

/// A member of the staff as the engine knows people, with those for whom he stands in now.
engine::process::Worker worker_of(Parts& parts, Institution& institution,
                                  const bank::organisation::Staff& staff);

/// Four eyes: the caller neither is whom the task is about, nor that person's manager. Errors:
/// task.unknown, task.own_case, task.of_your_staff.
base::Result<void> without_stake(Call& call, Parts& parts, Institution& institution,
                                 engine::process::TaskId id);

/// The task of the path as the caller sees it. Errors: task.unknown, staff.not_permitted.
base::Result<platform::http::Response> task_detail(Call& call, Parts& parts);

/// Puts what the caller does to a task into the audit trail, in the unit of work that does it.
bank::counter::Counter::Also recorded(const Call& call, engine::process::TaskId id,
                                      std::string_view action, std::string_view reason = {},
                                      const platform::json::Object& details = {});

/// Pages that show the task read it again.
void tell_staff(Parts& parts, const Institution& institution, engine::process::TaskId id);

}  // namespace api
