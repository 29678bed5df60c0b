// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/internal/compiler.h>
#include <engine/process/internal/state.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace engine::process {

/// A task to be made.
struct NewTask {
    std::int64_t token = 0;
    std::size_t element = 0;
    std::optional<base::Instant> due_at;
    std::vector<std::string> candidates = {};
    std::vector<std::string> excluded = {};
    std::optional<base::Instant> remind_at = {};
    std::string unit = {};
};

struct NewIncident {
    std::int64_t token = 0;
    std::string element;
    std::string reason;
    std::string detail;
    int attempts = 0;
};

/// A message that a process sends.
struct NewMessage {
    std::string name;
    std::string correlation;
    platform::json::Value content;
};

struct Note {
    std::string kind;
    std::string element;
    std::string who = {};
    std::string outcome = {};
    std::string reason = {};
    std::string comment = {};
    std::string changed = {};  // Names of fields, one blank between.
};

/// What a run changed beside the state, for the unit of work to write.
struct Effects {
    bool changed = false;
    std::vector<NewTask> tasks;
    std::vector<std::int64_t> ended_tasks;  // Tokens whose open task is void.
    std::vector<NewIncident> incidents;
    std::vector<std::int64_t> overtaken;  // Tokens whose open incident is void.
    std::vector<NewMessage> messages;
    std::vector<Note> notes;
};

/// Moves the tokens of one instance as far as they go by themselves. Pure: touches nothing but
/// `state` and `effects`.
class Machine {
public:
    static constexpr std::size_t most_rounds = 1'000;  // Of one activity.
    static constexpr std::size_t most_tokens = 5'000;

    Machine(State& state, Effects& effects, const BusinessCalendar& calendar,
            const base::Clock& clock);

    /// Begins at a start event; what came with the event becomes its result.
    void start(std::size_t element, platform::json::Value came);

    /// Until every token waits, is ready for an operation, or the instance has ended.
    void run();

    /// Ends a user task with its result and goes on.
    void complete(std::int64_t token, platform::json::Value result);

    /// Takes a user task back to an earlier one.
    void send_back(std::int64_t token, std::size_t target);

    /// The operation of the token has answered.
    void executed(std::int64_t token, platform::json::Value result);

    /// The operation has refused: a boundary error takes it, else a later attempt, else an
    /// incident.
    void failed(std::int64_t token, const base::Error& error, const EngineOptions& options);

    void cancel();

    /// Lets a stuck token try again; false where it is not stuck.
    bool unstick(std::int64_t token);

    /// Lets a stuck token leave its element without having done it, the result null; false where it
    /// is not stuck or the element has no one way out. A gateway that waits for ever goes on with
    /// what has come.
    bool skip(std::int64_t token);

    /// The inputs of the operation or call at `token`. Errors: those of FEEL.
    base::Result<platform::json::Object> arguments(const Token& token);

    /// As it is seen from inside a scope.
    base::Result<feel::Value> evaluate(const feel::Expression& expression, std::int64_t scope = 0);

    /// When a timer event fires, reckoned from now; nothing where its expression gives no time.
    std::optional<Timer> timer_of(const Element& event, std::int64_t scope);

private:
    // machine.cpp: steps.
    const Element& element_of(const Token& token) const;
    const Element& element(std::size_t index) const { return state_.definition->element(index); }
    bool move_tokens();
    void step(std::int64_t number);
    void enter(std::int64_t number);
    void run_script(std::int64_t number);
    void decide(std::int64_t number);
    void choose(std::int64_t number);
    void fork(std::int64_t number, const std::vector<std::size_t>& ways);
    std::optional<std::vector<std::size_t>> true_ways(std::int64_t number);
    void leave(std::int64_t number);
    void follow(std::int64_t number, const Flow& flow);
    std::int64_t spawn(std::size_t element, std::int64_t scope);
    void end(std::int64_t number);
    void note_end(const Element& element, std::int64_t scope);
    void drop(std::int64_t number);
    void finish(std::string outcome);
    void stuck(std::int64_t number, const std::string& reason, const std::string& detail);
    void stuck(std::int64_t number, const base::Error& error);
    bool set(std::int64_t number, const std::string& name, platform::json::Value value);
    void put(std::int64_t scope, const std::string& name, platform::json::Value value);

    // machine_scopes.cpp: sub-processes, calls, handlers, loops, compensation.
    bool is_round(const Token& token) const;
    void open_scope(std::int64_t number);
    std::int64_t new_scope(ScopeKind kind, std::int64_t parent, std::int64_t host,
                           std::size_t element);
    bool arm_handlers(std::int64_t scope, std::int64_t blamed);
    void start_handler(std::int64_t scope, std::size_t handler, platform::json::Value came);
    void check_scope(std::int64_t scope);
    void finish_scope(std::int64_t scope);
    void clear_scope(std::int64_t scope);
    void drop_scope(std::int64_t scope);
    void drop_inside(std::int64_t number);
    void open_loop(std::int64_t number);
    void spawn_round(std::int64_t loop);
    void finish_round(std::int64_t number);
    void finish_loop(std::int64_t loop);
    void remember(const Token& token);
    void compensate(std::int64_t number);
    void next_compensation(std::int64_t scope);

    // machine_events.cpp: times, messages, errors, escalations.
    std::optional<base::Instant> due(const ExpressionPtr& expression, std::int64_t scope);
    std::optional<base::Instant> task_due(const Element& element, std::int64_t scope);
    std::optional<base::Instant> task_reminder(const Element& at, base::Instant deadline,
                                               std::int64_t scope);
    void open_task(std::int64_t number);
    void wait(std::int64_t number);
    bool arm(std::int64_t number);
    bool hold(Holder holder, std::size_t event, std::int64_t scope, std::int64_t blamed);
    bool fire();
    void happen(Holder holder, std::size_t event, platform::json::Value came);
    void take_boundary(std::int64_t number, std::size_t boundary, platform::json::Value came);
    bool raise(std::int64_t scope, bool error, const std::string& code,
               const platform::json::Value& came);
    bool raise_at(std::int64_t number, bool error, const std::string& code,
                  const platform::json::Value& came);
    bool send_message(std::int64_t number);
    void clear_waits(Holder holder);
    std::optional<std::vector<std::string>> people(const ExpressionPtr& expression,
                                                   std::int64_t scope);

    // machine_joins.cpp
    bool join_any();
    bool join(std::size_t gateway, std::int64_t scope, bool by_force);
    std::vector<std::int64_t> joined(std::size_t gateway, std::int64_t scope,
                                     std::vector<bool>& came) const;
    bool is_open(std::size_t gateway, std::int64_t scope) const;
    void find_dead_joins();

    const feel::Context& context(std::int64_t scope);

    State& state_;
    Effects& effects_;
    const BusinessCalendar& calendar_;
    const base::Clock& clock_;
    base::Instant now_;
    int moves_left_;
    int moves_of_rounds_ = 0;
    std::optional<feel::Context> process_context_;
    feel::Context inner_context_;
};

/// The calendar's zone, in which expressions reckon.
feel::Zone zone_of(const BusinessCalendar& calendar);

/// Whether an error event for `code` ("account.*", "*", "") takes `reason`.
bool takes(std::string_view code, std::string_view reason);

/// "R3/PT1H", "R/P1M", "R3/2026-12-01T09:00:00Z/PT1H"; how often at all (-1: without end), every
/// how long, and from when where it is said. A duration stands for itself without end.
struct Repetition {
    std::int64_t times = -1;
    std::string every;
    std::optional<feel::DateTime> from = {};
};
std::optional<Repetition> parse_repetition(std::string_view text);

}  // namespace engine::process
