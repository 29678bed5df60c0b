// SPDX-License-Identifier: Apache-2.0
#include <bank/message/messages.h>

#include <algorithm>
#include <array>
#include <limits>

namespace bank::message {
namespace {

namespace json = platform::json;
namespace sql = platform::sql;

constexpr std::array schema{sql::Migration{"message", 1, R"sql(
create table message(
    id bigint primary key,
    customer bigint not null,
    code text not null,
    purpose text not null,
    channels text not null,
    channel text not null,
    phone_hash text not null,
    content blob,
    state text not null,
    reason text not null,
    once text,
    partner_call bigint,
    at bigint not null,
    ended_at bigint);
create unique index message_once on message(once);
create index message_customer on message(customer, id);
create index message_phone on message(phone_hash, at);
create index message_call on message(partner_call);
)sql"},
                            // What went to a phone by SMS, and nothing else, however much there is.
                            sql::Migration{"message", 2, R"sql(
drop index message_phone;
create index message_sms on message(phone_hash, at)
    where channel = 'sms' and reason <> 'message.too_many';
)sql"}};

constexpr std::string_view over_cap = "message.too_many";
constexpr std::int64_t micros_per_hour = 3600 * base::micros_per_second;

State state_from(std::string_view text)
{
    for (const auto state : {State::waiting, State::sent, State::delivered}) {
        if (text == to_string(state)) return state;
    }
    return State::failed;
}

bool has(const std::vector<std::string>& channels, std::string_view channel)
{
    return std::find(channels.begin(), channels.end(), channel) != channels.end();
}

std::string joined(const std::vector<std::string>& channels)
{
    std::string out;
    for (const auto& channel : channels) out += (out.empty() ? "" : ",") + channel;
    return out;
}

void end(sql::Transaction& tx, MessageId id, State state, std::string_view reason)
{
    // The text of a code is of no use to anyone once it is on its way, or lost.
    tx.execute(
        "update message set state = ?, reason = ?, ended_at = ?, "
        "content = case when purpose = 'code' then null else content end where id = ?",
        to_string(state), reason, tx.now(), id);
}

}  // namespace

std::span<const sql::Migration> migrations()
{
    return schema;
}

std::string_view to_string(State state)
{
    static constexpr std::string_view names[] = {"waiting", "sent", "delivered", "failed"};
    return names[static_cast<int>(state)];
}

struct Messages::Row {
    customer::CustomerId customer;
    std::string purpose;
    std::string channels;
    std::string phone_hash;
    bool over_cap;  // No SMS any more; only what costs nothing.
    std::string phone;
    std::string text;
};

Messages::Messages(Environment environment) : environment_(std::move(environment))
{
    environment_.outbox.subscribe(
        {.name = "messages",
         .types = {"message.queued"},
         .act = [this](const outbox::Event& event) { return deliver(event); },
         .retry = {.first_ms = 1'000, .most_ms = 15 * 60'000}});
    environment_.partners.on_answer(
        "send", [this](sql::Transaction& tx, const auto& answer) { return answered(tx, answer); });
    environment_.partners.on_notice(
        "sms", "receipt",
        [this](sql::Transaction& tx, const auto& notice) { return received(tx, notice); });
}

std::string Messages::hash_of(std::string_view phone) const
{
    return environment_.sealer.fingerprint(phone);
}

base::Result<MessageId> Messages::send(sql::Transaction& tx, const Order& order)
{
    const auto& message = order.message;
    const std::string text = TRY(render(message, order.language, order.values));
    if (order.phone.empty() && !has(message.channels, "push")) {
        return base::rejected("message.no_phone", "There is no phone to send the message to.");
    }
    if (!order.once.empty()) {
        auto known = tx.query("select id from message where once = ?", order.once);
        if (known.next()) return known.id<MessageId>(0);
    }
    const std::string phone_hash = order.phone.empty() ? std::string() : hash_of(order.phone);
    const bool is_code = message.purpose == "code";
    const bool sms_first = message.channels.empty() || message.channels.front() == "sms";
    const auto allowed =
        sms_first || is_code ? within_caps(tx, phone_hash, is_code) : base::Result<void>{};
    if (!allowed && is_code) return allowed.error();

    const auto id = tx.new_id<MessageId>();
    const std::string content =
        json::serialise(json::Object{{"phone", order.phone}, {"text", text}});
    tx.execute(
        "insert into message(id, customer, code, purpose, channels, channel, phone_hash, content, "
        "state, reason, once, at) values (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)",
        id, order.customer, message.code, message.purpose, joined(message.channels),
        sms_first ? "sms" : message.channels.front(), phone_hash,
        partner::column(environment_.sealer.seal(id.value, content)),
        allowed ? std::string_view{} : over_cap,
        order.once.empty() ? std::nullopt : std::optional<std::string_view>(order.once), tx.now());
    if (!allowed && !has(message.channels, "push")) {
        end(tx, id, State::failed, over_cap);
    } else if (allowed && sms_first && !order.phone.empty() && message.purpose != "marketing") {
        // Nothing is left to choose: straight to the carrier's queue, one commit less.
        TRY(hand_to_carrier(tx, id, order.phone, text));
    } else {
        environment_.outbox.append(tx, "message.queued", base::to_string(id),
                                   json::Object{{"code", message.code}});
    }
    return id;
}

base::Result<void> Messages::within_caps(sql::Transaction& tx, const std::string& phone_hash,
                                         bool is_code)
{
    const auto too_many = [] {
        return base::rejected(over_cap,
                              "Too many messages were sent to this phone; please wait a while.");
    };
    const auto now = tx.now();
    if (!phone_hash.empty()) {
        auto row = tx.query(
            "select count(*), coalesce(sum(case when at > ? then 1 else 0 end), 0) from message "
            "where phone_hash = ? and at > ? and channel = 'sms' and reason <> 'message.too_many'",
            base::Instant{now.micros - micros_per_hour}, phone_hash,
            base::Instant{now.micros - 24 * micros_per_hour});
        row.next();
        if (row.integer(0) >= environment_.caps.per_phone_day ||
            row.integer(1) >= environment_.caps.per_phone_hour) {
            return too_many();
        }
    }
    if (!is_code) return {};
    const std::int64_t minute = now.micros / (60 * base::micros_per_second);
    if (minute != minute_) {
        minute_ = minute;
        codes_in_minute_ = 0;
    }
    if (++codes_in_minute_ > environment_.caps.codes_in_all_minute) return too_many();
    return {};
}

base::Result<void> Messages::hand_to_carrier(sql::Transaction& tx, MessageId id,
                                             std::string_view phone, std::string_view text)
{
    const auto call = TRY(environment_.partners.ask(
        tx, {.partner = "sms",
             .question = "send",
             .correlation = "message/" + base::to_string(id),
             .content = json::Object{{"phone", phone}, {"text", text}, {"channel", "sms"}}}));
    tx.execute("update message set channel = 'sms', partner_call = ? where id = ?", call, id);
    return {};
}

bool Messages::is_quiet(base::Instant now) const
{
    const auto& hours = environment_.quiet_hours;
    const std::int64_t minutes = now.micros / (60 * base::micros_per_second);
    const std::int64_t minute = (minutes + hours.utc_offset_minutes) % (24 * 60);
    return hours.from <= hours.to ? minute >= hours.from && minute < hours.to
                                  : minute >= hours.from || minute < hours.to;
}

/// Chooses the channel of a message that has more than one, or that may have to wait.
base::Result<void> Messages::deliver(const outbox::Event& event)
{
    const auto id = TRY(base::parse_id<MessageId>(event.subject));
    std::string sealed;
    std::optional<Row> row = environment_.book.read([&](sql::Snapshot& snapshot) {
        std::optional<Row> out;
        auto found = snapshot.query(
            "select customer, purpose, channels, content, phone_hash, reason from message "
            "where id = ? and state = 'waiting' and partner_call is null and content is not null",
            id);
        if (!found.next()) return out;
        out = Row{found.id<customer::CustomerId>(0),
                  found.string(1),
                  found.string(2),
                  found.string(4),
                  found.text(5) == over_cap,
                  {},
                  {}};
        const auto blob = found.blob(3);
        sealed.assign(reinterpret_cast<const char*>(blob.data()), blob.size());
        return out;
    });
    if (!row) return {};
    if (row->purpose == "marketing" && is_quiet(environment_.book.clock().now())) {
        return base::unavailable("message.quiet_hours", "Marketing waits until the morning.");
    }
    const auto opened = TRY(
        environment_.sealer.open(id.value, std::as_bytes(std::span(sealed.data(), sealed.size()))));
    const auto content = TRY(json::parse(opened));
    row->phone = content["phone"].text_or();
    row->text = content["text"].text_or();

    const bool push_allowed = row->channels.find("push") != std::string::npos;
    if (push_allowed && environment_.push && row->customer &&
        environment_.push(row->customer, id, row->text)) {
        return environment_.book.write([&](sql::Transaction& tx) -> base::Result<void> {
            tx.execute("update message set channel = 'push' where id = ?", id);
            end(tx, id, State::delivered, {});
            return {};
        });
    }
    return environment_.book.write([&](sql::Transaction& tx) -> base::Result<void> {
        if (row->phone.empty() || row->channels.find("sms") == std::string::npos) {
            // Read when the page is next opened: it stands in the customer's list.
            end(tx, id, State::sent, {});
            return {};
        }
        if (row->over_cap || !within_caps(tx, row->phone_hash, false)) {
            end(tx, id, State::failed, over_cap);  // It stands in the customer's list.
            return {};
        }
        return hand_to_carrier(tx, id, row->phone, row->text);
    });
}

base::Result<void> Messages::answered(sql::Transaction& tx, const partner::Answer& answer)
{
    auto row = tx.query("select id, state from message where partner_call = ?", answer.call);
    if (!row.next()) return {};
    const auto id = row.id<MessageId>(0);
    if (row.text(1) == "delivered") return {};  // The receipt came before the answer.
    if (answer.status == "sent") {
        end(tx, id, State::sent, {});
    } else {
        end(tx, id, State::failed, answer.content["reason"].text_or(answer.status));
    }
    return {};
}

base::Result<void> Messages::received(sql::Transaction& tx, const partner::Notice& notice)
{
    const auto call = TRY(base::parse_id<partner::CallId>(notice.content["call"].text_or()));
    auto row = tx.query("select id from message where partner_call = ?", call);
    if (!row.next()) return base::not_found("message.unknown", "There is no such message.");
    const bool delivered = notice.content["status"].text_or() == "delivered";
    end(tx, row.id<MessageId>(0), delivered ? State::delivered : State::failed,
        notice.content["reason"].text_or());
    return {};
}

std::vector<Shown> Messages::of_customer(sql::Snapshot& snapshot, customer::CustomerId customer,
                                         MessageId before, int limit)
{
    constexpr std::int64_t newest = std::numeric_limits<std::int64_t>::max();
    auto row = snapshot.query(
        "select id, at, channel, state, content from message where customer = ? and id < ? "
        "and purpose <> 'code' and content is not null order by id desc limit ?",
        customer, before ? static_cast<std::int64_t>(before.value) : newest, limit);
    std::vector<Shown> out;
    while (row.next()) {
        const auto id = row.id<MessageId>(0);
        const auto opened = environment_.sealer.open(id.value, row.blob(4));
        const auto content = opened ? json::parse(opened.value()) : opened.error();
        if (!content) continue;
        out.push_back({id, row.instant(1), row.string(2),
                       std::string(content.value()["text"].text_or()), state_from(row.text(3))});
    }
    return out;
}

void Messages::forget(sql::Transaction& tx, customer::CustomerId customer)
{
    tx.execute("update message set content = null where customer = ?", customer);
}

}  // namespace bank::message
