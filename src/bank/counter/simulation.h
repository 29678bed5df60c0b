// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/counter/counter.h>

namespace bank::counter {

/// One decision of a case: what was decided, and what another table says to the same.
struct SimulatedDecision {
    CaseId id;
    std::string decision;
    base::Text step;
    platform::json::Value before;
    platform::json::Value after;  // Null where the table has no answer.
};

/// How often one answer would have become another (or stayed).
struct SimulatedTurn {
    std::string decision;
    platform::json::Value before;
    platform::json::Value after;
    std::int64_t count = 0;
};

/// What a decision table would have said in real cases. A case is judged by what it knows now: what
/// a later step overwrote is seen as it was left.
struct Simulation {
    static constexpr int most_cases = 2000;  // The newest of an institution.
    static constexpr std::size_t most_shown = 100;

    std::int64_t decided = 0;     // Decisions looked at.
    std::int64_t different = 0;   // Of these.
    std::int64_t unanswered = 0;  // Of the different: the table has no answer.
    std::int64_t unreadable = 0;  // Cases whose data or version is gone.
    std::vector<SimulatedTurn> turns;
    std::vector<SimulatedDecision> changed;  // The newest first.
};

}  // namespace bank::counter
