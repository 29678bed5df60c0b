// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/customer_id.h>
#include <bank/message/template.h>
#include <bank/outbox/outbox.h>
#include <bank/partner/partners.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bank::message {

std::span<const platform::sql::Migration> migrations();

using MessageId = base::Id<struct MessageTag>;

/// What is to be said to whom. The values are shown as they are: names, numbers and phones of
/// others are masked by whoever gives them.
struct Order {
    customer::CustomerId customer = {};  // None for a visitor.
    std::string phone;                   // Normal form; empty where there is none.
    std::string language;                // "zh", "en"
    Template message;
    platform::json::Object values = {};
    std::string once = {};  // A message with a key that was used before is not sent again.
};

/// How many SMS go out; codes above it are refused, other messages recorded as failed.
struct Caps {
    int per_phone_hour = 20;
    int per_phone_day = 60;
    int codes_in_all_minute = 600;
};

/// When marketing waits, in minutes after local midnight (通信短信息服务管理规定: not at night).
struct QuietHours {
    int from = 22 * 60;
    int to = 8 * 60;
    int utc_offset_minutes = 8 * 60;
};

enum class State { waiting, sent, delivered, failed };
std::string_view to_string(State state);

/// A message as its customer sees it again. Codes are never shown.
struct Shown {
    MessageId id;
    base::Instant at;
    std::string channel;  // "sms", "push"
    std::string text;
    State state;
};

/// The messages of one institution. A message is recorded in the unit of work that causes it, its
/// text sealed, and goes out after the commit: by the first of its channels that reaches the
/// customer. The text of a code is wiped once the carrier has it.
class Messages {
public:
    struct Environment {
        platform::sql::Book& book;
        outbox::Outbox& outbox;
        partner::Partners& partners;
        const partner::Sealer& sealer;
        /// Shows a message in the customer's open page; false where none is open.
        std::function<bool(customer::CustomerId, MessageId, const std::string& text)> push = {};
        Caps caps = {};
        QuietHours quiet_hours = {};
    };
    /// Subscribes to the outbox and to the carrier's answers and receipts; before those start.
    explicit Messages(Environment environment);

    /// Errors: message.value_missing, message.no_phone (no channel but sms, and no phone),
    /// message.too_many (a code over a cap).
    base::Result<MessageId> send(platform::sql::Transaction& transaction, const Order& order);

    /// A customer's messages before `before` (none: from the newest), newest first.
    std::vector<Shown> of_customer(platform::sql::Snapshot& snapshot, customer::CustomerId customer,
                                   MessageId before, int limit);

    /// Wipes what was said to a person whose record is being erased.
    void forget(platform::sql::Transaction& transaction, customer::CustomerId customer);

private:
    struct Row;
    base::Result<void> within_caps(platform::sql::Transaction& tx, const std::string& phone_hash,
                                   bool is_code);
    base::Result<void> deliver(const outbox::Event& event);
    base::Result<void> hand_to_carrier(platform::sql::Transaction& tx, MessageId id,
                                       std::string_view phone, std::string_view text);
    base::Result<void> answered(platform::sql::Transaction& tx, const partner::Answer& answer);
    base::Result<void> received(platform::sql::Transaction& tx, const partner::Notice& notice);
    bool is_quiet(base::Instant now) const;
    std::string hash_of(std::string_view phone) const;

    Environment environment_;
    // The writer thread's own: codes in the present minute.
    std::int64_t minute_ = 0;
    int codes_in_minute_ = 0;
};

}  // namespace bank::message
