// SPDX-License-Identifier: Apache-2.0
#include <bank/counter/worker.h>

#include <bank/customer/person.h>

namespace bank::counter {

engine::process::Worker worker_of(platform::sql::Snapshot& snapshot, const customer::Vault& vault,
                                  const organisation::Organisation& organisation,
                                  const organisation::Staff& staff)
{
    const auto add_cases_of = [&](const organisation::Staff& person,
                                  std::vector<std::string>& subjects) {
        if (person.phone.empty()) return;
        for (const auto id : customer::find_by_phone(snapshot, vault, person.phone))
            subjects.push_back(to_string(id));
    };
    engine::process::Worker worker{staff.login, staff.skills, staff.roles, {}};
    worker.level = organisation.level_of(staff);
    worker.units = organisation.units_of(staff);
    add_cases_of(staff, worker.himself);
    for (const auto& each : organisation.reporting_to(staff.login))
        add_cases_of(each, worker.his_staff);
    return worker;
}

}  // namespace bank::counter
