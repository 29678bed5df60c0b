// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <api/routes.h>

#include <bank/business_day/business_day.h>
#include <bank/end_of_day/end_of_day.h>

#include <map>
#include <string>

namespace api {

/// The business date of one institution and what happens when it ends.
struct Workday {
    const bank::business_day::BusinessDay& date;
    bank::end_of_day::EndOfDay& end;
};

/// End of day, trial balance and general ledger; `workdays` by the code of the institution.
void add_workday_routes(Routes& routes, std::map<std::string, Workday, std::less<>> workdays);

}  // namespace api
