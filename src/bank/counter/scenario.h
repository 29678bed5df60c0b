// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/catalog.h>

namespace bank::counter {

/// Runs every scenario of the service in a throw-away book with a clock that stands still until
/// told. Operations and partners answer what scenario.yaml says. What does not come out as it says
/// is found, with its line; a service without a scenario is a finding.
catalog::Findings run_scenarios(const catalog::Service& service, const catalog::Bank& bank);

/// run_scenarios as a Catalog's gate. `bank` is read when the gate runs.
catalog::Gate scenario_gate();

}  // namespace bank::counter
