// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/text.h>
#include <engine/feel/evaluation.h>
#include <engine/feel/expression.h>
#include <platform/config/finding.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::process {

/// What an element is. The order of those below is the order of `to_string`'s names.
enum class ElementKind : std::uint8_t {
    start_event,
    message_start,  // Of the process, or of an event sub-process, as the next four.
    timer_start,
    error_start,
    escalation_start,
    end_event,
    terminate_end_event,
    error_end_event,
    escalation_end_event,
    message_end_event,
    compensation_end_event,
    user_task,
    service_task,  // sendTask too, where it names an operation.
    script_task,
    business_rule_task,
    manual_task,
    receive_task,   // The intermediate message catch event too.
    message_throw,  // sendTask too, where it names a message.
    escalation_throw,
    compensation_throw,
    timer_catch_event,
    boundary_timer,
    boundary_message,
    boundary_error,
    boundary_escalation,
    boundary_compensation,
    exclusive_gateway,
    parallel_gateway,
    inclusive_gateway,
    event_gateway,
    sub_process,
    event_sub_process,
    call_activity,  // The called process stands in it like a sub-process.
};

using ExpressionPtr = std::shared_ptr<const feel::Expression>;

/// A named FEEL value: an input of an operation, or a variable set afterwards.
struct Mapping {
    std::string name;
    ExpressionPtr value;
};

/// A way in which a member of the staff may decide a task.
struct OutcomeRule {
    std::string code;
    ExpressionPtr when;    // Null: always available.
    ExpressionPtr amount;  // The sum that it grants, for limits of authority; null: none.
    bool needs_reason = false;
    bool needs_comment = false;
};

enum class Actor : std::uint8_t { none, customer, staff };

struct Flow {
    std::string id;
    std::size_t target = 0;
    std::size_t entry = 0;    // Which of the target's ways in it is.
    ExpressionPtr condition;  // Null: none.
    int line = 0;
};

/// An activity that is done several times.
struct Loop {
    bool sequential = false;
    ExpressionPtr items;        // A list: once for each …
    ExpressionPtr cardinality;  // … or a number of times.
    std::string item;           // The name by which each finds its item; may be empty.
    ExpressionPtr until;        // True: those not done yet are no longer needed.
    ExpressionPtr collect;      // What each leaves in the list of results.
};

/// One node of a process. Fields that its kind does not use are empty.
struct Element {
    ElementKind kind = ElementKind::start_event;
    std::string id;
    base::Text title;  // What people read: the name, and `yungui:name-zh` in Chinese.
    int line = 0;
    std::vector<Flow> outgoing;
    std::size_t incoming = 0;
    std::optional<std::size_t> parent;        // The sub-process or call that it stands in.
    std::string lane;                         // The innermost that names it; may be empty.
    std::optional<std::size_t> default_flow;  // Index into `outgoing`.
    std::vector<Mapping> inputs;
    std::vector<Mapping> outputs;  // Evaluated in order when the element is left.
    std::string result;            // The variable that takes what the element yields.

    Actor actor = Actor::none;             // Of a user task.
    std::string section;                   // Of a customer's: the section of the form.
    std::string task;                      // Of a staff task: its code, described by the service.
    std::vector<std::string> skills;       // One of them is needed; empty: none.
    std::vector<std::string> roles;        // Likewise.
    std::vector<std::string> levels;       // Likewise: at which of them the worker's unit is.
    std::vector<std::string> escalate_to;  // Roles that may take it too once it is late.
    std::vector<OutcomeRule> outcomes;
    ExpressionPtr due_at;                 // Date and time.
    ExpressionPtr due_in;                 // Days and time duration, by the clock.
    ExpressionPtr due_in_business_hours;  // Number, by the business calendar.
    ExpressionPtr remind_before;          // Days and time duration before the deadline.
    ExpressionPtr note;                   // A text for whoever does the task.
    ExpressionPtr unit;                   // Code: whoever works there, or in a unit above it.
    ExpressionPtr candidates;             // Ids: only these people may take it.
    ExpressionPtr excluded;               // Ids: these people may not.
    bool own_cases = false;               // Also who the case is about, or his manager, may do it.
    std::vector<std::size_t> send_back;   // Earlier user tasks to which it may be sent back.

    std::string operation;  // Of a service or send task.
    int attempts = 0;       // Of the operation, before an incident; 0: as everywhere.
    std::string decision;   // Of a business-rule task.
    ExpressionPtr script;

    std::string message;  // Caught or thrown: the message's name.
    ExpressionPtr correlation;
    ExpressionPtr content;   // Of a message that is thrown; null: nothing.
    ExpressionPtr duration;  // Of a timer: how long …
    ExpressionPtr time;      // … or when …
    ExpressionPtr cycle;     // … or how often: a text like "R3/PT1H", or a duration.

    std::vector<std::size_t> boundaries;     // Events attached to it.
    std::optional<std::size_t> attached_to;  // Of a boundary event.
    bool interrupting = true;

    /// Of an error or escalation. What catches errors: "account.*" takes every reason that begins
    /// so; "*" or empty every one.
    std::string error_code;

    std::optional<Loop> loop;
    std::optional<std::size_t> inner_start;  // Of a sub-process or call.
    std::vector<std::size_t> handlers;       // Event sub-processes directly inside it.
    std::optional<std::size_t> undo;         // The activity that compensates this one.
    bool undoes = false;                     // It is such an activity, outside the flow.
    std::optional<std::size_t> undo_only;    // Of a compensation event: only this activity.

    /// Of a gateway where ways meet: for each way in, which elements lead to it without passing the
    /// gateway.
    std::vector<std::vector<bool>> leads_to;

    std::string outcome;  // Of an end event: "done", "refused" …
    std::string page;     // What to show at the end.
    ExpressionPtr reason;
    ExpressionPtr show;
};

/// The decisions that a process may ask, by name.
class Decisions {
public:
    virtual ~Decisions() = default;
    virtual bool has(std::string_view decision) const = 0;

    /// Errors: those of the decision engine.
    virtual base::Result<feel::Value> decide(std::string_view decision,
                                             const feel::Context& variables,
                                             feel::Evaluation& evaluation) const = 0;
};

/// A file with a process that others call.
struct ProcessFile {
    std::string xml;
    std::string name;  // For findings.
};

/// The process of that name, as `calledElement` says it.
using FindProcess = std::function<std::optional<ProcessFile>(const std::string& name)>;

/// The names that call activities of a file give, each once; none where it is no XML.
std::vector<std::string> called_processes(std::string_view xml);

/// A process, compiled from BPMN 2.0 in the profile of docs/bpmn-profile.md. Immutable.
class Definition {
public:
    static constexpr std::size_t most_elements = 1'000;  // With those of called processes.
    static constexpr std::size_t most_calls = 8;         // One inside the other.

    /// Compiles the one executable process of a file, with the processes that it calls inside it
    /// (their elements are named "call/element"). Everything outside the profile, every expression
    /// that does not compile, every decision that `decisions` lacks, every element that cannot be
    /// reached and every call that ends in itself is in `findings`, with its line; then nothing is
    /// returned.
    static std::shared_ptr<const Definition> compile(
        std::string_view xml, std::string_view file_name,
        std::shared_ptr<const Decisions> decisions,
        std::vector<platform::config::Finding>& findings, const FindProcess& called = {});

    const std::string& id() const { return id_; }
    const std::string& name() const { return name_; }
    const std::vector<Element>& elements() const { return elements_; }
    const Element& element(std::size_t index) const { return elements_[index]; }
    std::optional<std::size_t> find(std::string_view element_id) const;

    /// Where it begins when it is started by hand: the start without definition, else the first.
    std::size_t start() const { return start_; }
    /// The starts by message and by time.
    const std::vector<std::size_t>& event_starts() const { return event_starts_; }

    /// Event sub-processes directly inside an element, or inside the process itself.
    const std::vector<std::size_t>& handlers(std::optional<std::size_t> inside) const
    {
        return inside ? elements_[*inside].handlers : handlers_;
    }
    const Decisions& decisions() const { return *decisions_; }

    /// The names that its expressions may use: case, applicant, service, and every `result` and
    /// `out` of its elements.
    const std::vector<std::string>& variables() const { return variables_; }

private:
    friend class Compiler;
    std::string id_;
    std::string name_;
    std::vector<Element> elements_;
    std::map<std::string, std::size_t, std::less<>> index_;
    std::vector<std::string> variables_;
    std::size_t start_ = 0;
    std::vector<std::size_t> event_starts_;
    std::vector<std::size_t> handlers_;
    std::shared_ptr<const Decisions> decisions_;
};

std::string_view to_string(ElementKind kind);

}  // namespace engine::process
