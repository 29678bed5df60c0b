// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/engine.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace engine::process {

/// Where a token is on its way through its element.
enum class Stage : std::uint8_t {
    arrived,   // To be looked at.
    ready,     // An operation is to run.
    executed,  // The operation has run; to be left.
    waiting,   // For a person, a message or a time.
    joining,   // At a parallel gateway, for the others.
    stuck,     // An incident is open.
};

struct Token {
    std::int64_t number = 0;
    std::string element;
    Stage stage = Stage::arrived;
    int attempts = 0;
    std::optional<base::Instant> retry_at = {};
};

struct Timer {
    std::int64_t token = 0;
    std::string element;  // The boundary event, or the catch event itself.
    base::Instant due;
};

struct Subscription {
    std::int64_t token = 0;
    std::string message;
    std::string correlation;
    std::optional<platform::json::Value> arrived;  // What came, where it has.
};

/// An instance as a worker holds it.
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
    std::int64_t next_token = 1;
    platform::json::Object variables;
    std::vector<Token> tokens;
    std::vector<Timer> timers;
    std::vector<Subscription> subscriptions;

    Token* token(std::int64_t number);
};

/// A task to be made.
struct NewTask {
    std::int64_t token = 0;
    std::size_t element = 0;
    std::optional<base::Instant> due_at;
};

struct NewIncident {
    std::int64_t token = 0;
    std::string element;
    std::string reason;
    std::string detail;
    int attempts = 0;
};

struct Note {
    std::string kind;
    std::string element;
    std::string who = {};
    std::string outcome = {};
    std::string reason = {};
    std::string comment = {};
};

/// What a run changed beside the state, for the unit of work to write.
struct Effects {
    bool changed = false;
    std::vector<NewTask> tasks;
    std::vector<std::int64_t> ended_tasks;  // Tokens whose open task is void.
    std::vector<NewIncident> incidents;
    std::vector<Note> notes;
};

/// Moves the tokens of one instance as far as they go by themselves. Pure: touches nothing but
/// `state` and `effects`.
class Machine {
public:
    Machine(State& state, Effects& effects, const BusinessCalendar& calendar,
            const base::Clock& clock);

    /// Until every token waits, is ready for an operation, or the instance has ended.
    void run();

    /// Ends a user task with its result and goes on.
    void complete(std::int64_t token, platform::json::Value result);

    /// The operation of the token has answered.
    void executed(Token& token, platform::json::Value result);

    /// The operation has refused: a boundary error takes it, else a later attempt, else an
    /// incident.
    void failed(std::int64_t token, const base::Error& error, const EngineOptions& options);

    void cancel();

    /// Lets a stuck token try again; false where it is not stuck.
    bool unstick(std::int64_t token);

    /// Lets a stuck token leave its element without having done it, the result null; false where it
    /// is not stuck or the element has no one way out.
    bool skip(std::int64_t token);

    /// The inputs of the operation at `token`. Errors: those of FEEL.
    base::Result<platform::json::Object> arguments(const Token& token) const;

    base::Result<feel::Value> evaluate(const feel::Expression& expression) const;

private:
    const Element& element_of(const Token& token) const;
    bool step(Token& token);
    bool enter(Token& token, const Element& element);
    bool enter_gateway(Token& token, const Element& element);
    void enter_task(Token& token, const Element& element, std::size_t index);
    void enter_decision(Token& token, const Element& element);
    void wait(Token& token, const Element& element);
    bool join(Token& token, const Element& element);
    bool resume(Token& token);
    void take_boundary(Token& token, const Element& boundary, platform::json::Value result);
    void leave(Token& token, const Element& element);
    void move(Token& token, std::size_t target);
    void end(Token& token, const Element& element);
    void finish(std::string outcome);
    void drop(std::int64_t token);
    void clear_waits(std::int64_t token);
    void stuck(Token& token, const std::string& reason, const std::string& detail);
    void set(const std::string& name, platform::json::Value value);
    std::optional<base::Instant> due(const ExpressionPtr& duration,
                                     const ExpressionPtr& time) const;
    std::optional<base::Instant> task_due(const Element& element) const;

    State& state_;
    Effects& effects_;
    const BusinessCalendar& calendar_;
    const base::Clock& clock_;
    base::Instant now_;
};

/// The calendar's zone, in which expressions reckon.
feel::Zone zone_of(const BusinessCalendar& calendar);

/// Whether an error event for `code` ("account.*", "*", "") takes `reason`.
bool takes(std::string_view code, std::string_view reason);

}  // namespace engine::process
