// SPDX-License-Identifier: Apache-2.0
// What a changed decision table would have said in cases that were decided.
#include <bank/counter/internal/impl.h>
#include <bank/counter/simulation.h>

#include <engine/dmn/model.h>
#include <engine/process/convert.h>

#include <algorithm>

namespace bank::counter {

namespace dmn = engine::dmn;
namespace feel = engine::feel;
namespace json = platform::json;
namespace process = engine::process;
using platform::sql::Snapshot;

namespace {

struct DecidedCase {
    CaseId id;
    std::string definition;
    process::InstanceId instance;
    base::Instant decided_before;  // Today, as the table sees it.
};

std::vector<DecidedCase> newest_cases(Snapshot& snapshot, std::string_view service,
                                      base::Instant since)
{
    std::vector<DecidedCase> cases;
    auto rows = snapshot.query(
        "select id, definition, instance, coalesce(ended_at, started_at) from counter_case"
        " where service = ? and (started_at >= ? or ended_at >= ?) order by id desc limit ?",
        service, since, since, Simulation::most_cases);
    while (rows.next()) {
        cases.push_back(
            {rows.id<CaseId>(0), rows.string(1), rows.id<process::InstanceId>(2), rows.instant(3)});
    }
    return cases;
}

void count(std::vector<SimulatedTurn>& turns, const SimulatedDecision& made)
{
    const auto found = std::find_if(turns.begin(), turns.end(), [&](const SimulatedTurn& turn) {
        return turn.decision == made.decision && turn.before == made.before &&
               turn.after == made.after;
    });
    if (found != turns.end()) return void(++found->count);
    turns.push_back({made.decision, made.before, made.after, 1});
}

}  // namespace

base::Result<Simulation> Counter::simulate(const std::string& service, std::string_view table,
                                           std::string_view table_name, base::Instant since)
{
    const auto model = dmn::load(table, table_name);
    if (!model) return base::invalid("service.table_broken", model.error().detail);
    const auto present = impl_->catalog.service(service);
    if (present == nullptr) {
        return base::not_found("case.service_unknown", "There is no such service.");
    }
    const auto asks = [&](const process::Element& element) {
        return !element.decision.empty() && !element.parent && !element.result.empty() &&
               model.value().find(element.decision) != dmn::Model::none;
    };
    const auto& elements = present->process->elements();
    if (std::none_of(elements.begin(), elements.end(), asks)) {
        return base::invalid("service.table_unasked",
                             "The service asks for none of the decisions of this table.");
    }
    feel::Zone zone;
    if (const auto id = impl_->engine.calendar().zone_id()) {
        zone.kind = feel::Zone::Kind::named;
        zone.id = *id;
    }
    Simulation simulation;
    const auto decide = [&](const DecidedCase& each, const process::Element& element,
                            const json::Object& variables) {
        const json::Value* before = variables.find(element.result);
        if (before == nullptr || before->is_null()) return;  // It never came there.
        const base::ManualClock then{each.decided_before};
        feel::Evaluation evaluation{then, {}, zone};
        const auto answer =
            model.value().evaluate(element.decision, process::to_context(variables), evaluation);
        ++simulation.decided;
        SimulatedDecision made{each.id, element.decision, element.title, *before, {}};
        if (answer) made.after = process::to_json(answer.value());
        if (made.after.is_null()) ++simulation.unanswered;
        count(simulation.turns, made);
        if (made.after == made.before) return;
        ++simulation.different;
        if (simulation.changed.size() < Simulation::most_shown) {
            simulation.changed.push_back(std::move(made));
        }
    };
    impl_->book.read([&](Snapshot& snapshot) {
        for (const DecidedCase& each : newest_cases(snapshot, service, since)) {
            const auto version = impl_->service_of(each.definition);
            const auto instance = impl_->engine.instance(snapshot, each.instance);
            if (!version || !instance) {
                ++simulation.unreadable;
                continue;
            }
            for (const auto& element : version.value()->process->elements()) {
                if (asks(element)) decide(each, element, instance.value().variables);
            }
        }
    });
    return simulation;
}

}  // namespace bank::counter
