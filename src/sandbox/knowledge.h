// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/json/value.h>

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace sandbox {

/// How a partner treats a question.
enum class Mode {
    answer,       // At once (after its usual delay).
    slow,         // After `seconds`.
    later,        // "Accepted" at once, the answer as a notice after `seconds`.
    twice,        // At once, and the same again as a notice.
    silent,       // Acts, but never answers.
    lost,         // Acts, and answers 503: the bank cannot know.
    unavailable,  // Does nothing and answers 503.
    refuse,       // Answers `refused` with `reason`.
    unsigned_answer,
};

struct Behaviour {
    Mode mode = Mode::answer;
    double seconds = 0;
    std::string reason = {};
    int delay_ms = 0;
};

/// {mode|behaviour, seconds, reason, delay_ms}. Errors: sandbox.behaviour_unknown.
base::Result<Behaviour> read_behaviour(const platform::json::Value& value);

/// What the partners know: one YAML file each ("police.yaml"), read again when it changes. A file
/// that cannot be read leaves what was known before. Thread-safe.
class Knowledge {
public:
    explicit Knowledge(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// What `partner` knows now; null where it knows nothing.
    platform::json::Value of(std::string_view partner);
    /// Replaces it until the file changes. Errors: those of config::parse_yaml.
    base::Result<void> replace(std::string_view partner, std::string_view yaml);

    /// What overrides every behaviour of the data, until it is set again or cleared.
    void set_behaviour(std::string_view partner, Behaviour behaviour);
    void clear_behaviour(std::string_view partner);
    /// The behaviour towards a question about `record` (one of the partner's people, accounts …).
    Behaviour behaviour(std::string_view partner, const platform::json::Value& record);

private:
    struct Known {
        platform::json::Value value;
        std::filesystem::file_time_type read_at{};
    };

    const std::filesystem::path folder_;
    std::mutex mutex_;
    std::map<std::string, Known, std::less<>> known_;
    std::map<std::string, Behaviour, std::less<>> overrides_;
};

}  // namespace sandbox
