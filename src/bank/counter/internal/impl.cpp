// SPDX-License-Identifier: Apache-2.0
#include <bank/counter/internal/impl.h>

#include <algorithm>

namespace bank::counter {

using platform::sql::Cursor;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

constexpr std::string_view states[] = {"customer", "bank", "done", "refused", "cancelled"};

constexpr platform::sql::Migration schema[] = {
    {"counter", 1,
     "create table counter_case("
     "  id bigint primary key, service text not null, definition text not null,"
     "  instance bigint not null, applicant text not null, state text not null,"
     "  label text not null, started_at bigint not null, ended_at bigint);"
     "create index counter_case_own on counter_case(applicant, id);"
     "create index counter_case_count on counter_case(service, state);"
     "create index counter_case_ended on counter_case(ended_at);"
     "create table counter_consent("
     "  case_id bigint not null, agreement text not null, version text not null,"
     "  applicant text not null, given_at bigint not null,"
     "  primary key (case_id, agreement, version));"
     "create index counter_consent_own on counter_consent(applicant)"},
    {"counter", 2,
     "create table counter_rating("
     "  case_id bigint primary key, service text not null, stars integer not null,"
     "  rated_at bigint not null);"
     "create index counter_rating_recent on counter_rating(service, rated_at)"},
};

#define CASE_COLUMNS                                                                          \
    "select id, service, definition, instance, applicant, state, label, started_at, ended_at" \
    " from counter_case "

CaseRow read(const Cursor& row)
{
    CaseRow found;
    found.id = row.id<CaseId>(0);
    found.service = row.string(1);
    found.definition = row.string(2);
    found.instance = row.id<engine::process::InstanceId>(3);
    found.applicant = row.string(4);
    const auto* state = std::find(std::begin(states), std::end(states), row.text(5));
    found.state = static_cast<CaseState>(state - std::begin(states));
    found.label = row.string(6);
    found.started_at = row.instant(7);
    if (!row.is_null(8)) found.ended_at = row.instant(8);
    return found;
}

CaseState state_of(const engine::process::Change& change)
{
    using engine::process::InstanceState;
    if (change.state == InstanceState::cancelled) return CaseState::cancelled;
    if (change.state == InstanceState::ended) {
        return change.outcome == "refused" ? CaseState::refused : CaseState::done;
    }
    return change.waits_for_customer ? CaseState::customer : CaseState::bank;
}

const catalog::Institution& institution_of(const catalog::Services& catalog,
                                           const std::string& code)
{
    const auto* institution = catalog.bank().institution(code);
    base::ensure(institution != nullptr);
    return *institution;
}

}  // namespace

std::string_view to_string(CaseState state)
{
    return states[static_cast<std::size_t>(state)];
}

std::span<const platform::sql::Migration> migrations()
{
    return schema;
}

Counter::Impl::Impl(platform::sql::Book& the_book, const catalog::Services& the_catalog,
                    std::string the_institution,
                    const engine::process::OperationRegistry& operations,
                    engine::process::Sealer& sealer,
                    std::function<void(const CaseChange&)> the_changed, Offers the_offers)
    : book(the_book),
      catalog(the_catalog),
      institution(std::move(the_institution)),
      changed(std::move(the_changed)),
      offering(std::move(the_offers)),
      engine(
          the_book, operations,
          [this](std::string_view name) -> std::shared_ptr<const engine::process::Definition> {
              const auto service = catalog.version(name);
              return service == nullptr ? nullptr : service->process;
          },
          institution_of(the_catalog, institution).business_calendar, sealer)
{
    engine.observe([this](Transaction& transaction, const engine::process::Change& change) {
        observe(transaction, change);
    });
    engine.on_start([this](Transaction& transaction, engine::process::Start& start) {
        return begin_case(transaction, start);
    });
}

/// Keeps the case's row in step with its instance, in the same unit of work.
void Counter::Impl::observe(Transaction& transaction, const engine::process::Change& change)
{
    const auto id = base::parse_id<CaseId>(change.business_key);
    if (!id) return;
    const CaseState state = state_of(change);
    std::optional<base::Instant> ended_at;
    if (change.state != engine::process::InstanceState::running) ended_at = transaction.now();
    std::string label;
    const auto service = catalog.version(change.definition);
    if (service != nullptr && service->customer_name) {
        const auto name = engine.evaluate(*service->customer_name, change.variables);
        label = masked(catalog::Mask::name, name.text_or());
    }
    transaction.execute(
        "update counter_case set state = ?, ended_at = ?, label = ?, instance = ? where id = ?",
        to_string(state), ended_at, label, change.id, id.value());
    if (ended_at && ended != nullptr) ended(transaction, id.value());
    if (changed == nullptr) return;
    CaseChange told{id.value(), std::string{change.subject},
                    std::string{change.definition.substr(0, change.definition.rfind('@'))}};
    transaction.after_commit([this, told = std::move(told)] { changed(told); });
}

base::Result<CaseRow> Counter::Impl::find(Snapshot& snapshot, CaseId id)
{
    auto row = snapshot.query(CASE_COLUMNS "where id = ?", id);
    if (!row.next()) return base::not_found("case.unknown", "There is no such case.");
    return read(row);
}

base::Result<CaseRow> Counter::Impl::find_own(Snapshot& snapshot, CaseId id,
                                              std::string_view applicant)
{
    CaseRow row = TRY(find(snapshot, id));
    if (row.applicant != applicant)
        return base::not_found("case.unknown", "There is no such case.");
    return row;
}

std::vector<CaseRow> Counter::Impl::own(Snapshot& snapshot, std::string_view applicant,
                                        std::uint64_t before, int limit)
{
    const std::int64_t bound =
        before == 0 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(before);
    std::vector<CaseRow> all;
    auto rows =
        snapshot.query(CASE_COLUMNS "where applicant = ? and id < ? order by id desc limit ?",
                       applicant, bound, limit);
    while (rows.next()) all.push_back(read(rows));
    return all;
}

base::Result<catalog::ServicePtr> Counter::Impl::service_of(std::string_view definition)
{
    auto service = catalog.version(definition);
    if (service == nullptr) {
        return base::not_found("case.service_unknown", "There is no such service.");
    }
    return service;
}

}  // namespace bank::counter
