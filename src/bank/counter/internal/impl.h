// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/counter/counter.h>

#include <map>
#include <mutex>
#include <optional>

namespace bank::counter {

/// A row of the table of cases.
struct CaseRow {
    CaseId id;
    std::string service;
    std::string definition;
    engine::process::InstanceId instance;
    std::string applicant;
    CaseState state = CaseState::customer;
    std::string label;  // The customer's masked name, once known.
    base::Instant started_at;
    std::optional<base::Instant> ended_at;
};

class Counter::Impl {
public:
    Impl(platform::sql::Book& the_book, const catalog::Services& the_catalog,
         std::string the_institution, const engine::process::OperationRegistry& operations,
         engine::process::Sealer& sealer, std::function<void(const CaseChange&)> the_changed,
         Offers the_offers);

    /// Errors: case.unknown.
    base::Result<CaseRow> find(platform::sql::Snapshot& snapshot, CaseId id);
    /// Also case.unknown where it is another's.
    base::Result<CaseRow> find_own(platform::sql::Snapshot& snapshot, CaseId id,
                                   std::string_view applicant);
    /// Errors: case.service_unknown.
    base::Result<catalog::ServicePtr> service_of(std::string_view definition);
    base::Result<CaseView> view(platform::sql::Snapshot& snapshot, const CaseRow& row);
    /// Whether the customer can give up no more, as the service says.
    static bool is_kept_to(const catalog::Service& service,
                           const engine::process::Instance& instance);
    /// Rows newest first, older than `before` (0: from the newest).
    std::vector<CaseRow> own(platform::sql::Snapshot& snapshot, std::string_view applicant,
                             std::uint64_t before, int limit);
    /// For whom something is offered.
    struct Offered {
        const catalog::Service& service;
        CaseId id;
        std::string_view applicant;
    };
    /// What a field with `options_from` may hold, as options of form.json: units of the institution
    /// where customers may come, else what the bank offers; none where it knows nothing of it.
    std::optional<platform::json::Array> offered(platform::sql::Snapshot& snapshot,
                                                 std::string_view source, const Offered& to) const;
    /// Faults for what was given and is not on offer.
    void check_offered(platform::sql::Snapshot& snapshot, const Offered& to,
                       const catalog::FormSection& section, const platform::json::Object& data,
                       std::vector<catalog::FieldFault>& faults) const;
    TaskRow task_row(platform::sql::Snapshot& snapshot, engine::process::Task task);
    TaskDetail detail(platform::sql::Snapshot& snapshot, TaskRow row,
                      const engine::process::Instance& instance, const std::string& viewer);

    /// Whether the institution has the service among its own.
    bool offers(const catalog::Service& service) const;
    void deploy_starts();

    platform::sql::Book& book;
    const catalog::Services& catalog;
    std::string institution;
    std::function<void(const CaseChange&)> changed;
    Offers offering;
    Counter::Ended ended;
    engine::process::Engine engine;

private:
    base::Result<void> begin_case(platform::sql::Transaction& transaction,
                                  engine::process::Start& start);
    void observe(platform::sql::Transaction& transaction, const engine::process::Change& change);
    void show_steps(CaseView& view, const engine::process::Instance& instance,
                    const std::vector<engine::process::HistoryEntry>& history);
    void show_current(platform::sql::Snapshot& snapshot, CaseView& view,
                      const engine::process::Instance& instance, const engine::process::Task& task);
    void show_words(CaseView& view, const engine::process::Instance& instance);

    std::mutex deployed_mutex_;
    std::optional<std::vector<std::string>> deployed_;  // Definitions that start by themselves.
};

/// What every process knows from the start.
platform::json::Object case_variables(CaseId id, const catalog::Service& service,
                                      platform::json::Object who);

/// What people call a step of the service; empty where it has no name.
base::Text title_of(const catalog::Service& service, std::string_view element);

/// A line of an instance's history in words, by the texts of the service's folder.
base::Text history_text(const catalog::Service& service, const catalog::Bank& bank,
                        const engine::process::HistoryEntry& entry);

/// A reason of a decision table or of a person, in words; the code where the folder has none.
base::Text reason_text(const catalog::Service& service, const std::string& reason);

}  // namespace bank::counter
