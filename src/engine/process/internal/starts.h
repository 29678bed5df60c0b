// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/internal/machine.h>

#include <optional>
#include <string>
#include <vector>

namespace engine::process {

/// A start event of the version of a service that is deployed.
struct DeployedStart {
    std::string service;
    std::string element;
    std::string definition;
    std::string message;               // Empty: a timer.
    std::optional<base::Instant> due;  // Of a timer.
    std::string every;                 // An ISO duration, where it fires more than once …
    std::int64_t remaining = 0;        // … so many times after this; -1: without end.
};

/// The same at its next time after `now`; without time where there is none. Times that have passed
/// are not made up for.
DeployedStart next_of(DeployedStart start, base::Instant now, const BusinessCalendar& calendar);

/// SQL of deployed start events.
namespace starts {

std::vector<DeployedStart> of_service(platform::sql::Snapshot& snapshot, std::string_view service);
std::vector<DeployedStart> of_message(platform::sql::Snapshot& snapshot, std::string_view message);
std::vector<DeployedStart> due(platform::sql::Snapshot& snapshot, base::Instant now, int limit);
void remove(platform::sql::Transaction& transaction, std::string_view service);
void insert(platform::sql::Transaction& transaction, const DeployedStart& start);
/// When it fires next; nothing: never again.
void set_due(platform::sql::Transaction& transaction, const DeployedStart& start);

}  // namespace starts

}  // namespace engine::process
