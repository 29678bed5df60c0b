// SPDX-License-Identifier: Apache-2.0
#include <bank/outbox/internal/page.h>

namespace bank::outbox::internal {

namespace sql = platform::sql;

void OpenPage::add(sql::Transaction& transaction, EventId id, std::string_view type,
                   std::string_view subject, std::string_view data)
{
    transaction.gather(*this);
    if (events_.count() == 0) first_ = id;
    last_ = id;
    events_.field(static_cast<std::int64_t>(id.value)).field(type).field(subject).field(data);
    events_.end_row();
}

void OpenPage::write(sql::Transaction& transaction)
{
    if (events_.count() == 0) return;
    transaction.execute(
        "insert into outbox_page(last, first, count, at, events) values (?, ?, ?, ?, ?)", last_,
        first_, static_cast<std::int64_t>(events_.count()), transaction.now(), events_.text());
    forget();
}

std::vector<Event> events_in(std::string_view events, base::Instant at)
{
    std::vector<Event> out;
    sql::PackedReader reader{events};
    while (reader.next()) {
        Event event{.id = EventId{static_cast<std::uint64_t>(reader.integer())},
                    .type = reader.text(),
                    .subject = reader.text(),
                    .time = at,
                    .data = {}};
        event.data = reader.text();
        out.push_back(std::move(event));
    }
    return out;
}

std::optional<Event> event_in(std::string_view events, base::Instant at, EventId id)
{
    for (Event& event : events_in(events, at)) {
        if (event.id == id) return std::move(event);
    }
    return std::nullopt;
}

}  // namespace bank::outbox::internal
