// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/engine.h>

#include <optional>
#include <string>
#include <vector>

namespace engine::process {

/// Where a token is on its way through its element.
enum class Stage : std::uint8_t {
    arrived,   // To be looked at.
    ready,     // An operation is to run.
    executed,  // Its work is done; to be left.
    waiting,   // For a person, a message, a time, or for what goes on inside it.
    joining,   // At a gateway, for the others.
    stuck,     // An incident is open.
};

struct Token {
    std::int64_t number = 0;  // Of no other token or scope, ever, in this instance.
    std::size_t element = 0;
    std::int64_t scope = 0;
    Stage stage = Stage::arrived;
    std::size_t entry = 0;  // The way by which it came in.
    bool worked = false;    // Its work is done; only the leaving failed.
    int attempts = 0;
    std::optional<base::Instant> retry_at = {};
};

/// Who holds a timer or subscription: a token, or a scope for its event sub-processes.
using Holder = std::int64_t;

struct Timer {
    Holder holder = 0;
    std::size_t element = 0;  // The event.
    base::Instant due;
    std::string every = {};  // An ISO duration, where it fires more than once …
    std::int64_t left = 0;   // … so many times after this; -1: without end.
};

struct Subscription {
    Holder holder = 0;
    std::size_t element = 0;
    std::string message;
    std::string correlation;
    std::optional<platform::json::Value> arrived = {};  // What came, where it has.
};

/// A step that is done and can be compensated.
struct DoneStep {
    std::int64_t number = 0;  // Its token's: later steps have greater ones.
    std::size_t element = 0;
    platform::json::Value result;
    platform::json::Object locals;  // What only it and its neighbours could see.
    bool isolated = false;          // It was inside a call.
};

enum class ScopeKind : std::uint8_t {
    process,
    sub_process,
    call,
    handler,       // An event sub-process that runs.
    loop,          // Of an activity that is done several times: what its rounds have in common …
    round,         // … and one of them.
    compensation,  // The undoing of steps, one after the other.
};

/// What tokens stand in. The first is the process itself, number 0.
struct Scope {
    std::int64_t number = 0;
    ScopeKind kind = ScopeKind::process;
    std::int64_t parent = 0;
    std::int64_t host = 0;  // The token that waits for its end; 0: none.
    std::size_t element = 0;
    platform::json::Object locals = {};  // Names that are seen from inside only.
    bool isolated = false;               // Nothing around it is seen from inside.
    std::vector<DoneStep> steps = {};

    platform::json::Array items = {};    // Of a loop; empty where only the number counts.
    platform::json::Array results = {};  // Of a loop: as long as it has rounds.
    std::size_t next = 0;                // Of a loop: the next round; of a round: which it is.
    std::size_t done = 0;                // Of a loop: rounds that have ended.
    std::string outcome = {};            // Of a call: how its process ended …
    std::string reason = {};             // … and why.
};

/// An instance as a worker holds it: one record of the book, under one version.
struct State {
    InstanceId id;
    std::string definition_name;
    std::shared_ptr<const Definition> definition;
    std::string business_key;
    std::string subject;
    InstanceState state = InstanceState::running;
    std::string outcome;
    std::string page;
    std::string reason;
    platform::json::Value show;
    std::int64_t version = 0;
    std::int64_t next_number = 1;
    platform::json::Object variables;
    std::vector<Token> tokens;
    std::vector<Scope> scopes{Scope{}};
    std::vector<Timer> timers;
    std::vector<Subscription> subscriptions;

    std::vector<Subscription> stored;  // The subscriptions as the book has them.
    bool old_form = false;             // It was read from the tables of the first schema.

    Token* token(std::int64_t number);
    const Token* token(std::int64_t number) const;
    Scope& scope(std::int64_t number);
    const Scope& scope(std::int64_t number) const;
};

/// The state as it is kept, unsealed, and back. Elements are named by their ids. Errors:
/// process.record_malformed (also an element that the definition lacks).
std::string to_record(const State& state);
base::Result<void> read_record(std::string_view record, State& state);

/// What is seen from inside a scope.
platform::json::Object visible(const State& state, std::int64_t scope);

/// The value of that name as it is seen from inside a scope; null where there is none.
const platform::json::Value* value_seen(const State& state, std::int64_t scope,
                                        std::string_view name);

/// When the instance has to be looked at again without anybody asking; nothing: not.
std::optional<base::Instant> attention_at(const State& state, base::Instant now);

/// The ids of the elements where its tokens stand, sorted, one blank between.
std::string places_of(const State& state);

}  // namespace engine::process
