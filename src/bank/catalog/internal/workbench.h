// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/internal/fields.h>
#include <bank/catalog/service.h>

namespace bank::catalog::internal {

/// The part of service.yaml that the staff see: tasks, facts, evidence, prompts.
void read_workbench(Fields& fields, Service& service, const Bank& bank,
                    std::vector<Finding>& findings);

/// Whether the process and the rest of the folder speak of the same things: sections, tasks and
/// their outcomes, skills, roles, messages, pages, reasons.
void check_process(const Service& service, const Bank& bank, std::vector<Finding>& findings);

}  // namespace bank::catalog::internal
