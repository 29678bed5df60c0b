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

bool PageReader::next(EventId after)
{
    while (rows_.next()) {
        id_ = EventId{static_cast<std::uint64_t>(rows_.integer())};
        type_ = rows_.word();
        if (id_ > after) return true;
    }
    return false;
}

Event PageReader::event()
{
    Event event{.id = id_, .type = std::string{type_}, .subject = {}, .time = at_, .data = {}};
    event.subject = rows_.text();
    event.data = rows_.text();
    return event;
}

std::optional<Event> event_in(std::string_view events, base::Instant at, EventId id)
{
    PageReader page{events, at};
    while (page.next()) {
        if (page.id() == id) return page.event();
    }
    return std::nullopt;
}

}  // namespace bank::outbox::internal
