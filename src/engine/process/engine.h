// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/process/calendar.h>
#include <engine/process/definition.h>
#include <engine/process/operation.h>
#include <engine/process/task.h>
#include <platform/sql/book.h>

#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace engine::process {

/// The tables of this module, in every book that runs processes.
std::span<const platform::sql::Migration> migrations();

/// Hides what a process knows about people from whoever reads the database. `subject` is whom the
/// instance is for ("" for messages that are not matched yet).
class Sealer {
public:
    virtual ~Sealer() = default;
    virtual std::string seal(std::string_view subject, std::string_view plain) = 0;
    /// Errors: any; the instance then shows as erased.
    virtual base::Result<std::string> open(std::string_view subject, std::string_view sealed) = 0;
};

/// The definition of that name ("account-opening@3"), or nullptr. Any thread.
using FindDefinition = std::function<std::shared_ptr<const Definition>(std::string_view)>;

enum class InstanceState : std::uint8_t { running, ended, cancelled };
std::string_view to_string(InstanceState state);

struct Instance {
    InstanceId id;
    std::string definition;
    std::string business_key;
    std::string subject;
    InstanceState state = InstanceState::running;
    std::string outcome;  // Of the end event, once ended.
    std::string page;
    std::string reason;
    base::Instant started_at;
    std::optional<base::Instant> ended_at;
    std::int64_t version = 0;
    platform::json::Object variables;
    platform::json::Value show;         // What the end event shows.
    std::vector<std::string> elements;  // Where its tokens stand.
    bool incident = false;
};

struct Start {
    std::string definition;
    std::string business_key;
    std::string subject;
    std::string started_by;
    platform::json::Object variables;
    std::string element = {};         // The start event; empty: the one without definition.
    platform::json::Value came = {};  // With the event: its `result`.
};

/// Says for whom and about what an instance begins that a message or the clock starts: fills in
/// what `start` leaves open, and writes its own tables. A refusal undoes what woke it.
using Starter = std::function<base::Result<void>(platform::sql::Transaction&, Start& start)>;

/// One line of what happened, append-only; never personal data.
struct HistoryEntry {
    base::Instant at;
    /// started, task-created, claimed, released, completed, sent-back, seen, handed-over,
    /// lent, given-back, returned (`outcome`: from whom), signer-gone (`outcome`: who), stranded,
    /// asked-to-sign, signed, not-signed, reminded, late, escalated, decided,
    /// operation, failed, incident, retried, skipped, timer, message, sent, error, escalation,
    /// compensating, by-hand, moved (`outcome`: to which definition), ended, cancelled.
    std::string kind;
    std::string element;
    std::string who;  // Empty: the bank itself.
    std::string outcome;
    std::string reason;
    std::string comment;  // Unsealed.
    /// Of a step of the customer that was answered before: the fields that hold something else
    /// now, sorted. Their names only.
    std::vector<std::string> changed = {};
};

/// How many running instances of a definition have a token at an element.
struct Standing {
    std::string definition;
    std::string element;
    std::int64_t count = 0;
};

/// A running instance that only a message can wake: it has no timer, no open task, no incident.
struct Idle {
    InstanceId id;
    std::string definition;
    std::string business_key;
    std::vector<std::string> elements;  // Where its tokens stand.
    base::Instant since;                // When something happened to it last.
};

/// What keeps an instance from going on under another version of its definition.
struct Obstacle {
    std::string element;
    /// A literal: process.element_missing, process.element_changed (another kind, place or work),
    /// process.ways_changed (those that lead to a gateway where it waits), process.message_changed,
    /// process.old_form (it has to make a step first), process.erased.
    std::string_view reason;
};

/// What would become of an instance under another version: it goes on where it stands, unless there
/// are obstacles.
struct Move {
    InstanceId instance;
    std::string business_key;
    std::vector<std::string> elements;  // Where its tokens stand.
    std::vector<Obstacle> obstacles;
    /// Events that only the other version attaches to where it stands: they watch whoever comes
    /// there later, not this one.
    std::vector<std::string> not_watched;
};

struct Incident {
    IncidentId id;
    InstanceId instance;
    std::string definition;
    std::string business_key;
    std::string element;
    std::string reason;
    std::string detail;
    int attempts = 0;
    base::Instant at;
    bool open = true;
};

/// What became of an instance in a unit of work, for whoever keeps a view of it.
struct Change {
    InstanceId id;
    std::string_view definition;
    std::string_view business_key;
    std::string_view subject;
    InstanceState state;
    std::string_view outcome;
    std::string_view page;
    std::string_view reason;
    bool waits_for_customer;
    const platform::json::Object& variables;
};

/// Runs inside the unit of work that made the change, after it; writes its own tables only.
using Observer = std::function<void(platform::sql::Transaction&, const Change&)>;

struct EngineOptions {
    int attempts = 5;  // Of an operation that is unavailable, before an incident.
    std::int64_t first_retry_seconds = 5;  // Doubled each time, at most an hour.
    int poll_limit = 200;                  // Of each kind of due thing, in one poll.
};

/// Runs the processes of one book.
///
/// Two halves: whoever calls (a worker) works out the next steps against a version of the instance;
/// a unit of work checks that version and writes. Each operation takes effect in the unit of work
/// that records it. Whatever is interrupted goes on with the next `poll`. Any thread but the I/O
/// threads and the book's writer.
class Engine {
public:
    Engine(platform::sql::Book& book, const OperationRegistry& operations,
           FindDefinition definitions, BusinessCalendar calendar, Sealer& sealer,
           EngineOptions options = {});
    ~Engine();

    /// Before the first use.
    void observe(Observer observer);

    /// Before the first use. Without: such instances are about nothing and for nobody.
    void on_start(Starter starter);

    /// Puts a definition's starts by message and time in place of those of its service's former
    /// version; again changes nothing. Errors: process.definition_unknown,
    /// process.timer_without_time.
    base::Result<void> deploy(platform::sql::Transaction& transaction,
                              const std::string& definition);
    /// The services that start by themselves.
    std::vector<std::string> deployed(platform::sql::Snapshot& snapshot);
    /// Nothing starts the service by itself any more.
    void retire(platform::sql::Transaction& transaction, std::string_view service);

    /// Records an instance within the caller's unit of work; it stands at its start until `advance`
    /// or a poll. Errors: process.definition_unknown, process.start_unknown.
    base::Result<InstanceId> start(platform::sql::Transaction& transaction, const Start& start);

    /// Goes on until every token waits for a person, a message or a time. Errors: process.unknown,
    /// process.busy (others kept changing it).
    base::Result<void> advance(InstanceId instance);

    /// What a caller has recorded in the unit of work that takes effect; not run where it does not.
    using Also = std::function<base::Result<void>(platform::sql::Transaction&)>;

    /// Ends a task and goes on. `also` runs in the same unit of work, first. Errors: task.unknown,
    /// task.ended, task.already_claimed (by another), task.not_claimed (staff tasks),
    /// task.outcome_unknown, task.outcome_unavailable, task.over_limit, task.reason_missing,
    /// task.comment_missing, process.busy.
    base::Result<void> complete(TaskId task, const std::string& who, const Completion& completion,
                                const Also& also = {});

    /// One's own again changes nothing and records nothing. Errors: task.unknown, task.ended,
    /// task.already_claimed, task.not_for_you, those of `independent`.
    base::Result<void> claim(TaskId task, const Worker& worker, const Also& also = {});
    /// Errors: task.unknown, task.ended, task.not_claimed, task.already_claimed (by another and not
    /// `any`), task.lent (and not `any`).
    base::Result<void> release(TaskId task, const std::string& who, bool any = false,
                               const Also& also = {});

    /// Takes a claimed staff task back to an earlier user task that its definition names. Errors:
    /// those of `complete` about the task itself, task.send_back_unknown, task.reason_missing.
    base::Result<void> send_back(TaskId task, const std::string& who, const std::string& element,
                                 const std::string& why, const Also& also = {});

    /// Hands a message to whoever waits for it now or later, and starts what it starts: the first
    /// of a name and correlation counts, repetitions have no effect. Writes in the caller's unit of
    /// work; `woken` gets who waits or begins and is to be advanced after the commit.
    /// Errors: those of the Starter.
    base::Result<void> deliver(platform::sql::Transaction& transaction, std::string_view name,
                               std::string_view correlation, const platform::json::Value& content,
                               std::vector<InstanceId>& woken);
    /// The same in a unit of work of its own, and goes on.
    base::Result<void> deliver(std::string_view name, std::string_view correlation,
                               const platform::json::Value& content);

    /// Errors: process.unknown, process.ended.
    base::Result<void> cancel(
        InstanceId instance, const std::string& who, const std::string& why,
        const std::function<base::Result<void>(platform::sql::Transaction&)>& also = {});

    /// Does what is due: interrupted steps, retries, timers, deadlines. Answers how many instances
    /// it touched; call it every second, and again at once where it answers poll_limit or more.
    int poll();

    /// Whether the worker has no stake in what the task is about (four eyes); asked again of
    /// whoever ends, signs or sends back a task, for it may have come up since he took it. Errors:
    /// task.unknown, task.own_case, task.of_your_staff (who reports to him).
    base::Result<void> independent(TaskId task, const Worker& worker);

    /// Puts a claimed task into another's hands (转办). Errors: those of `complete` about the task
    /// itself, task.not_for_them (who may not work on it), task.their_own_case, task.of_their_staff
    /// (who has a stake in it), task.reason_missing.
    base::Result<void> hand_over(TaskId task, const std::string& who, const Worker& to,
                                 const std::string& why, const Also& also = {});

    /// Lends a claimed task to another, who prepares it and gives it back (委派); until then nobody
    /// ends it, hands it over or asks for signatures (task.lent). Errors: as `hand_over`.
    base::Result<void> lend(TaskId task, const std::string& who, const Worker& to,
                            const std::string& why, const Also& also = {});
    /// Gives a lent task back, or, by whose it is, takes it back. Errors: task.unknown, task.ended,
    /// task.not_lent, task.already_claimed (by somebody else).
    base::Result<void> give_back(TaskId task, const std::string& who, const std::string& comment,
                                 const Also& also = {});

    /// Asks others to sign a claimed task (加签), all at once or one after the other; until all
    /// have signed it cannot be completed or sent back. Those already asked and not heard yet are
    /// not asked again. Errors: as `hand_over`, and task.signers_missing (none is left to ask),
    /// task.too_many_signers (20 in all).
    base::Result<void> ask_to_sign(TaskId task, const std::string& who,
                                   const std::vector<Worker>& signers, bool in_order,
                                   const std::string& why, const Also& also = {});
    /// Signs, or says no, with a comment. Errors: task.unknown, task.ended, task.not_asked_to_sign
    /// (not, or not yet), task.comment_missing (a no needs one).
    base::Result<void> sign(TaskId task, const std::string& who, bool agrees,
                            const std::string& comment, const Also& also = {});
    std::vector<Signature> signatures(platform::sql::Snapshot& snapshot, const Task& task);

    /// Records, once for each task and person, who has looked at it.
    base::Result<void> seen(TaskId task, const std::string& who);

    /// Who takes a person's tasks while he is away; "" ends it. Errors: absence.dates_invalid (ends
    /// before it begins), absence.stand_in_invalid (himself).
    base::Result<void> set_absence(const Absence& absence, const Also& also = {});
    /// The present or coming one.
    std::optional<Absence> absence(platform::sql::Snapshot& snapshot, const std::string& worker);
    /// Those for whom a person stands in now.
    std::vector<std::string> stands_in_for(platform::sql::Snapshot& snapshot,
                                           const std::string& worker);

    /// Holds the tasks against those who work here now (without whom they stand in for: absences
    /// are known). What somebody holds who may not do it any more goes back to the group, or, where
    /// it was lent, to whose it is; whoever is gone is not asked to sign any more; what nobody may
    /// take who is there now is marked as stranded, until somebody may. Each with a record.
    /// Idempotent; call it whenever the organisation changes, and every minute for what begins or
    /// ends by the clock.
    Staffing review_people(const std::vector<Worker>& people);

    /// Errors: incident.unknown, incident.closed. Skipping sets the step's result to null, and lets
    /// a gateway go on with what has come; a reason is needed (incident.reason_missing), and not
    /// every element can be passed over (incident.cannot_skip).
    base::Result<void> retry(IncidentId incident, const std::string& who, const Also& also = {});
    base::Result<void> skip(IncidentId incident, const std::string& who, const std::string& why,
                            const Also& also = {});
    /// What would happen to the running instances of `from` under `to`, the oldest first, after the
    /// instance `after` (0: from the oldest). Errors: process.definition_unknown.
    base::Result<std::vector<Move>> moves(platform::sql::Snapshot& snapshot,
                                          const std::string& from, const std::string& to,
                                          InstanceId after, int limit);
    /// Puts a running instance under another version and goes on; its open tasks stay as they are.
    /// `variables` are set with it. Errors: process.unknown, process.ended,
    /// process.definition_unknown, process.cannot_move (see `moves`), process.busy.
    base::Result<void> move(InstanceId instance, const std::string& to, const std::string& who,
                            const std::string& why, const platform::json::Object& variables = {},
                            const Also& also = {});

    /// Open ones, the oldest first; one of them whatever its state. Errors: incident.unknown.
    std::vector<Incident> incidents(platform::sql::Snapshot& snapshot, int limit);
    base::Result<Incident> incident(platform::sql::Snapshot& snapshot, IncidentId id);

    /// Instances to which nothing has happened since `before` and that nothing but a message will
    /// wake: those begun after `after` (0: from the oldest), the oldest first; one of them.
    /// Errors: process.not_idle.
    std::vector<Idle> idle(platform::sql::Snapshot& snapshot, base::Instant before,
                           InstanceId after, int limit);
    base::Result<Idle> idle(platform::sql::Snapshot& snapshot, InstanceId id);

    /// Errors: process.unknown, process.erased (its data cannot be opened any more).
    base::Result<Instance> instance(platform::sql::Snapshot& snapshot, InstanceId id);
    /// The instance of `task`; its variables and, before them, those of the round or call around
    /// the task. Errors: those of `instance`.
    base::Result<Instance> instance(platform::sql::Snapshot& snapshot, const Task& task);
    std::vector<HistoryEntry> history(platform::sql::Snapshot& snapshot, const Instance& instance);

    /// Where the running instances stand.
    std::vector<Standing> standing(platform::sql::Snapshot& snapshot);

    /// Errors: task.unknown.
    base::Result<Task> task(platform::sql::Snapshot& snapshot, TaskId id);
    /// The customer's task that the instance waits for, if any.
    std::optional<Task> customer_task(platform::sql::Snapshot& snapshot, InstanceId instance);
    /// Open staff tasks of an instance.
    std::vector<Task> staff_tasks(platform::sql::Snapshot& snapshot, InstanceId instance);
    /// Staff tasks. Errors: task.cursor_malformed.
    base::Result<TaskPage> tasks(platform::sql::Snapshot& snapshot, const TaskQuery& query);
    /// Each counted no further than to `most`, which then says that there are at least so many.
    TaskCounts counts(platform::sql::Snapshot& snapshot, const std::string& worker,
                      std::int64_t most = std::numeric_limits<std::int64_t>::max());

    /// What is seen at a task: the instance's variables and those of the round or call around it.
    /// Errors: those of `instance`.
    base::Result<platform::json::Object> variables(platform::sql::Snapshot& snapshot,
                                                   const Task& task);

    /// Whether an outcome of a task can be chosen now.
    bool available(const Definition& definition, const OutcomeRule& outcome,
                   const platform::json::Object& variables) const;

    /// The sum that an outcome grants; nothing where it grants none.
    std::optional<platform::decimal::Decimal> amount(const OutcomeRule& outcome,
                                                     const platform::json::Object& variables) const;

    /// Evaluates FEEL over an instance's variables, for what pages show; null where it cannot.
    platform::json::Value evaluate(const feel::Expression& expression,
                                   const platform::json::Object& variables) const;

    const BusinessCalendar& calendar() const;
    platform::sql::Book& book();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace engine::process
