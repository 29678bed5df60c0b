// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/text.h>
#include <engine/feel/evaluation.h>
#include <engine/feel/expression.h>
#include <platform/config/finding.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace engine::process {

enum class ElementKind : std::uint8_t {
    start_event,
    end_event,
    terminate_end_event,
    error_end_event,
    user_task,
    service_task,  // sendTask too: an operation.
    script_task,
    business_rule_task,
    receive_task,  // The intermediate message catch event too.
    timer_catch_event,
    boundary_timer,
    boundary_error,
    exclusive_gateway,
    parallel_gateway,
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
    ExpressionPtr when;  // Null: always available.
    bool needs_reason = false;
    bool needs_comment = false;
};

enum class Actor : std::uint8_t { none, customer, staff };

struct Flow {
    std::string id;
    std::size_t target = 0;
    ExpressionPtr condition;  // Null: none.
    int line = 0;
};

/// One node of a process. Fields that its kind does not use are empty.
struct Element {
    ElementKind kind = ElementKind::start_event;
    std::string id;
    base::Text title;  // What people read: the name, and `yungui:name-zh` in Chinese.
    int line = 0;
    std::vector<Flow> outgoing;
    std::size_t incoming = 0;
    std::optional<std::size_t> default_flow;  // Index into `outgoing`.
    std::vector<Mapping> inputs;
    std::vector<Mapping> outputs;  // Evaluated in order when the element is left.
    std::string result;            // The variable that takes what the element yields.

    Actor actor = Actor::none;             // Of a user task.
    std::string section;                   // Of a customer's: the section of the form.
    std::string task;                      // Of a staff task: its code, described by the service.
    std::vector<std::string> skills;       // One of them is needed; empty: none.
    std::vector<std::string> roles;        // Likewise.
    std::vector<std::string> escalate_to;  // Roles that may take it too once it is late.
    std::vector<OutcomeRule> outcomes;
    ExpressionPtr due_at;                 // Date and time.
    ExpressionPtr due_in;                 // Days and time duration, by the clock.
    ExpressionPtr due_in_business_hours;  // Number, by the business calendar.
    ExpressionPtr note;                   // A text for whoever does the task.

    std::string operation;  // Of a service or send task.
    std::string decision;   // Of a business-rule task.
    ExpressionPtr script;

    std::string message;  // Of a receive task: the message's name.
    ExpressionPtr correlation;
    ExpressionPtr duration;  // Of a timer: how long …
    ExpressionPtr time;      // … or when.

    std::vector<std::size_t> boundaries;     // Events attached to it.
    std::optional<std::size_t> attached_to;  // Of a boundary event.
    bool interrupting = true;
    std::string
        error_code;  // "account.*" takes every reason that begins so; "*" or empty every one.

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

/// A process, compiled from BPMN 2.0 in the profile of docs/bpmn-profile.md. Immutable.
class Definition {
public:
    /// Compiles the one executable process of a file. Everything outside the profile, every
    /// expression that does not compile, every decision that `decisions` lacks and every element
    /// that cannot be reached is in `findings`, with its line; then nothing is returned.
    static std::shared_ptr<const Definition> compile(
        std::string_view xml, std::string_view file_name,
        std::shared_ptr<const Decisions> decisions,
        std::vector<platform::config::Finding>& findings);

    const std::string& id() const { return id_; }
    const std::string& name() const { return name_; }
    const std::vector<Element>& elements() const { return elements_; }
    const Element& element(std::size_t index) const { return elements_[index]; }
    std::optional<std::size_t> find(std::string_view element_id) const;
    std::size_t start() const { return start_; }
    const Decisions& decisions() const { return *decisions_; }

    /// The names that its expressions may use: case, applicant, service, and every `result` and
    /// `out` of its elements.
    const std::vector<std::string>& variables() const { return variables_; }

private:
    friend class Compiler;
    std::string id_;
    std::string name_;
    std::vector<Element> elements_;
    std::vector<std::string> variables_;
    std::size_t start_ = 0;
    std::shared_ptr<const Decisions> decisions_;
};

std::string_view to_string(ElementKind kind);

}  // namespace engine::process
