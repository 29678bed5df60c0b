// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/batch/roster.h>

namespace bank::batch::internal {

/// The readers behind read_roster; each of one format.
base::Result<Roster> read_csv(std::string_view file, const RosterLimits& limits);
base::Result<Roster> read_workbook(std::string_view file, const RosterLimits& limits);
base::Result<Roster> read_pain(std::string_view file, const RosterLimits& limits);

base::Error too_many_lines(const RosterLimits& limits);

}  // namespace bank::batch::internal
