// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/catalog.h>

namespace bank::counter {

/// Runs every scenario of the service in a throw-away book with a clock that stands still until
/// told. Operations and partners answer what scenario.yaml says. What does not come out as it says
/// is found, with its line; a service without a scenario is a finding.
///
/// Fits a Catalog's gate.
catalog::Findings run_scenarios(const catalog::ServicePtr& service,
                                const std::shared_ptr<const catalog::Bank>& bank);

/// run_scenarios as a Catalog's gate.
catalog::Gate scenario_gate();

}  // namespace bank::counter
