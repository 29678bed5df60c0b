// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/id.h>
#include <base/result.h>
#include <platform/json/value.h>
#include <platform/sql/transaction.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace engine::process {

using InstanceId = base::Id<struct InstanceTag>;
using TaskId = base::Id<struct TaskTag>;
using IncidentId = base::Id<struct IncidentTag>;

/// What a process asks of the bank.
struct OperationCall {
    platform::sql::Transaction& transaction;
    InstanceId instance;

    /// The same for every attempt of this step and of no other: what the operation does under one
    /// key it does once.
    std::string key;

    std::string_view definition;    // What the instance runs: "account-opening@3".
    std::string_view business_key;  // What the instance is about, as the starter named it: a case.
    std::string_view subject;       // For whom: a customer or applicant.
    const platform::json::Object& arguments;
};

/// Runs inside the unit of work that records the step, so that both stand or fall together; does no
/// I/O of its own. It refuses before it writes. A refusal of kind `unavailable` is tried again
/// later; any other goes to the boundary error event that takes its reason, else to the staff as an
/// incident.
using Operation = std::function<base::Result<platform::json::Value>(const OperationCall&)>;

/// The operations that processes may use, by stable names ("account.open"). Filled before use; then
/// read only.
class OperationRegistry {
public:
    void add(std::string name, Operation operation);
    const Operation* find(std::string_view name) const;

private:
    std::map<std::string, Operation, std::less<>> operations_;
};

}  // namespace engine::process
