// SPDX-License-Identifier: Apache-2.0
// What customers do: start, answer, give up.
#include <bank/counter/internal/impl.h>

#include <algorithm>

namespace bank::counter {

namespace json = platform::json;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

base::Error step_not_current()
{
    return base::conflict("case.step_not_current", "The case is at another step.");
}

bool is_over(CaseState state)
{
    return state != CaseState::customer && state != CaseState::bank;
}

engine::feel::Zone zone_of(const engine::process::BusinessCalendar& calendar)
{
    engine::feel::Zone zone;
    if (const auto id = calendar.zone_id()) {
        zone.kind = engine::feel::Zone::Kind::named;
        zone.id = *id;
    }
    return zone;
}

/// Whether the customer has answered that section in the case before.
bool was_answered(const catalog::Service& service,
                  const std::vector<engine::process::HistoryEntry>& history,
                  std::string_view section)
{
    return std::any_of(history.begin(), history.end(), [&](const auto& entry) {
        if (entry.kind != "completed") return false;
        const auto index = service.process->find(entry.element);
        return index && service.process->element(*index).section == section;
    });
}

}  // namespace

Counter::Counter(platform::sql::Book& book, const catalog::Services& catalog,
                 std::string institution, const engine::process::OperationRegistry& operations,
                 engine::process::Sealer& sealer, std::function<void(const CaseChange&)> changed,
                 Offers offers)
    : impl_(std::make_unique<Impl>(book, catalog, std::move(institution), operations, sealer,
                                   std::move(changed), std::move(offers)))
{
}

void Counter::on_end(Ended ended)
{
    impl_->ended = std::move(ended);
}

Counter::~Counter() = default;

base::Result<Started> Counter::start(std::string_view code, const Applicant& applicant)
{
    const auto service = impl_->catalog.service_for(code, impl_->institution, applicant.id);
    if (service == nullptr)
        return base::not_found("case.service_unknown", "There is no such service.");
    const auto& process = *service->process;
    const bool by_hand =
        process.element(process.start()).kind == engine::process::ElementKind::start_event;
    if (!impl_->offers(*service) || !by_hand) {
        return base::rejected("case.service_not_offered",
                              "This institution does not offer the service.");
    }
    engine::process::InstanceId instance;
    const Started started = TRY(impl_->book.write([&](Transaction& transaction)
                                                      -> base::Result<Started> {
        if (service->one_at_a_time) {
            auto open = transaction.query(
                "select id from counter_case where applicant = ? and service = ?"
                " and state in ('customer', 'bank') order by id desc limit 1",
                applicant.id, service->code);
            if (open.next()) return Started{open.id<CaseId>(0), true};
        }
        const auto id = transaction.new_id<CaseId>();
        transaction.execute(
            "insert into counter_case(id, service, definition, instance, applicant, state, label,"
            " started_at) values (?, ?, ?, 0, ?, 'bank', '', ?)",
            id, service->code, service->definition_name(), applicant.id, transaction.now());
        json::Object who = applicant.facts;
        who.set("id", applicant.id);
        const json::Object variables = case_variables(id, *service, std::move(who));
        auto begun =
            impl_->engine.start(transaction, {service->definition_name(), base::to_string(id),
                                              applicant.id, applicant.id, variables});
        if (!begun) return begun.error();
        instance = begun.value();
        return Started{id, false};
    }));
    if (!started.existed) TRY(impl_->engine.advance(instance));
    return started;
}

Submission Counter::submit(CaseId id, std::string_view applicant, std::string_view step,
                           const json::Object& data, const Secrets& secrets)
{
    using engine::process::HistoryEntry;
    using engine::process::Instance;
    using engine::process::Task;
    const auto failed = [](base::Error error) { return Submission{std::move(error), {}}; };
    std::optional<Task> task;
    catalog::ServicePtr service;
    std::optional<base::Error> problem;
    bool answered = false;
    impl_->book.read([&](Snapshot& snapshot) {
        const auto row = impl_->find_own(snapshot, id, applicant);
        if (!row) return void(problem = row.error());
        const auto found = impl_->service_of(row.value().definition);
        if (!found) return void(problem = found.error());
        service = found.value();
        task = impl_->engine.customer_task(snapshot, row.value().instance);
        if (task && task->code == step) return;
        Instance instance;
        instance.id = row.value().instance;
        instance.subject = row.value().applicant;
        answered = was_answered(*service, impl_->engine.history(snapshot, instance), step);
        if (!answered && is_over(row.value().state)) {
            problem = base::conflict("case.ended", "The case has ended.");
        }
    });
    if (problem) return failed(*problem);
    if (!task || task->code != step) return answered ? Submission{} : failed(step_not_current());
    const catalog::FormSection* section = service->form.section(step);
    if (section == nullptr) return failed(step_not_current());
    auto faults = section->faults(data, impl_->book.clock(), zone_of(impl_->engine.calendar()));
    impl_->book.read([&](Snapshot& snapshot) {
        impl_->check_offered(snapshot, {*service, id, applicant}, *section, data, faults);
    });
    if (!faults.empty()) {
        return {base::invalid("form.invalid", "Some of what was entered cannot be taken."),
                std::move(faults)};
    }
    const auto record_consents = [&](Transaction& transaction) -> base::Result<void> {
        for (const auto& [field, version] : section->agreements) {
            if (data.find(field) == nullptr) continue;
            transaction.execute(
                "insert into counter_consent(case_id, agreement, version, applicant, given_at)"
                " values (?, ?, ?, ?, ?) on conflict (case_id, agreement, version) do nothing",
                id, field, version, applicant, transaction.now());
        }
        return {};
    };
    json::Object taken = data;
    if (!section->secrets.empty() && secrets != nullptr) {
        const auto found = instance(id);
        if (!found) return failed(found.error());
        if (const auto hidden = secrets(*section, found.value(), taken); !hidden) {
            return failed(hidden.error());
        }
    }
    const auto completed =
        impl_->engine.complete(task->id, std::string{applicant}, {.data = taken}, record_consents);
    if (!completed && completed.error().reason != "task.ended") return failed(completed.error());
    return {};
}

bool Counter::Impl::is_kept_to(const catalog::Service& service,
                               const engine::process::Instance& instance)
{
    if (service.no_cancel_once.empty()) return false;
    const json::Value* set = instance.variables.find(service.no_cancel_once);
    return set != nullptr && !set->is_null();
}

base::Result<void> Counter::cancel(CaseId id, std::string_view applicant)
{
    const CaseRow row = TRY(impl_->book.read(
        [&](Snapshot& snapshot) { return impl_->find_own(snapshot, id, applicant); }));
    if (row.state == CaseState::cancelled) return {};
    if (is_over(row.state)) return base::conflict("case.ended", "The case has ended.");
    const auto service = TRY(impl_->service_of(row.definition));
    const auto instance = TRY(impl_->book.read(
        [&](Snapshot& snapshot) { return impl_->engine.instance(snapshot, row.instance); }));
    if (Impl::is_kept_to(*service, instance)) {
        return base::rejected("case.cannot_cancel", "It is already done and cannot be given up.");
    }
    return impl_->engine.cancel(row.instance, std::string{applicant}, "given up by the customer");
}

bool Counter::has_agreed(CaseId id, std::string_view agreement)
{
    return impl_->book.read([&](Snapshot& snapshot) {
        auto row = snapshot.query(
            "select 1 from counter_consent where case_id = ? and agreement = ? limit 1", id,
            agreement);
        return row.next();
    });
}

base::Result<engine::process::Instance> Counter::instance(CaseId id)
{
    return impl_->book.read([&](Snapshot& snapshot) -> base::Result<engine::process::Instance> {
        const CaseRow row = TRY(impl_->find(snapshot, id));
        return impl_->engine.instance(snapshot, row.instance);
    });
}

std::vector<Consent> Counter::consents(std::string_view applicant)
{
    return impl_->book.read([&](Snapshot& snapshot) {
        std::vector<Consent> all;
        auto rows = snapshot.query(
            "select k.agreement, k.version, k.given_at, c.definition from counter_consent k"
            " join counter_case c on c.id = k.case_id where k.applicant = ? order by k.given_at",
            applicant);
        while (rows.next()) {
            Consent consent{rows.string(0), rows.string(1), rows.instant(2), {}};
            if (const auto service = impl_->catalog.version(rows.text(3))) {
                consent.title = service->form.agreement_title(consent.agreement);
            }
            all.push_back(std::move(consent));
        }
        return all;
    });
}

int Counter::poll()
{
    impl_->deploy_starts();
    return impl_->engine.poll();
}

engine::process::Engine& Counter::engine()
{
    return impl_->engine;
}

}  // namespace bank::counter
