// SPDX-License-Identifier: Apache-2.0
// Instances that begin by a message or by the clock.
#include <engine/process/internal/engine_impl.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;
using platform::sql::Cursor;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

#define START_COLUMNS \
    "select service, element, definition, message, due, every, remaining from process_start "

DeployedStart read_start(const Cursor& row)
{
    DeployedStart start;
    start.service = row.string(0);
    start.element = row.string(1);
    start.definition = row.string(2);
    start.message = row.string(3);
    if (!row.is_null(4)) start.due = row.instant(4);
    start.every = row.string(5);
    start.remaining = row.integer(6);
    return start;
}

template <class Rows>
std::vector<DeployedStart> all_of(Rows rows)
{
    std::vector<DeployedStart> all;
    while (rows.next()) all.push_back(read_start(rows));
    return all;
}

std::string service_of(const std::string& definition)
{
    return definition.substr(0, definition.rfind('@'));
}

}  // namespace

namespace starts {

std::vector<DeployedStart> of_service(Snapshot& snapshot, std::string_view service)
{
    return all_of(snapshot.query(START_COLUMNS "where service = ? order by element", service));
}

std::vector<DeployedStart> of_message(Snapshot& snapshot, std::string_view message)
{
    return all_of(
        snapshot.query(START_COLUMNS "where message = ? order by service, element", message));
}

std::vector<DeployedStart> due(Snapshot& snapshot, base::Instant now, int limit)
{
    return all_of(snapshot.query(
        START_COLUMNS "where due is not null and due <= ? order by due limit ?", now, limit));
}

void remove(Transaction& transaction, std::string_view service)
{
    transaction.execute("delete from process_start where service = ?", service);
}

void insert(Transaction& transaction, const DeployedStart& start)
{
    transaction.execute(
        "insert into process_start(service, element, definition, message, due, every, remaining)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        start.service, start.element, start.definition, start.message, start.due, start.every,
        start.remaining);
}

void set_due(Transaction& transaction, const DeployedStart& start)
{
    transaction.execute(
        "update process_start set due = ?, remaining = ? where service = ? and element = ?",
        start.due, start.remaining, start.service, start.element);
}

}  // namespace starts

base::Result<InstanceId> Engine::Impl::start(Transaction& transaction, const Start& start)
{
    State state;
    state.definition = definitions(start.definition);
    if (state.definition == nullptr) {
        return base::not_found("process.definition_unknown",
                               "There is no process " + start.definition + ".");
    }
    const auto element = start.element.empty() ? std::optional{state.definition->start()}
                                               : state.definition->find(start.element);
    if (!element || !is_start(state.definition->element(*element).kind)) {
        return base::not_found("process.start_unknown",
                               "The process does not begin at " + start.element + ".");
    }
    state.id = transaction.new_id<InstanceId>();
    state.definition_name = start.definition;
    state.business_key = start.business_key;
    state.subject = start.subject;
    state.variables = start.variables;
    state.version = 1;
    Effects effects;
    Machine{state, effects, calendar, book.clock()}.start(*element, start.came);
    store.insert(transaction, state, effects, start.started_by);
    tell(transaction, state);
    return state.id;
}

base::Result<InstanceId> Engine::Impl::start_by_event(Transaction& transaction,
                                                      const DeployedStart& event,
                                                      const json::Value& came)
{
    Start wanted;
    wanted.definition = event.definition;
    wanted.element = event.element;
    wanted.came = came;
    if (starter != nullptr) TRY(starter(transaction, wanted));
    return start(transaction, wanted);
}

base::Result<void> Engine::Impl::publish(Transaction& transaction, std::string_view name,
                                         std::string_view correlation, const json::Value& content,
                                         std::vector<InstanceId>& woken)
{
    if (!store.insert_message(transaction, name, correlation, content)) return {};
    for (const DeployedStart& event : starts::of_message(transaction, name)) {
        woken.push_back(TRY(start_by_event(transaction, event, content)));
    }
    for (const char* sql :
         {"select instance from process_wait where message = ? and correlation = ?",
          "select instance from process_subscription where message = ? and correlation = ?"}) {
        auto rows = transaction.query(sql, name, correlation);
        while (rows.next()) woken.push_back(rows.id<InstanceId>(0));
    }
    return {};
}

void Engine::Impl::poll_starts(base::Instant now, int& touched)
{
    const auto due = book.read(
        [&](Snapshot& snapshot) { return starts::due(snapshot, now, options.poll_limit); });
    for (const DeployedStart& event : due) {
        std::optional<InstanceId> begun;
        const auto written = book.write([&](Transaction& transaction) -> base::Result<void> {
            begun.reset();
            const auto present = starts::of_service(transaction, event.service);
            const auto same =
                std::find_if(present.begin(), present.end(), [&](const DeployedStart& each) {
                    return each.element == event.element && each.due == event.due &&
                           each.definition == event.definition;
                });
            if (same == present.end()) return {};  // Another poll, or another deployment.
            begun = TRY(start_by_event(transaction, event, {}));
            starts::set_due(transaction, next_of(event, now, calendar));
            return {};
        });
        if (!written) {
            // It would be tried again at once for ever: the next time is waited for.
            (void)book.write([&](Transaction& transaction) -> base::Result<void> {
                starts::set_due(transaction, next_of(event, now, calendar));
                return {};
            });
            continue;
        }
        ++touched;
        if (begun) (void)advance(*begun);
    }
}

base::Result<void> Engine::deploy(Transaction& transaction, const std::string& definition_name)
{
    const auto definition = impl_->definitions(definition_name);
    if (definition == nullptr) {
        return base::not_found("process.definition_unknown",
                               "There is no process " + definition_name + ".");
    }
    const std::string service = service_of(definition_name);
    const auto present = starts::of_service(transaction, service);
    const bool same = std::all_of(present.begin(), present.end(), [&](const DeployedStart& each) {
        return each.definition == definition_name;
    });
    if (same && !present.empty()) return {};
    starts::remove(transaction, service);
    State probe;
    probe.definition = definition;
    Effects effects;
    Machine machine{probe, effects, impl_->calendar, impl_->book.clock()};
    for (const std::size_t index : definition->event_starts()) {
        const Element& event = definition->element(index);
        DeployedStart start{service, event.id, definition_name, event.message, {}, {}, 0};
        if (event.kind == ElementKind::timer_start) {
            const auto timer = machine.timer_of(event, 0);
            if (!timer) {
                return base::rejected("process.timer_without_time",
                                      event.id + ": the timer's expression gave no time.");
            }
            start.due = timer->due;
            start.every = timer->every;
            start.remaining = timer->left;
            // A moment that has passed before the process was there starts nothing.
            const base::Instant now = impl_->book.clock().now();
            if (*start.due < now) start = next_of(start, now, impl_->calendar);
        }
        starts::insert(transaction, start);
    }
    return {};
}

std::vector<std::string> Engine::deployed(Snapshot& snapshot)
{
    std::vector<std::string> services;
    auto rows = snapshot.query("select distinct service from process_start order by service");
    while (rows.next()) services.push_back(rows.string(0));
    return services;
}

void Engine::retire(Transaction& transaction, std::string_view service)
{
    starts::remove(transaction, service);
}

void Engine::on_start(Starter starter)
{
    impl_->starter = std::move(starter);
}

}  // namespace engine::process
