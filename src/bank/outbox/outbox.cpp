// SPDX-License-Identifier: Apache-2.0
#include <bank/outbox/outbox.h>

#include <bank/outbox/internal/page.h>
#include <bank/outbox/internal/reader.h>

#include <array>
#include <map>
#include <utility>

namespace bank::outbox {
namespace {

namespace sql = platform::sql;
namespace json = platform::json;

constexpr std::array schema{sql::Migration{"outbox", 1, R"sql(
create table outbox_event(
    id bigint primary key,
    type text not null,
    subject text not null,
    at bigint not null,
    data text not null);
create table outbox_place(
    consumer text primary key,
    place bigint not null);
create table outbox_retry(
    consumer text not null,
    event bigint not null,
    attempts bigint not null,
    again_at bigint not null,
    dead bigint not null,
    reason text not null,
    primary key (consumer, event));
create index outbox_retry_due on outbox_retry(consumer, dead, again_at);
create index outbox_retry_event on outbox_retry(event);
)sql"},
                            // The events of one commit, oldest first.
                            sql::Migration{"outbox", 2, R"sql(
create table outbox_page(
    last bigint primary key,
    first bigint not null,
    count bigint not null,
    at bigint not null,
    events text not null);
insert into outbox_page(last, first, count, at, events)
    select id, id, 1, at, id || '	' || type || '	' || subject || '	'
        || replace(replace(replace(data, '\', '\\'), '	', '\t'), '
', '\n') || '
' from outbox_event;
drop table outbox_event;
)sql"}};

}  // namespace

std::span<const sql::Migration> migrations()
{
    return schema;
}

std::string cloud_event(const Event& event, std::string_view source)
{
    json::Object out;
    out.set("specversion", "1.0");
    out.set("id", base::to_string(event.id));
    out.set("source", source);
    out.set("type", event.type);
    out.set("subject", event.subject);
    out.set("time", base::to_string(event.time));
    out.set("datacontenttype", "application/json");
    const auto data = json::parse(event.data);
    base::ensure(data.has_value());  // We wrote it.
    out.set("data", data.value());
    return json::serialise(out);
}

struct Outbox::State {
    sql::Book& book;
    internal::OpenPage page = {};
    std::vector<std::unique_ptr<internal::Reader>> readers = {};
    std::function<void(const DeadLetter&)> tell = {};

    // The writer thread's alone.
    bool ringing = false;          // After this group's commit.
    std::vector<bool> asked = {};  // By reader: the group has an event that it wants.
    std::map<std::string, std::vector<std::size_t>, std::less<>> wanted_by = {};  // Types seen.

    /// Those who want the type are woken after the commit. The others come by themselves.
    void ask_for(std::string_view type)
    {
        auto known = wanted_by.find(type);
        if (known == wanted_by.end()) {
            known = wanted_by.emplace(type, std::vector<std::size_t>{}).first;
            for (std::size_t at = 0; at < readers.size(); ++at) {
                if (readers[at]->wants(type)) known->second.push_back(at);
            }
        }
        for (const std::size_t at : known->second) ask(at);
    }
    void ask(std::size_t reader)
    {
        asked.resize(readers.size());
        asked[reader] = true;
    }
};

Outbox::Outbox(sql::Book& book) : state_(new State{.book = book}) {}

Outbox::~Outbox()
{
    stop();
}

EventId Outbox::append(sql::Transaction& tx, std::string_view type, std::string_view subject,
                       const json::Value& data)
{
    base::ensure(data.object() != nullptr);
    const auto id = tx.new_id<EventId>();
    state_->page.add(tx, id, type, subject, json::serialise(data));
    state_->ask_for(type);
    ring_after_commit(tx);
    return id;
}

void Outbox::subscribe(Consumer consumer, Begin begin)
{
    base::ensure(!consumer.name.empty() && (consumer.act == nullptr) != (consumer.plan == nullptr));
    state_->wanted_by.clear();
    state_->readers.push_back(std::make_unique<internal::Reader>(state_->book, std::move(consumer),
                                                                 begin == Begin::from_start));
}

void Outbox::on_dead_letter(std::function<void(const DeadLetter&)> tell)
{
    state_->tell = std::move(tell);
}

void Outbox::start()
{
    for (const auto& reader : state_->readers) reader->start(state_->tell);
}

void Outbox::stop()
{
    for (const auto& reader : state_->readers) reader->stop();
}

/// Once a group, however many events it has.
void Outbox::ring_after_commit(sql::Transaction& tx)
{
    if (std::exchange(state_->ringing, true)) return;
    tx.on_rollback([this] { state_->ringing = false; });
    tx.after_commit([this] {
        state_->ringing = false;
        for (std::size_t at = 0; at < state_->asked.size(); ++at) {
            if (state_->asked[at]) state_->readers[at]->wake();
        }
        state_->asked.assign(state_->asked.size(), false);
    });
}

void Outbox::wake()
{
    for (const auto& reader : state_->readers) reader->wake();
}

std::vector<DeadLetter> Outbox::dead_letters(sql::Snapshot& snapshot, int limit)
{
    auto row = snapshot.query(
        "select r.event, r.consumer, r.attempts, r.reason, p.at, p.events from outbox_retry r "
        "join outbox_page p on p.last = " +
            std::string{internal::page_of_retry} +
            " where r.dead = 1 order by r.event desc limit ?",
        limit);
    std::vector<DeadLetter> out;
    while (row.next()) {
        auto event = internal::event_in(row.text(5), row.instant(4), row.id<EventId>(0));
        if (!event) continue;
        out.push_back(
            {row.string(1), std::move(*event), static_cast<int>(row.integer(2)), row.string(3)});
    }
    return out;
}

base::Result<void> Outbox::revive(sql::Transaction& tx, std::string_view consumer, EventId event)
{
    const auto changed = tx.execute(
        "update outbox_retry set dead = 0, attempts = 0, again_at = ? "
        "where consumer = ? and event = ? and dead = 1",
        tx.now(), consumer, event);
    if (changed == 0)
        return base::not_found("outbox.no_dead_letter", "There is no such dead letter.");
    for (std::size_t at = 0; at < state_->readers.size(); ++at) {
        if (state_->readers[at]->name() == consumer) state_->ask(at);
    }
    ring_after_commit(tx);
    return {};
}

std::int64_t Outbox::waiting(sql::Snapshot& snapshot, std::string_view consumer)
{
    std::int64_t waiting = 0;
    EventId place;
    {
        auto row = snapshot.query(
            "select p.place, (select coalesce(sum(e.count), 0) from outbox_page e where e.first > "
            "p.place) + (select count(*) from outbox_retry r where r.consumer = p.consumer and "
            "r.dead = 0) from outbox_place p where p.consumer = ?",
            consumer);
        if (!row.next()) return 0;
        place = row.id<EventId>(0);
        waiting = row.integer(1);
    }
    auto halfway = snapshot.query(
        "select at, events from outbox_page where last > ? order by last limit 1", place);
    if (!halfway.next()) return waiting;
    std::int64_t passed = 0;
    std::int64_t left = 0;
    internal::PageReader page{halfway.text(1), halfway.instant(0)};
    while (page.next()) ++(page.id() > place ? left : passed);
    return passed == 0 ? waiting : waiting + left;
}

std::vector<Event> Outbox::events(sql::Snapshot& snapshot, EventId after, int limit)
{
    auto row =
        snapshot.query("select at, events from outbox_page where last > ? order by last", after);
    std::vector<Event> out;
    while (row.next()) {
        internal::PageReader page{row.text(1), row.instant(0)};
        while (page.next(after)) {
            if (static_cast<int>(out.size()) == limit) return out;
            out.push_back(page.event());
        }
    }
    return out;
}

std::int64_t Outbox::purge(sql::Transaction& tx, base::Instant before, int limit)
{
    std::int64_t purged = 0;
    std::vector<std::int64_t> pages;
    {
        auto row = tx.query(
            "select e.last, e.count from outbox_page e where e.at < ? "
            "and e.last <= (select coalesce(min(place), 0) from outbox_place) "
            "and not exists (select 1 from outbox_retry r where r.event >= e.first "
            "and r.event <= e.last) order by e.last",
            before);
        while (purged < limit && row.next()) {
            pages.push_back(row.integer(0));
            purged += row.integer(1);
        }
    }
    for (const std::int64_t last : pages)
        tx.execute("delete from outbox_page where last = ?", last);
    return purged;
}

}  // namespace bank::outbox
