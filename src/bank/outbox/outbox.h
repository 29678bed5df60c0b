// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/id.h>
#include <base/result.h>
#include <platform/json/value.h>
#include <platform/sql/book.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bank::outbox {

std::span<const platform::sql::Migration> migrations();

using EventId = base::Id<struct EventTag>;

/// Something that happened in a book and is durable. Never holds personal data: ids, codes and
/// amounts only; who may see more reads it by the id.
struct Event {
    EventId id;           // Rises in the order of the commits.
    std::string type;     // "payment.sent"
    std::string subject;  // The id of what it is about, as text.
    base::Instant time;
    std::string data;  // A JSON object.
};

/// The event in CloudEvents 1.0 JSON; `source` is a URI reference ("/books/1").
std::string cloud_event(const Event& event, std::string_view source);

/// How long a consumer is asked again when it answers `unavailable` or throws: after first_ms, then
/// twice as long each time, at most most_ms; `deadline_ms` after the event, or at once on any other
/// error, the event becomes a dead letter.
struct Retry {
    int first_ms = 500;
    int most_ms = 60'000;
    std::int64_t deadline_ms = 24LL * 3600 * 1000;
};

using UnitOfWork = std::function<base::Result<void>(platform::sql::Transaction&)>;

/// One who acts on events after their commit: at least once each, one at a time, in order except
/// that a failed event is taken again later and does not hold up those after it. Its effect must
/// therefore be the same once and twice (remember the event's id, or be idempotent).
struct Consumer {
    std::string name;                // Stable: its place in the events is kept under it.
    std::vector<std::string> types;  // Exact, or with a final '*' ("payment.*").
    // One of the two, called on the consumer's own thread; may block and read. `act` has its effect
    // by itself; `plan` gives the unit of work that is the effect, so that those of many events
    // share a commit. An empty one: nothing is to be done.
    std::function<base::Result<void>(const Event&)> act = {};
    std::function<base::Result<UnitOfWork>(const Event&)> plan = {};
    Retry retry = {};
};

/// An event that a consumer has given up, for a person to look at.
struct DeadLetter {
    std::string consumer;
    Event event;
    int attempts;
    std::string reason;
};

/// The events of one book, appended in the units of work that caused them.
class Outbox {
public:
    explicit Outbox(platform::sql::Book& book);
    ~Outbox();  // stop().

    /// Becomes durable with the transaction; then the consumers are woken.
    EventId append(platform::sql::Transaction& transaction, std::string_view type,
                   std::string_view subject, const platform::json::Value& data);

    /// Before start(). A name that the book has not seen starts at the events to come; `from_start`
    /// lets it have all that are kept.
    enum class Begin { now, from_start };
    void subscribe(Consumer consumer, Begin begin = Begin::from_start);
    /// Told of each new dead letter, for the log; on the consumer's thread.
    void on_dead_letter(std::function<void(const DeadLetter&)> tell);
    void start();
    /// Waits for the act that is running; what is not acknowledged comes again at the next start.
    void stop();
    /// Looks for work now (a test has moved its clock).
    void wake();

    std::vector<DeadLetter> dead_letters(platform::sql::Snapshot& snapshot, int limit);
    /// Has a dead letter taken again. Errors: outbox.no_dead_letter.
    base::Result<void> revive(platform::sql::Transaction& transaction, std::string_view consumer,
                              EventId event);
    /// How many events a consumer has still to take, those that wait for another try included.
    std::int64_t waiting(platform::sql::Snapshot& snapshot, std::string_view consumer);
    /// Events after `after`, oldest first, for a page that catches up.
    std::vector<Event> events(platform::sql::Snapshot& snapshot, EventId after, int limit);
    /// Deletes events from before `before` that every consumer has passed, those of a commit
    /// together, until at least `limit` are gone; how many.
    std::int64_t purge(platform::sql::Transaction& transaction, base::Instant before, int limit);

private:
    void ring_after_commit(platform::sql::Transaction& transaction);

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::outbox
