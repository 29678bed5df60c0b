// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/store.h>

#include <engine/process/internal/old_form.h>

#include <base/words.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view instance_states[] = {"running", "ended", "cancelled"};

template <std::size_t n>
std::size_t index_of(const std::string_view (&names)[n], std::string_view name)
{
    const auto* found = std::find(std::begin(names), std::end(names), name);
    base::ensure(found != std::end(names));
    return static_cast<std::size_t>(found - std::begin(names));
}

constexpr std::string_view instance_columns =
    "select definition, business_key, subject, state, outcome, page, reason, version, next_token,"
    " variables, shown, record from process_instance where id = ?";

base::Error erased()
{
    return base::rejected("process.erased", "What the instance knew cannot be read any more.");
}

}  // namespace

std::string_view to_string(InstanceState state)
{
    return instance_states[static_cast<std::size_t>(state)];
}

base::Result<State> Store::load(Snapshot& snapshot, InstanceId id)
{
    State state;
    std::string record;
    std::string variables;
    std::string shown;
    {
        auto row = snapshot.query(instance_columns, id);
        if (!row.next()) return base::not_found("process.unknown", "There is no such instance.");
        state.id = id;
        state.definition_name = row.string(0);
        state.business_key = row.string(1);
        state.subject = row.string(2);
        state.state = static_cast<InstanceState>(index_of(instance_states, row.text(3)));
        state.outcome = row.string(4);
        state.page = row.string(5);
        state.reason = row.string(6);
        state.version = row.integer(7);
        state.next_number = row.integer(8);
        variables = row.string(9);
        shown = row.string(10);
        record = row.string(11);
    }
    state.definition = definitions_(state.definition_name);
    if (state.definition == nullptr) {
        return base::not_found("process.definition_unknown",
                               "There is no process " + state.definition_name + ".");
    }
    if (record.empty()) {
        TRY(load_old_form(snapshot, state, variables, shown));
    } else {
        const auto opened = sealer_.open(state.subject, record);
        if (!opened) return erased();
        TRY(read_record(opened.value(), state));
        state.stored = state.subscriptions;
    }
    if (!state.subscriptions.empty()) load_arrived(snapshot, state);
    return state;
}

/// What has come for whom it waits.
void Store::load_arrived(Snapshot& snapshot, State& state)
{
    for (Subscription& each : state.subscriptions) {
        auto row = snapshot.query(
            "select content from process_message where message = ? and correlation = ?",
            each.message, each.correlation);
        if (!row.next()) continue;
        const auto content = sealer_.open("", row.text(0));
        auto parsed = content ? json::parse(content.value()) : json::Value{};
        each.arrived = parsed ? std::move(parsed).value() : json::Value{};
    }
}

Instance Store::described(Snapshot& snapshot, State&& state)
{
    Instance instance;
    instance.id = state.id;
    instance.definition = std::move(state.definition_name);
    instance.business_key = std::move(state.business_key);
    instance.subject = std::move(state.subject);
    instance.state = state.state;
    instance.outcome = std::move(state.outcome);
    instance.page = std::move(state.page);
    instance.reason = std::move(state.reason);
    instance.version = state.version;
    instance.variables = std::move(state.variables);
    instance.show = std::move(state.show);
    for (const Token& token : state.tokens) {
        instance.elements.push_back(state.definition->element(token.element).id);
        if (token.stage == Stage::stuck) instance.incident = true;
    }
    auto row = snapshot.query("select started_at, ended_at from process_instance where id = ?",
                              instance.id);
    if (row.next()) {
        instance.started_at = row.instant(0);
        if (!row.is_null(1)) instance.ended_at = row.instant(1);
    }
    return instance;
}

void Store::insert(Transaction& transaction, const State& state, const Effects& effects,
                   const std::string& started_by)
{
    transaction.execute(
        "insert into process_instance(id, definition, business_key, subject, state, outcome, page,"
        " reason, started_by, started_at, version, next_token, variables, shown, record, places,"
        " attention_at)"
        " values (?, ?, ?, ?, 'running', '', '', '', ?, ?, 1, 0, '', '', ?, ?, ?)",
        state.id, state.definition_name, state.business_key, state.subject, started_by,
        transaction.now(), sealer_.seal(state.subject, to_record(state)), places_of(state),
        attention_at(state, transaction.now()));
    save_waits(transaction, state);
    note(transaction, state.id, state.subject,
         {.kind = "started", .element = "", .who = started_by});
    save_effects(transaction, state, effects);
}

bool Store::is_current(Snapshot& snapshot, const State& state)
{
    auto row = snapshot.query(
        "select version from process_instance where id = ? and state = 'running'", state.id);
    return row.next() && row.integer(0) == state.version;
}

/// Who waits for which message, for those who look for it by the message.
void Store::save_waits(Transaction& transaction, const State& state)
{
    const auto same = [](const Subscription& a, const Subscription& b) {
        return a.holder == b.holder && a.element == b.element && a.message == b.message &&
               a.correlation == b.correlation;
    };
    if (std::equal(state.stored.begin(), state.stored.end(), state.subscriptions.begin(),
                   state.subscriptions.end(), same))
        return;
    if (!state.stored.empty()) {
        transaction.execute("delete from process_wait where instance = ?", state.id);
    }
    for (const Subscription& each : state.subscriptions) {
        transaction.execute(
            "insert into process_wait(instance, holder, element, message, correlation)"
            " values (?, ?, ?, ?, ?)",
            state.id, each.holder, state.definition->element(each.element).id, each.message,
            each.correlation);
    }
}

void Store::save(Transaction& transaction, const State& state, const Effects& effects,
                 const std::string& who)
{
    std::optional<base::Instant> ended;
    if (state.state != InstanceState::running) ended = transaction.now();
    transaction.execute(
        "update process_instance set state = ?, outcome = ?, page = ?, reason = ?, ended_at = ?,"
        " version = version + 1, record = ?, places = ?, attention_at = ? where id = ?",
        to_string(state.state), state.outcome, state.page, state.reason, ended,
        sealer_.seal(state.subject, to_record(state)), places_of(state),
        attention_at(state, transaction.now()), state.id);
    if (state.old_form) leave_old_form(transaction, state.id);
    save_waits(transaction, state);
    save_effects(transaction, state, effects);
    if (state.state != InstanceState::running) {
        transaction.execute(
            "update process_incident set state = 'cancelled', closed_by = ?, closed_at = ?"
            " where instance = ? and state = 'open'",
            who, transaction.now(), state.id);
    }
}

void Store::save_effects(Transaction& transaction, const State& state, const Effects& effects)
{
    save_tasks(transaction, state, effects);
    for (const NewIncident& incident : effects.incidents) {
        transaction.execute(
            "insert into process_incident(id, instance, token, element, reason, detail, attempts, "
            "at,"
            " state, closed_by, why) values (?, ?, ?, ?, ?, ?, ?, ?, 'open', '', '')",
            transaction.new_id<IncidentId>(), state.id, incident.token, incident.element,
            incident.reason, incident.detail, incident.attempts, transaction.now());
    }
    for (const std::int64_t token : effects.overtaken) {
        transaction.execute(
            "update process_incident set state = 'overtaken', closed_at = ?"
            " where instance = ? and token = ? and state = 'open'",
            transaction.now(), state.id, token);
    }
    for (const Note& each : effects.notes) note(transaction, state.id, state.subject, each);
}

void Store::set_aside(Transaction& transaction, InstanceId id, const base::Error& error)
{
    const auto changed = transaction.execute(
        "update process_instance set attention_at = null"
        " where id = ? and state = 'running' and attention_at is not null",
        id);
    if (changed == 0) return;
    transaction.execute(
        "insert into process_incident(id, instance, token, element, reason, detail, attempts, at,"
        " state, closed_by, why) values (?, ?, 0, '', ?, ?, 0, ?, 'open', '', '')",
        transaction.new_id<IncidentId>(), id, error.reason, error.detail, transaction.now());
    note(transaction, id, {},
         {.kind = "incident", .element = "", .reason = std::string{error.reason}});
}

void Store::note(Transaction& transaction, InstanceId instance, const std::string& subject,
                 const Note& note)
{
    transaction.execute(
        "insert into process_history(id, instance, at, kind, element, who, outcome, reason, "
        "comment, changed)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        transaction.new_id<InstanceId>(), instance, transaction.now(), note.kind, note.element,
        note.who, note.outcome, note.reason,
        note.comment.empty() ? std::string{} : sealer_.seal(subject, note.comment), note.changed);
}

std::vector<HistoryEntry> Store::history(Snapshot& snapshot, const Instance& instance)
{
    std::vector<HistoryEntry> entries;
    auto rows = snapshot.query(
        "select at, kind, element, who, outcome, reason, comment, changed from process_history"
        " where instance = ? order by id",
        instance.id);
    while (rows.next()) {
        std::string comment = rows.string(6);
        if (!comment.empty()) {
            auto opened = sealer_.open(instance.subject, comment);
            comment = opened ? std::move(opened).value() : std::string{};
        }
        entries.push_back({rows.instant(0), rows.string(1), rows.string(2), rows.string(3),
                           rows.string(4), rows.string(5), std::move(comment),
                           base::split_words(rows.string(7))});
    }
    return entries;
}

bool Store::insert_message(Transaction& transaction, std::string_view name,
                           std::string_view correlation, const json::Value& content)
{
    return transaction.execute(
               "insert into process_message(message, correlation, content, received_at)"
               " values (?, ?, ?, ?) on conflict (message, correlation) do nothing",
               name, correlation, sealer_.seal("", json::serialise(content)),
               transaction.now()) > 0;
}

}  // namespace engine::process
