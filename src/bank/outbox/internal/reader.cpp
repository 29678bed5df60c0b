// SPDX-License-Identifier: Apache-2.0
#include <bank/outbox/internal/reader.h>

#include <bank/outbox/internal/page.h>

#include <base/thread_name.h>

#include <algorithm>
#include <chrono>

namespace bank::outbox::internal {
namespace {

namespace sql = platform::sql;

constexpr int events_a_round = 128;
constexpr int pages_a_round = 32;
constexpr int retries_a_round = 32;
constexpr auto look_at_load_every = std::chrono::milliseconds(50);
constexpr std::uint64_t busy_units = 25;  // Of others, in that time.
constexpr auto pause_while_busy = std::chrono::milliseconds(5);
constexpr auto write_place_every = std::chrono::seconds(1);
constexpr auto look_again = std::chrono::milliseconds(250);  // For retries that have become due.

}  // namespace

Reader::Reader(sql::Book& book, Consumer consumer, bool from_start)
    : book_(book), consumer_(std::move(consumer)), from_start_(from_start)
{
}

Reader::~Reader()
{
    stop();
}

void Reader::start(std::function<void(const DeadLetter&)> tell)
{
    tell_ = std::move(tell);
    register_place();
    thread_ = std::thread([this] { run(); });
}

void Reader::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    bell_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Reader::wake()
{
    {
        const std::lock_guard lock(mutex_);
        rung_ = true;
    }
    bell_.notify_all();
}

void Reader::run()
{
    base::name_this_thread("outbox-" + consumer_.name);
    while (true) {
        bool more = false;
        try {
            more = round();
        } catch (const std::exception&) {
            // The book fails; it says so itself. Look again in a while.
        }
        std::unique_lock lock(mutex_);
        if (!more) bell_.wait_for(lock, look_again, [this] { return rung_ || stopping_; });
        rung_ = false;
        if (stopping_) return;
    }
}

void Reader::register_place()
{
    const auto written = book_.write([this](sql::Transaction& tx) -> base::Result<void> {
        auto known = tx.query("select 1 from outbox_place where consumer = ?", consumer_.name);
        if (known.next()) return {};
        std::int64_t place = 0;
        if (!from_start_) {
            auto last = tx.query("select coalesce(max(last), 0) from outbox_page");
            last.next();
            place = last.integer(0);
        }
        tx.execute("insert into outbox_place(consumer, place) values (?, ?)", consumer_.name,
                   place);
        return {};
    });
    if (!written) throw sql::Failure("a consumer of events cannot be registered");
}

bool Reader::wants(std::string_view type) const
{
    return std::any_of(consumer_.types.begin(), consumer_.types.end(),
                       [&](std::string_view wanted) {
                           if (!wanted.ends_with('*')) return type == wanted;
                           return type.starts_with(wanted.substr(0, wanted.size() - 1));
                       });
}

std::vector<Reader::Due> Reader::take(EventId& place, base::Instant now)
{
    return book_.read([&](sql::Snapshot& snapshot) {
        std::vector<Due> due;
        auto retries = snapshot.query(
            "select r.event, r.attempts, p.at, p.events from outbox_retry r join outbox_page p "
            "on p.last = " +
                std::string{page_of_retry} +
                " where r.consumer = ? and r.dead = 0 and r.again_at <= ? order by r.again_at "
                "limit ?",
            consumer_.name, now, retries_a_round);
        while (retries.next()) {
            auto event = event_in(retries.text(3), retries.instant(2), retries.id<EventId>(0));
            if (event) {
                due.push_back({std::move(*event), true, static_cast<int>(retries.integer(1))});
            }
        }
        auto where =
            snapshot.query("select place from outbox_place where consumer = ?", consumer_.name);
        where.next();
        const EventId before = std::max(where.id<EventId>(0), taken_up_to_);
        place = before;
        auto fresh = snapshot.query(
            "select at, events from outbox_page where last > ? order by last limit ?", before,
            pages_a_round);
        int taken = 0;
        int pages = 0;
        while (taken < events_a_round && fresh.next()) {
            PageReader page{fresh.text(1), fresh.instant(0)};
            ++pages;
            while (taken < events_a_round && page.next(before)) {
                place = page.id();
                if (!wants(page.type())) continue;
                due.push_back({page.event()});
                ++taken;
            }
        }
        more_pages_ = pages == pages_a_round;
        return due;
    });
}

/// Has the consumer take the event; the outcome may come later, with a commit.
std::future<base::Result<void>> Reader::begin(const Event& event)
{
    auto promise = std::make_shared<std::promise<base::Result<void>>>();
    auto outcome = promise->get_future();
    try {
        if (consumer_.act != nullptr) {
            promise->set_value(consumer_.act(event));
        } else if (auto planned = consumer_.plan(event); !planned) {
            promise->set_value(planned.error());
        } else if (planned.value() == nullptr) {
            promise->set_value({});
        } else {
            book_.submit(std::move(planned).value(), [this, promise](base::Result<void> done) {
                ++units_;
                promise->set_value(std::move(done));
            });
        }
    } catch (const std::exception&) {
        promise->set_value(
            base::unavailable("outbox.consumer_failed", "The consumer ended by an exception."));
    }
    return outcome;
}

/// Whether the writer has so much to do for others, who wait for their answers, that events go one
/// at a time.
bool Reader::others_are_busy()
{
    const auto now = std::chrono::steady_clock::now();
    if (now - load_.at < look_at_load_every) return load_.busy;
    const std::uint64_t all = book_.statistics().units;
    const std::uint64_t ours = units_;
    const std::uint64_t others = all - load_.all - std::min(all - load_.all, ours - load_.ours);
    // A look after a longer time says nothing of now.
    load_ = {now, all, ours, others > busy_units && now - load_.at < 4 * look_at_load_every};
    return load_.busy;
}

Reader::Failed Reader::judge(Due due, const base::Error& error)
{
    const auto now = book_.clock().now();
    const auto& retry = consumer_.retry;
    ++due.attempts;
    const auto wait_ms = std::min<std::int64_t>(
        retry.most_ms, std::int64_t{retry.first_ms} << std::min(due.attempts - 1, 20));
    const base::Instant again_at{now.micros + wait_ms * 1000};
    const bool late = again_at.micros > due.event.time.micros + retry.deadline_ms * 1000;
    const bool dead = error.kind != base::ErrorKind::unavailable || late;
    return {std::move(due), again_at, dead, std::string(error.reason)};
}

bool Reader::round()
{
    EventId place;
    auto due = take(place, book_.clock().now());
    std::vector<std::pair<Due, std::future<base::Result<void>>>> begun;
    for (auto& item : due) {
        {
            // What is left is taken again at the next start; the place stays before it.
            const std::lock_guard lock(mutex_);
            if (stopping_) {
                if (!item.again) {
                    place = EventId{std::min(place.value, item.event.id.value - 1)};
                    break;
                }
                continue;
            }
        }
        auto outcome = begin(item.event);
        if (others_are_busy()) {
            outcome.wait();
            std::unique_lock lock(mutex_);
            bell_.wait_for(lock, pause_while_busy, [this] { return stopping_; });
        }
        begun.emplace_back(std::move(item), std::move(outcome));
    }
    std::vector<Due> done;
    std::vector<Failed> failed;
    for (auto& [item, coming] : begun) {
        if (const auto outcome = coming.get(); outcome) {
            done.push_back(std::move(item));
        } else {
            failed.push_back(judge(std::move(item), outcome.error()));
        }
    }
    // That events were of no interest need not be known at once: they are passed over again.
    const auto now = std::chrono::steady_clock::now();
    if (!due.empty() || (place != written_place_ && now - written_at_ > write_place_every)) {
        write_down(place, done, failed);
        written_place_ = place;
        written_at_ = now;
    }
    taken_up_to_ = place;
    for (const auto& item : failed) {
        if (item.dead && tell_) {
            tell_({consumer_.name, item.due.event, item.due.attempts, item.reason});
        }
    }
    return !due.empty() || more_pages_;
}

void Reader::write_down(EventId place, const std::vector<Due>& done,
                        const std::vector<Failed>& failed)
{
    const auto written = book_.write([&](sql::Transaction& tx) -> base::Result<void> {
        tx.execute("update outbox_place set place = ? where consumer = ? and place < ?", place,
                   consumer_.name, place);
        for (const auto& item : done) {
            if (!item.again) continue;
            tx.execute("delete from outbox_retry where consumer = ? and event = ?", consumer_.name,
                       item.event.id);
        }
        for (const auto& item : failed) {
            tx.execute(
                "insert into outbox_retry(consumer, event, attempts, again_at, dead, reason) "
                "values (?, ?, ?, ?, ?, ?) on conflict (consumer, event) do update set "
                "attempts = excluded.attempts, again_at = excluded.again_at, dead = excluded.dead, "
                "reason = excluded.reason",
                consumer_.name, item.due.event.id, item.due.attempts, item.again_at, item.dead,
                item.reason);
        }
        return {};
    });
    if (!written) throw sql::Failure("how far a consumer of events came cannot be written down");
}

}  // namespace bank::outbox::internal
