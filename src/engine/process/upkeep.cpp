// SPDX-License-Identifier: Apache-2.0
// What keeps processes going by themselves, and what the staff do where that is not enough.
#include <engine/process/internal/engine_impl.h>

#include <base/words.h>

namespace engine::process {

using platform::sql::Snapshot;
using platform::sql::Transaction;

int Engine::poll()
{
    const base::Instant now = impl_->book.clock().now();
    const int limit = impl_->options.poll_limit;
    std::vector<InstanceId> due;
    std::vector<TaskId> late;
    std::vector<TaskId> soon;
    impl_->book.read([&](Snapshot& snapshot) {
        auto instances = snapshot.query(
            "select id from process_instance where attention_at is not null and attention_at <= ?"
            " order by attention_at limit ?",
            now, limit);
        while (instances.next()) due.push_back(instances.id<InstanceId>(0));
        auto messages = snapshot.query(
            "select distinct w.instance from process_wait w join process_message m"
            " on m.message = w.message and m.correlation = w.correlation limit ?",
            limit);
        while (messages.next()) due.push_back(messages.id<InstanceId>(0));
        auto deadlines = snapshot.query(
            "select id from process_task where late = 0 and state in ('open', 'claimed')"
            " and due_at <= ? limit ?",
            now, limit);
        while (deadlines.next()) late.push_back(deadlines.id<TaskId>(0));
        auto reminders = snapshot.query(
            "select id from process_task where remind_at is not null and remind_at <= ?"
            " order by remind_at limit ?",
            now, limit);
        while (reminders.next()) soon.push_back(reminders.id<TaskId>(0));
    });
    std::sort(due.begin(), due.end());
    due.erase(std::unique(due.begin(), due.end()), due.end());
    for (const InstanceId each : due) {
        const auto advanced = impl_->advance(each);
        if (advanced || advanced.error().kind == base::ErrorKind::unavailable ||
            advanced.error().reason == "process.busy")
            continue;
        (void)impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
            impl_->store.set_aside(transaction, each, advanced.error());
            return {};
        });
    }
    int started = 0;
    impl_->poll_starts(now, started);
    for (const TaskId each : soon) impl_->remind(each);
    for (const TaskId each : late) {
        (void)impl_->book.write([&](Transaction& transaction) -> base::Result<void> {
            const auto task = tasks::find(transaction, each);
            if (!task || task->late) return {};
            const bool escalates = !task->escalate_to.empty();
            transaction.execute("update process_task set late = 1, escalated = ? where id = ?",
                                escalates, each);
            impl_->store.note(transaction, task->instance, {},
                              {.kind = "late", .element = task->element});
            if (escalates) {
                impl_->store.note(transaction, task->instance, {},
                                  {.kind = "escalated",
                                   .element = task->element,
                                   .outcome = base::join_words(task->escalate_to)});
            }
            impl_->tell(transaction, TRY(impl_->store.load(transaction, task->instance)));
            return {};
        });
    }
    return static_cast<int>(due.size() + soon.size() + late.size()) + started;
}

/// Once for each task, and not where it has ended or is late meanwhile.
void Engine::Impl::remind(TaskId id)
{
    (void)book.write([&](Transaction& transaction) -> base::Result<void> {
        const auto task = tasks::find(transaction, id);
        const bool waits = task && !task->late &&
                           (task->state == TaskState::open || task->state == TaskState::claimed);
        transaction.execute("update process_task set remind_at = null, reminded = ? where id = ?",
                            waits, id);
        if (!waits) return {};
        store.note(transaction, task->instance, {},
                   {.kind = "reminded", .element = task->element, .outcome = task->claimed_by});
        tell(transaction, TRY(store.load(transaction, task->instance)));
        return {};
    });
}

namespace {

#define INCIDENT_COLUMNS                                                                    \
    "select c.id, c.instance, i.definition, i.business_key, c.element, c.reason, c.detail," \
    " c.attempts, c.at, c.state from process_incident c"                                    \
    " join process_instance i on i.id = c.instance "

Incident read_incident(const platform::sql::Cursor& row)
{
    return {row.id<IncidentId>(0), row.id<InstanceId>(1),
            row.string(2),         row.string(3),
            row.string(4),         row.string(5),
            row.string(6),         static_cast<int>(row.integer(7)),
            row.instant(8),        row.text(9) == "open"};
}

}  // namespace

std::vector<Incident> Engine::incidents(Snapshot& snapshot, int limit)
{
    std::vector<Incident> all;
    auto rows =
        snapshot.query(INCIDENT_COLUMNS "where c.state = 'open' order by c.id limit ?", limit);
    while (rows.next()) all.push_back(read_incident(rows));
    return all;
}

base::Result<Incident> Engine::incident(Snapshot& snapshot, IncidentId id)
{
    auto row = snapshot.query(INCIDENT_COLUMNS "where c.id = ?", id);
    if (!row.next()) return base::not_found("incident.unknown", "There is no such incident.");
    return read_incident(row);
}

namespace {

struct OpenIncident {
    InstanceId instance;
    std::int64_t token;
    std::string element;
};

base::Result<OpenIncident> find_open(Snapshot& snapshot, IncidentId id)
{
    auto row = snapshot.query(
        "select instance, token, element, state from process_incident where id = ?", id);
    if (!row.next()) return base::not_found("incident.unknown", "There is no such incident.");
    if (row.text(3) != "open")
        return base::conflict("incident.closed", "It is already dealt with.");
    return OpenIncident{row.id<InstanceId>(0), row.integer(1), row.string(2)};
}

void close(Transaction& transaction, IncidentId id, std::string_view state, const std::string& who,
           const std::string& why)
{
    transaction.execute(
        "update process_incident set state = ?, closed_by = ?, closed_at = ?, why = ? where id = ?",
        state, who, transaction.now(), why, id);
}

}  // namespace

/// The retrying of an instance that could not be moved at all.
base::Result<void> Engine::Impl::look_again(InstanceId instance, IncidentId id,
                                            const std::string& who, const Also& also)
{
    const auto written = book.write([&](Transaction& transaction) -> base::Result<void> {
        TRY(find_open(transaction, id));
        if (also != nullptr) TRY(also(transaction));
        close(transaction, id, "retried", who, {});
        transaction.execute("update process_instance set attention_at = ? where id = ?",
                            transaction.now(), instance);
        store.note(transaction, instance, {}, {.kind = "retried", .element = "", .who = who});
        return {};
    });
    if (!written) return written;
    return advance(instance);
}

base::Result<void> Engine::retry(IncidentId id, const std::string& who, const Also& also)
{
    const auto incident =
        TRY(impl_->book.read([&](Snapshot& snapshot) { return find_open(snapshot, id); }));
    if (incident.token == 0) {
        return impl_->look_again(incident.instance, id, who, also);
    }
    const auto changed = impl_->change(
        incident.instance, who,
        [&](Transaction& transaction) -> base::Result<void> {
            TRY(find_open(transaction, id));
            if (also != nullptr) TRY(also(transaction));
            close(transaction, id, "retried", who, {});
            return {};
        },
        [&](State& state, Effects& effects, Machine& machine) -> base::Result<void> {
            if (!machine.unstick(incident.token)) {
                return base::conflict("incident.closed", "It is already dealt with.");
            }
            (void)state;
            effects.notes.push_back({.kind = "retried", .element = incident.element, .who = who});
            return {};
        });
    if (!changed) return changed.error();
    return impl_->advance(incident.instance);
}

base::Result<void> Engine::skip(IncidentId id, const std::string& who, const std::string& why,
                                const Also& also)
{
    if (why.find_first_not_of(" \t\r\n") == std::string::npos)
        return base::invalid("incident.reason_missing", "A reason is needed.");
    const auto incident =
        TRY(impl_->book.read([&](Snapshot& snapshot) { return find_open(snapshot, id); }));
    const auto changed = impl_->change(
        incident.instance, who,
        [&](Transaction& transaction) -> base::Result<void> {
            TRY(find_open(transaction, id));
            if (also != nullptr) TRY(also(transaction));
            close(transaction, id, "skipped", who, why);
            return {};
        },
        [&](State& state, Effects& effects, Machine& machine) -> base::Result<void> {
            (void)state;
            if (!machine.skip(incident.token)) {
                return base::rejected("incident.cannot_skip", "This step cannot be passed over.");
            }
            effects.notes.push_back(
                {.kind = "skipped", .element = incident.element, .who = who, .reason = why});
            return {};
        });
    if (!changed) return changed.error();
    return impl_->advance(incident.instance);
}

}  // namespace engine::process
