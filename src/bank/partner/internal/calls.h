// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/partner/partners.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::partner::internal {

/// A call that is to be made, or given up.
struct Due {
    CallId id;
    std::string partner;
    bool too_late = false;  // Its deadline has passed.
};

/// What an attempt needs.
struct Attempt {
    std::string question;
    int number = 1;
    platform::crypto::Bytes content;  // Sealed.
};

enum class Recorded { first, after_timeout, duplicate };

/// The table of calls.
class Calls {
public:
    explicit Calls(const Sealer& sealer) : sealer_(sealer) {}

    base::Result<CallId> ask(platform::sql::Transaction& tx, const Question& question,
                             const Settings& partner);
    std::vector<Due> due(platform::sql::Snapshot& snapshot, base::Instant now, int limit);
    /// Counts an attempt and puts the next one off; none where the call is no longer waiting.
    std::optional<Attempt> begin(platform::sql::Transaction& tx, CallId id,
                                 const Settings& partner);
    void accepted(platform::sql::Transaction& tx, CallId id);
    /// Notes a failed attempt and when to try again.
    void failed(platform::sql::Transaction& tx, CallId id, std::string_view reason, int wait_ms);
    void troubled(platform::sql::Transaction& tx, CallId id, std::string_view reason);

    /// Records `content` as the call's answer; `answer` is filled for the listeners unless it is a
    /// duplicate. Errors: partner.call_unknown.
    base::Result<Recorded> record(platform::sql::Transaction& tx, CallId id,
                                  const platform::json::Value& content, Answer& answer);
    /// Records that there was no answer in time; false where there was one.
    bool time_out(platform::sql::Transaction& tx, CallId id, Answer& answer);

    std::optional<CallView> find(platform::sql::Snapshot& snapshot, std::string_view partner,
                                 std::string_view correlation);
    std::vector<CallView> unsettled(platform::sql::Snapshot& snapshot, int limit);

private:
    const Sealer& sealer_;
};

}  // namespace bank::partner::internal
