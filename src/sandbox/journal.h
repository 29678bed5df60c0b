// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/result.h>
#include <platform/json/value.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sandbox {

/// A message on a handset.
struct Delivered {
    std::string id;
    std::string phone;
    std::string channel;  // "sms", "push", "mail"
    std::string text;
    base::Instant at;
};

/// What the partners did, kept over restarts as lines of JSON: the answers to calls that had an
/// effect (a call has its effect once, however often it is made), what accounts have lost and won,
/// and what the handsets received. Thread-safe.
class Journal {
public:
    /// Reads what the file holds. Throws std::runtime_error where it cannot be written.
    explicit Journal(const std::filesystem::path& file);

    /// The answer to a call whose effect has happened.
    std::optional<platform::json::Value> answer_to(std::string_view call) const;
    /// Answers a call: the answer it had; else `decide`s, knowing what the account has changed by
    /// so far, and keeps the answer with the further change (0 where it refuses).
    struct Decision {
        platform::json::Value answer;
        std::int64_t change = 0;  // Of the account, in minor units.
    };
    platform::json::Value settle(std::string_view call, std::string_view account,
                                 const std::function<Decision(std::int64_t changed)>& decide);
    /// What an account has changed by, in minor units.
    std::int64_t changed(std::string_view account) const;

    /// Adds to a list once a call.
    void keep(std::string_view list, std::string_view call, const platform::json::Value& value);
    /// What a list holds, in the order in which it came.
    std::vector<platform::json::Value> kept(std::string_view list) const;

    /// Delivers a message once a call.
    void deliver(std::string_view call, Delivered message);
    /// Newest first; of all phones where `phone` is empty.
    std::vector<Delivered> messages(std::string_view phone, std::size_t limit) const;

private:
    void apply(const platform::json::Value& line);
    void write(const platform::json::Value& line);

    mutable std::mutex mutex_;
    std::ofstream out_;
    std::map<std::string, platform::json::Value, std::less<>> answers_;
    std::map<std::string, std::int64_t, std::less<>> changes_;
    struct Kept {
        std::set<std::string, std::less<>> calls;
        std::vector<platform::json::Value> values;
    };
    std::map<std::string, Kept, std::less<>> lists_;
    std::vector<Delivered> messages_;
};

}  // namespace sandbox
