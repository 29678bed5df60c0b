// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/outbox/outbox.h>
#include <platform/sql/packed_rows.h>

#include <optional>

namespace bank::outbox::internal {

/// The events of the group at work, which become one row of `outbox_page`. The writer's alone.
class OpenPage final : public platform::sql::Gathering {
public:
    void add(platform::sql::Transaction& transaction, EventId id, std::string_view type,
             std::string_view subject, std::string_view data);
    void write(platform::sql::Transaction& transaction) override;
    void forget() noexcept override { events_.clear(); }

private:
    EventId first_;
    EventId last_;
    platform::sql::PackedRows events_;
};

/// Goes through what a page holds, oldest first; what is passed over costs next to nothing.
class PageReader {
public:
    /// `at` is the page's.
    PageReader(std::string_view events, base::Instant at) : rows_(events), at_(at) {}

    /// Goes to the next event newer than `after`; false behind the last.
    bool next(EventId after = {});
    EventId id() const { return id_; }
    std::string_view type() const { return type_; }
    /// Asked once.
    Event event();

private:
    platform::sql::PackedReader rows_;
    const base::Instant at_;
    EventId id_;
    std::string_view type_;
};

/// The one with this id, or nothing.
std::optional<Event> event_in(std::string_view events, base::Instant at, EventId id);

/// SQL: the page in which the event of a retry `r` is.
constexpr std::string_view page_of_retry =
    "(select min(q.last) from outbox_page q where q.last >= r.event)";

}  // namespace bank::outbox::internal
