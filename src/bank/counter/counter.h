// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/catalog/catalog.h>
#include <bank/organisation/organisation.h>
#include <engine/process/engine.h>
#include <platform/sql/book.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bank::counter {

/// The tables of this module, in every institution's book.
std::span<const platform::sql::Migration> migrations();

using CaseId = base::Id<struct CaseTag>;
using engine::process::TaskId;

enum class CaseState : std::uint8_t { customer, bank, done, refused, cancelled };
std::string_view to_string(CaseState state);

/// Who asks for a service. `id` is the same for the same person from whatever device: a proven
/// phone or a customer, as the server names it.
struct Applicant {
    std::string id;
    platform::json::Object facts;  // Becomes the variable `applicant`; no personal data but ids.
};

struct StepView {
    std::string code;
    base::Text title;
    std::string state;  // "done", "current", "ahead".
};

/// The step that waits for the customer.
struct CurrentStep {
    TaskId task;
    std::string code;               // Section of the form.
    platform::json::Value section;  // FormSection of the contract.
    platform::json::Value prefill;  // What was entered before.
    base::Text note;
};

struct CaseView {
    CaseId id;
    catalog::ServicePtr service;
    std::string applicant;
    CaseState state = CaseState::customer;
    base::Instant started_at;
    std::optional<base::Instant> ended_at;
    std::optional<base::Instant> due_at;
    std::vector<StepView> steps;
    std::optional<CurrentStep> step;
    base::Text title;
    base::Text message;
    std::string reason;
    platform::json::Value result;
    std::optional<int> rating;  // Stars that the applicant gave.
    bool can_give_up = false;   // Whether cancel() would be taken now.
};

struct CasePage {
    std::vector<CaseView> cases;
    std::string next_cursor;
};

/// What a submission answers where it is not taken: an error, and which fields.
struct Submission {
    std::optional<base::Error> error;
    std::vector<catalog::FieldFault> faults;  // With form.invalid.
};

struct Started {
    CaseId id;
    bool existed = false;  // An unfinished case of the same service was given back.
};

/// What is told about a case that changed, after the commit; for live pages.
struct CaseChange {
    CaseId id;
    std::string applicant;
    std::string service;
};

struct FactRowView {
    base::Text label;
    std::string value;
    base::Text words;  // In place of a value that is a code; empty where it is none.
    std::string state;
    std::optional<double> score;
    std::optional<double> threshold;
};
struct FactGroupView {
    std::string code;
    base::Text title;
    std::vector<FactRowView> rows;
};
struct EvidenceRef {
    std::string id;
    std::string kind;
    base::Text title;
};
struct PromptView {
    std::string level;
    base::Text text;
};
struct OutcomeView {
    std::string code;
    base::Text name;
    std::string style;
    bool needs_reason = false;
    bool needs_comment = false;
    std::vector<catalog::TaskReason> reasons;
    bool available = true;
    std::optional<platform::decimal::Decimal> amount;  // What it grants; none: nothing.
};

struct TaskRow {
    engine::process::Task task;
    CaseId of_case;
    catalog::ServicePtr service;
    base::Text name;
    std::string customer_name;  // Masked; as the case knows it, empty where it knows none.
    std::string applicant;      // Whose case it is.
};

/// One line of what happened, in words.
struct HistoryView {
    base::Instant at;
    std::string who;  // A login; empty: the bank itself, or the customer.
    base::Text text;
    std::string comment;
};

/// An earlier step to which a task may be sent back.
struct SendBack {
    std::string element;
    base::Text name;
};

struct TaskDetail {
    TaskRow row;
    std::string applicant;
    std::vector<FactGroupView> facts;
    std::vector<EvidenceRef> evidence;
    std::vector<PromptView> prompts;
    std::vector<HistoryView> history;
    std::vector<OutcomeView> outcomes;  // Empty unless the viewer has claimed it.
    std::vector<SendBack> send_back;    // Likewise.
    std::vector<engine::process::Signature> signatures;
};

struct TaskRows {
    std::vector<TaskRow> rows;
    engine::process::TaskCounts counts;  // Each no further than to `most_in_lists`.
    std::string next_cursor;
};

/// An agreement that somebody accepted, with the version of its text.
struct Consent {
    std::string agreement;
    std::string version;
    base::Instant given_at;
    base::Text title;
};

struct ServiceFigures {
    std::int64_t running = 0;
    std::int64_t done = 0;
    std::int64_t refused = 0;
    std::int64_t cancelled = 0;
    std::int64_t median_minutes = 0;  // Of those done in the last 30 days.
    std::int64_t ratings = 0;         // In the last 30 days: how many, and the sum of their stars.
    std::int64_t stars = 0;
};

struct Hour {
    base::Instant start;
    std::int64_t done = 0;
    std::int64_t refused = 0;
};

struct Stage {
    std::string service;
    std::string element;
    base::Text name;
    std::int64_t count = 0;
};

/// What a field of a form may be chosen from that only the running bank knows (the applicant's
/// accounts, the days of a calendar): options as in form.json. `settings` are the service's. Of
/// "pictures", those given in the case, only the values count.
using Offers = std::function<platform::json::Array(
    platform::sql::Snapshot& snapshot, CaseId id, std::string_view source,
    std::string_view applicant, const platform::json::Value& settings)>;

/// Takes what nobody may read again out of an answer that is in order (a PIN becomes its hash, a
/// code a word that it was right), or refuses it. Runs on the caller's thread.
using Secrets = std::function<base::Result<void>(const catalog::FormSection& section,
                                                 const engine::process::Instance& instance,
                                                 platform::json::Object& data)>;

struct Simulation;

/// Cases of one institution: services running for customers, and the work of the staff on them.
///
/// Knows no service; everything comes from the folders and from the operations they name. Any
/// thread but the I/O threads and the writer.
class Counter {
public:
    Counter(platform::sql::Book& book, const catalog::Services& catalog, std::string institution,
            const engine::process::OperationRegistry& operations, engine::process::Sealer& sealer,
            std::function<void(const CaseChange&)> changed = {}, Offers offers = {});
    ~Counter();

    /// Errors: case.service_unknown, case.service_not_offered (by this institution).
    base::Result<Started> start(std::string_view service, const Applicant& applicant);

    /// Errors: case.unknown (also where it is another's).
    base::Result<CaseView> view(CaseId id, std::string_view applicant);
    /// For the staff: whoever's it is.
    base::Result<CaseView> view_any(CaseId id);
    /// One's own, newest first. Errors: case.cursor_malformed.
    base::Result<CasePage> list(std::string_view applicant, std::string_view cursor, int limit);

    /// Answers the step that waits. A step that was already answered is answered again with
    /// success. Errors: case.unknown, case.ended, case.step_not_current, form.invalid (see faults),
    /// process.busy, those of `secrets` (asked only where the section has secret fields).
    Submission submit(CaseId id, std::string_view applicant, std::string_view step,
                      const platform::json::Object& data, const Secrets& secrets = {});

    /// Errors: case.unknown, case.ended, case.cannot_cancel (something was already opened or paid).
    base::Result<void> cancel(CaseId id, std::string_view applicant);

    /// What the applicant thinks of a case that was done or refused: 1 to 5 stars; again replaces.
    /// Errors: case.unknown, case.rating_out_of_range, case.not_ended (or given up).
    base::Result<void> rate(CaseId id, std::string_view applicant, int stars);

    /// What the applicant has agreed to, in all cases, oldest first.
    std::vector<Consent> consents(std::string_view applicant);

    /// Whether that agreement of the form was accepted in the case.
    bool has_agreed(CaseId id, std::string_view agreement);

    /// The variables of a case, for the bank's own modules; e.g. which evidence belongs to it.
    base::Result<engine::process::Instance> instance(CaseId id);

    /// Errors: task.cursor_malformed.
    base::Result<TaskRows> tasks(const engine::process::TaskQuery& query);
    /// All of them counted, however many; nobody's own.
    engine::process::TaskCounts task_counts();
    /// Errors: task.unknown.
    base::Result<TaskDetail> task(TaskId id, const std::string& viewer);
    /// Errors: those of engine::process::Engine.
    using Also = engine::process::Engine::Also;
    base::Result<void> claim(TaskId id, const engine::process::Worker& worker,
                             const Also& also = {});
    base::Result<void> release(TaskId id, const std::string& who, bool any, const Also& also = {});
    /// Also task.reason_unknown (a reason that the service does not list).
    base::Result<void> complete(TaskId id, const std::string& who,
                                const engine::process::Completion& completion,
                                const Also& also = {});

    /// What another table would have said in the cases that began or ended since then; nothing is
    /// changed. `table` is DMN, `table_name` its file's name. See simulation.h. Errors:
    /// case.service_unknown, service.table_broken, service.table_unasked (the service asks none of
    /// its decisions).
    base::Result<Simulation> simulate(const std::string& service, std::string_view table,
                                      std::string_view table_name, base::Instant since);

    ServiceFigures figures(std::string_view service);
    /// How many cases run on each version of a service.
    std::map<int, std::int64_t> running_by_version(std::string_view service);

    /// What would happen to the running cases of one version under another of the same service; see
    /// engine::process::Engine::moves. Errors: case.service_unknown.
    base::Result<std::vector<engine::process::Move>> moves(const std::string& service, int from,
                                                           int to,
                                                           engine::process::InstanceId after,
                                                           int limit);
    /// Puts a case under another version of its service. Errors: case.service_unknown and those of
    /// engine::process::Engine::move.
    base::Result<void> move(const engine::process::Move& move, const std::string& service, int to,
                            const std::string& who, const std::string& why, const Also& also = {});

    /// Cases ended in each of the last `hours` hours.
    std::vector<Hour> by_hour(int hours);
    std::vector<Stage> stages();

    /// Runs what is due, by the versions that are on offer; see engine::process::Engine::poll.
    int poll();

    engine::process::Engine& engine();

    /// Is told, in the unit of work, of each case that ended in whatever way. Set before use.
    using Ended = std::function<void(platform::sql::Transaction&, CaseId)>;
    void on_end(Ended ended);

    /// Masks as the workbench shows it.
    static std::string masked(catalog::Mask mask, std::string_view value);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace bank::counter
