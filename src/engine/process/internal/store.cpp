// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/store.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view stages[] = {"arrived", "ready",   "executed",
                                       "waiting", "joining", "stuck"};
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
    " variables, shown, started_at, ended_at from process_instance where id = ?";

bool needs_attention(Stage stage)
{
    return stage == Stage::arrived || stage == Stage::ready || stage == Stage::executed;
}

}  // namespace

std::string_view to_string(InstanceState state)
{
    return instance_states[static_cast<std::size_t>(state)];
}

std::string to_words(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<std::string> from_words(std::string_view text)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        if (end > at) words.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

base::Result<State> Store::load(Snapshot& snapshot, InstanceId id)
{
    State state;
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
        state.next_token = row.integer(8);
        const auto opened = sealer_.open(state.subject, row.text(9));
        const auto shown = sealer_.open(state.subject, row.text(10));
        const auto variables = opened ? json::parse(opened.value()) : json::Value{};
        if (!opened || !shown || !variables || variables.value().object() == nullptr) {
            return base::rejected("process.erased",
                                  "What the instance knew cannot be read any more.");
        }
        state.variables = *variables.value().object();
        if (auto show = json::parse(shown.value())) state.show = std::move(show).value();
    }
    state.definition = definitions_(state.definition_name);
    if (state.definition == nullptr) {
        return base::not_found("process.definition_unknown",
                               "There is no process " + state.definition_name + ".");
    }
    auto tokens = snapshot.query(
        "select number, element, stage, attempts, retry_at from process_token where instance = ?"
        " order by number",
        id);
    while (tokens.next()) {
        Token token{tokens.integer(0),
                    tokens.string(1),
                    static_cast<Stage>(index_of(stages, tokens.text(2))),
                    static_cast<int>(tokens.integer(3)),
                    {}};
        if (!tokens.is_null(4)) token.retry_at = tokens.instant(4);
        state.tokens.push_back(std::move(token));
    }
    auto timers =
        snapshot.query("select token, element, due from process_timer where instance = ?", id);
    while (timers.next()) {
        state.timers.push_back({timers.integer(0), timers.string(1), timers.instant(2)});
    }
    auto subscriptions = snapshot.query(
        "select s.token, s.message, s.correlation, m.content from process_subscription s"
        " left join process_message m on m.message = s.message and m.correlation = s.correlation"
        " where s.instance = ?",
        id);
    while (subscriptions.next()) {
        Subscription subscription{
            subscriptions.integer(0), subscriptions.string(1), subscriptions.string(2), {}};
        if (!subscriptions.is_null(3)) {
            const auto content = sealer_.open("", subscriptions.text(3));
            auto parsed = content ? json::parse(content.value()) : json::Value{};
            subscription.arrived = parsed ? std::move(parsed).value() : json::Value{};
        }
        state.subscriptions.push_back(std::move(subscription));
    }
    return state;
}

base::Result<Instance> Store::describe(Snapshot& snapshot, InstanceId id)
{
    State state = TRY(load(snapshot, id));
    Instance instance;
    instance.id = id;
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
        instance.elements.push_back(token.element);
        if (token.stage == Stage::stuck) instance.incident = true;
    }
    auto row = snapshot.query("select started_at, ended_at from process_instance where id = ?", id);
    if (row.next()) {
        instance.started_at = row.instant(0);
        if (!row.is_null(1)) instance.ended_at = row.instant(1);
    }
    return instance;
}

void Store::insert(Transaction& transaction, const State& state, const std::string& started_by)
{
    transaction.execute(
        "insert into process_instance(id, definition, business_key, subject, state, outcome, page,"
        " reason, started_by, started_at, version, next_token, variables, shown)"
        " values (?, ?, ?, ?, 'running', '', '', '', ?, ?, 1, ?, ?, ?)",
        state.id, state.definition_name, state.business_key, state.subject, started_by,
        transaction.now(), state.next_token,
        sealer_.seal(state.subject, json::serialise(state.variables)),
        sealer_.seal(state.subject, "null"));
    save_tokens(transaction, state);
    note(transaction, state.id, state.subject,
         {.kind = "started", .element = "", .who = started_by});
}

bool Store::is_current(Snapshot& snapshot, const State& state)
{
    auto row = snapshot.query(
        "select version from process_instance where id = ? and state = 'running'", state.id);
    return row.next() && row.integer(0) == state.version;
}

void Store::save_tokens(Transaction& transaction, const State& state)
{
    transaction.execute("delete from process_token where instance = ?", state.id);
    for (const Token& token : state.tokens) {
        std::optional<base::Instant> due = token.retry_at;
        if (needs_attention(token.stage) && !due) due = transaction.now();
        transaction.execute(
            "insert into process_token(instance, number, element, stage, attempts, retry_at)"
            " values (?, ?, ?, ?, ?, ?)",
            state.id, token.number, token.element, stages[static_cast<std::size_t>(token.stage)],
            token.attempts, due);
    }
    transaction.execute("delete from process_timer where instance = ?", state.id);
    for (const Timer& timer : state.timers) {
        transaction.execute(
            "insert into process_timer(instance, token, element, due) values (?, ?, ?, ?)",
            state.id, timer.token, timer.element, timer.due);
    }
    transaction.execute("delete from process_subscription where instance = ?", state.id);
    for (const Subscription& each : state.subscriptions) {
        transaction.execute(
            "insert into process_subscription(instance, token, message, correlation)"
            " values (?, ?, ?, ?)",
            state.id, each.token, each.message, each.correlation);
    }
}

void Store::save(Transaction& transaction, const State& state, const Effects& effects,
                 const std::string& who)
{
    std::optional<base::Instant> ended;
    if (state.state != InstanceState::running) ended = transaction.now();
    transaction.execute(
        "update process_instance set state = ?, outcome = ?, page = ?, reason = ?, ended_at = ?,"
        " version = version + 1, next_token = ?, variables = ?, shown = ? where id = ?",
        to_string(state.state), state.outcome, state.page, state.reason, ended, state.next_token,
        sealer_.seal(state.subject, json::serialise(state.variables)),
        sealer_.seal(state.subject, json::serialise(state.show)), state.id);
    save_tokens(transaction, state);
    save_tasks(transaction, state, effects);
    for (const NewIncident& incident : effects.incidents) {
        transaction.execute(
            "insert into process_incident(id, instance, token, element, reason, detail, attempts, "
            "at,"
            " state, closed_by, why) values (?, ?, ?, ?, ?, ?, ?, ?, 'open', '', '')",
            transaction.new_id<IncidentId>(), state.id, incident.token, incident.element,
            incident.reason, incident.detail, incident.attempts, transaction.now());
    }
    if (state.state != InstanceState::running) {
        transaction.execute(
            "update process_incident set state = 'cancelled', closed_by = ?, closed_at = ?"
            " where instance = ? and state = 'open'",
            who, transaction.now(), state.id);
    }
    for (const Note& each : effects.notes) note(transaction, state.id, state.subject, each);
}

void Store::note(Transaction& transaction, InstanceId instance, const std::string& subject,
                 const Note& note)
{
    transaction.execute(
        "insert into process_history(id, instance, at, kind, element, who, outcome, reason, "
        "comment)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        transaction.new_id<InstanceId>(), instance, transaction.now(), note.kind, note.element,
        note.who, note.outcome, note.reason,
        note.comment.empty() ? std::string{} : sealer_.seal(subject, note.comment));
}

std::vector<HistoryEntry> Store::history(Snapshot& snapshot, const Instance& instance)
{
    std::vector<HistoryEntry> entries;
    auto rows = snapshot.query(
        "select at, kind, element, who, outcome, reason, comment from process_history"
        " where instance = ? order by id",
        instance.id);
    while (rows.next()) {
        std::string comment = rows.string(6);
        if (!comment.empty()) {
            auto opened = sealer_.open(instance.subject, comment);
            comment = opened ? std::move(opened).value() : std::string{};
        }
        entries.push_back({rows.instant(0), rows.string(1), rows.string(2), rows.string(3),
                           rows.string(4), rows.string(5), std::move(comment)});
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
