// SPDX-License-Identifier: Apache-2.0
// The record of an instance: compact JSON, lists rather than objects where the order says enough.
#include <engine/process/internal/state.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;

namespace {

template <class List>
auto* find_number(List& list, std::int64_t number)
{
    const auto found = std::find_if(list.begin(), list.end(),
                                    [&](const auto& each) { return each.number == number; });
    return found == list.end() ? nullptr : &*found;
}

base::Error malformed(const std::string& what)
{
    return base::rejected("process.record_malformed", "The record cannot be read: " + what + ".");
}

json::Value optional_instant(const std::optional<base::Instant>& at)
{
    return at ? json::Value{at->micros} : json::Value{};
}

class Writer {
public:
    explicit Writer(const Definition& definition) : definition_(definition) {}

    json::Value id(std::size_t element) const { return definition_.element(element).id; }
    static json::Value number(std::size_t value) { return static_cast<std::int64_t>(value); }

    json::Value token(const Token& each) const
    {
        return json::Array{each.number,        id(each.element),
                           each.scope,         static_cast<std::int64_t>(each.stage),
                           number(each.entry), each.worked,
                           each.attempts,      optional_instant(each.retry_at)};
    }
    json::Value timer(const Timer& each) const
    {
        return json::Array{each.holder, id(each.element), each.due.micros, each.every, each.left};
    }
    json::Value subscription(const Subscription& each) const
    {
        return json::Array{each.holder, id(each.element), each.message, each.correlation};
    }
    json::Value scope(const Scope& each) const
    {
        json::Array steps;
        for (const DoneStep& step : each.steps) {
            steps.push_back(json::Array{step.number, id(step.element), step.result, step.locals,
                                        step.isolated});
        }
        return json::Array{each.number,
                           static_cast<std::int64_t>(each.kind),
                           each.parent,
                           each.host,
                           each.kind == ScopeKind::process ? json::Value{""} : id(each.element),
                           each.locals,
                           each.isolated,
                           std::move(steps),
                           each.items,
                           each.results,
                           number(each.next),
                           number(each.done),
                           each.outcome,
                           each.reason};
    }

private:
    const Definition& definition_;
};

/// Takes the members of a list one after the other; what is of another kind is remembered.
class Reader {
public:
    Reader(const Definition& definition, const json::Value& value)
        : definition_(definition), array_(value.array())
    {
        good_ = array_ != nullptr;
    }

    const json::Value& next()
    {
        static const json::Value nothing;
        if (!good_ || at_ >= array_->size()) {
            good_ = false;
            return nothing;
        }
        return (*array_)[at_++];
    }
    std::int64_t integer()
    {
        const json::Value& value = next();
        if (value.integer() == nullptr) good_ = false;
        return value.integer_or(0);
    }
    std::size_t size() { return static_cast<std::size_t>(integer()); }
    bool boolean() { return next().boolean_or(false); }
    std::string text() { return std::string{next().text_or()}; }
    std::size_t element()
    {
        const auto found = definition_.find(text());
        if (!found) good_ = false;
        return found.value_or(0);
    }
    json::Object object()
    {
        const json::Value& value = next();
        if (value.object() == nullptr) good_ = false;
        return value.object() == nullptr ? json::Object{} : *value.object();
    }
    json::Array array()
    {
        const json::Value& value = next();
        if (value.array() == nullptr) good_ = false;
        return value.array() == nullptr ? json::Array{} : *value.array();
    }
    std::optional<base::Instant> instant()
    {
        const json::Value& value = next();
        if (value.integer() == nullptr) return std::nullopt;
        return base::Instant{*value.integer()};
    }
    bool good() const { return good_; }

private:
    const Definition& definition_;
    const json::Array* array_;
    std::size_t at_ = 0;
    bool good_;
};

Scope read_scope(Reader& reader, const Definition& definition)
{
    Scope scope;
    scope.number = reader.integer();
    scope.kind = static_cast<ScopeKind>(std::clamp<std::int64_t>(reader.integer(), 0, 6));
    scope.parent = reader.integer();
    scope.host = reader.integer();
    if (scope.kind == ScopeKind::process) {
        reader.next();
    } else {
        scope.element = reader.element();
    }
    scope.locals = reader.object();
    scope.isolated = reader.boolean();
    for (const json::Value& value : reader.array()) {
        Reader step{definition, value};
        DoneStep done;
        done.number = step.integer();
        done.element = step.element();
        done.result = step.next();
        done.locals = step.object();
        done.isolated = step.boolean();
        if (step.good()) scope.steps.push_back(std::move(done));
    }
    scope.items = reader.array();
    scope.results = reader.array();
    scope.next = reader.size();
    scope.done = reader.size();
    scope.outcome = reader.text();
    scope.reason = reader.text();
    return scope;
}

template <class Read>
base::Result<void> read_each(const json::Value& list, const char* what, Read read)
{
    if (list.array() == nullptr) return malformed(what);
    for (const json::Value& each : *list.array()) {
        if (!read(each)) return malformed(what);
    }
    return {};
}

}  // namespace

Token* State::token(std::int64_t number)
{
    return find_number(tokens, number);
}

const Token* State::token(std::int64_t number) const
{
    return find_number(tokens, number);
}

Scope& State::scope(std::int64_t number)
{
    Scope* found = find_number(scopes, number);
    base::ensure(found != nullptr);
    return *found;
}

const Scope& State::scope(std::int64_t number) const
{
    const Scope* found = find_number(scopes, number);
    base::ensure(found != nullptr);
    return *found;
}

std::string to_record(const State& state)
{
    const Writer writer{*state.definition};
    json::Array tokens;
    json::Array timers;
    json::Array subscriptions;
    json::Array scopes;
    for (const Token& each : state.tokens) tokens.push_back(writer.token(each));
    for (const Timer& each : state.timers) timers.push_back(writer.timer(each));
    for (const Subscription& each : state.subscriptions) {
        subscriptions.push_back(writer.subscription(each));
    }
    // The process's own scope has nothing to tell unless steps of it can be compensated.
    const bool plain = state.scopes.size() == 1 && state.scopes.front().steps.empty();
    for (const Scope& each : state.scopes) {
        if (!plain) scopes.push_back(writer.scope(each));
    }
    return json::serialise(json::Object{{"next", state.next_number},
                                        {"tokens", std::move(tokens)},
                                        {"timers", std::move(timers)},
                                        {"messages", std::move(subscriptions)},
                                        {"scopes", std::move(scopes)},
                                        {"show", state.show},
                                        {"variables", state.variables}});
}

base::Result<void> read_record(std::string_view record, State& state)
{
    const auto parsed = json::parse(record);
    if (!parsed) return malformed(parsed.error().detail);
    const json::Value& root = parsed.value();
    const Definition& definition = *state.definition;
    state.next_number = root["next"].integer_or(1);
    state.show = root["show"];
    if (root["variables"].object() == nullptr) return malformed("variables");
    state.variables = *root["variables"].object();
    TRY(read_each(root["scopes"], "scopes", [&](const json::Value& value) {
        Reader reader{definition, value};
        Scope scope = read_scope(reader, definition);
        if (scope.kind == ScopeKind::process) {
            state.scopes.front() = std::move(scope);
        } else {
            state.scopes.push_back(std::move(scope));
        }
        return reader.good();
    }));
    TRY(read_each(root["tokens"], "tokens", [&](const json::Value& value) {
        Reader reader{definition, value};
        Token token;
        token.number = reader.integer();
        token.element = reader.element();
        token.scope = reader.integer();
        token.stage = static_cast<Stage>(std::clamp<std::int64_t>(reader.integer(), 0, 5));
        token.entry = reader.size();
        token.worked = reader.boolean();
        token.attempts = static_cast<int>(reader.integer());
        token.retry_at = reader.instant();
        if (find_number(state.scopes, token.scope) == nullptr) return false;
        state.tokens.push_back(token);
        return reader.good();
    }));
    TRY(read_each(root["timers"], "timers", [&](const json::Value& value) {
        Reader reader{definition, value};
        const Holder holder = reader.integer();
        const std::size_t element = reader.element();
        const auto due = reader.instant();
        std::string every = reader.text();
        const std::int64_t left = reader.integer();
        state.timers.push_back(
            {holder, element, due.value_or(base::Instant{}), std::move(every), left});
        return reader.good();
    }));
    return read_each(root["messages"], "messages", [&](const json::Value& value) {
        Reader reader{definition, value};
        const Holder holder = reader.integer();
        const std::size_t element = reader.element();
        std::string message = reader.text();
        std::string correlation = reader.text();
        state.subscriptions.push_back(
            {holder, element, std::move(message), std::move(correlation)});
        return reader.good();
    });
}

json::Object visible(const State& state, std::int64_t number)
{
    std::vector<const Scope*> chain;
    const Scope* at = &state.scope(number);
    while (at->kind != ScopeKind::process) {
        chain.push_back(at);
        if (at->isolated) break;
        at = &state.scope(at->parent);
    }
    json::Object all;
    if (chain.empty() || !chain.back()->isolated) all = state.variables;
    for (auto scope = chain.rbegin(); scope != chain.rend(); ++scope) {
        for (const auto& [name, value] : (*scope)->locals) all.set(name, value);
    }
    return all;
}

const json::Value* value_seen(const State& state, std::int64_t number, std::string_view name)
{
    for (const Scope* at = &state.scope(number); at->kind != ScopeKind::process;
         at = &state.scope(at->parent)) {
        if (const auto* value = at->locals.find(name)) return value;
        if (at->isolated) return nullptr;
    }
    return state.variables.find(name);
}

std::optional<base::Instant> attention_at(const State& state, base::Instant now)
{
    std::optional<base::Instant> first;
    const auto at = [&first](base::Instant time) {
        if (!first || time < *first) first = time;
    };
    if (state.state != InstanceState::running) return first;
    for (const Token& token : state.tokens) {
        if (token.stage == Stage::arrived || token.stage == Stage::executed) at(now);
        if (token.stage == Stage::ready) at(token.retry_at.value_or(now));
    }
    for (const Timer& timer : state.timers) at(timer.due);
    return first;
}

std::string places_of(const State& state)
{
    std::vector<std::string> ids;
    for (const Token& token : state.tokens) {
        ids.push_back(state.definition->element(token.element).id);
    }
    std::sort(ids.begin(), ids.end());
    std::string places;
    for (const std::string& id : ids) places += (places.empty() ? "" : " ") + id;
    return places;
}

}  // namespace engine::process
