// SPDX-License-Identifier: Apache-2.0
// Instances that go on under another version of their definition.
#include <engine/process/internal/engine_impl.h>

#include <set>

namespace engine::process {

using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

std::string id_of(const Definition& definition, std::optional<std::size_t> element)
{
    return element ? definition.element(*element).id : std::string{};
}

/// Where the ways to an element come from, by their number.
std::vector<std::string> ways_to(const Definition& definition, std::size_t element)
{
    std::vector<std::string> ways(definition.element(element).incoming);
    for (const Element& each : definition.elements()) {
        for (const Flow& flow : each.outgoing) {
            if (flow.target == element && flow.entry < ways.size()) ways[flow.entry] = each.id;
        }
    }
    return ways;
}

bool same_work(const Definition& from, const Element& a, const Definition& to, const Element& b)
{
    return a.kind == b.kind && a.actor == b.actor && a.section == b.section && a.task == b.task &&
           a.interrupting == b.interrupting && a.loop.has_value() == b.loop.has_value() &&
           id_of(from, a.parent) == id_of(to, b.parent) &&
           id_of(from, a.attached_to) == id_of(to, b.attached_to);
}

bool joins(ElementKind kind)
{
    return kind == ElementKind::parallel_gateway || kind == ElementKind::inclusive_gateway;
}

/// Compares what an instance holds on to with what the other version has.
class Comparison {
public:
    Comparison(const State& state, const Definition& to) : state_(state), to_(to) {}

    std::vector<Obstacle> obstacles()
    {
        for (const Token& token : state_.tokens) look_at(token.element);
        for (const Timer& timer : state_.timers) look_at(timer.element);
        for (const Subscription& each : state_.subscriptions) look_at(each.element);
        for (const Scope& scope : state_.scopes) {
            if (scope.kind != ScopeKind::process) look_at(scope.element);
            for (const DoneStep& step : scope.steps) look_at(step.element);
        }
        return std::move(found_);
    }

private:
    void look_at(std::size_t element)
    {
        if (!seen_.insert(element).second) return;
        const Definition& from = *state_.definition;
        const Element& before = from.element(element);
        const auto other = to_.find(before.id);
        if (!other) return add(before, "process.element_missing");
        const Element& after = to_.element(*other);
        if (!same_work(from, before, to_, after)) return add(before, "process.element_changed");
        if (before.message != after.message) return add(before, "process.message_changed");
        if (joins(before.kind) && ways_to(from, element) != ways_to(to_, *other))
            return add(before, "process.ways_changed");
    }

    void add(const Element& element, std::string_view reason)
    {
        found_.push_back({element.id, reason});
    }

    const State& state_;
    const Definition& to_;
    std::set<std::size_t> seen_;
    std::vector<Obstacle> found_;
};

std::vector<Obstacle> obstacles_of(const State& state, const Definition& to)
{
    if (state.old_form) return {{"", "process.old_form"}};
    return Comparison{state, to}.obstacles();
}

/// Events that `to` attaches to an element and the instance's own definition does not.
void add_not_watched(const State& state, const Definition& to, const std::string& element,
                     std::vector<std::string>& names)
{
    const auto other = to.find(element);
    if (!other) return;
    for (const std::size_t each : to.element(*other).boundaries) {
        const std::string& id = to.element(each).id;
        if (!state.definition->find(id)) names.push_back(id);
    }
}

base::Error unknown_definition(const std::string& name)
{
    return base::not_found("process.definition_unknown", "There is no process " + name + ".");
}

/// The same instance under the other definition: elements keep their ids, not their numbers.
base::Result<State> under(const State& state, const std::string& name,
                          std::shared_ptr<const Definition> definition)
{
    State moved;
    moved.id = state.id;
    moved.definition_name = name;
    moved.definition = std::move(definition);
    moved.business_key = state.business_key;
    moved.subject = state.subject;
    moved.version = state.version;
    TRY(read_record(to_record(state), moved));
    moved.stored = moved.subscriptions;
    return moved;
}

}  // namespace

base::Result<std::vector<Move>> Engine::moves(Snapshot& snapshot, const std::string& from,
                                              const std::string& to, InstanceId after, int limit)
{
    const auto other = impl_->definitions(to);
    if (other == nullptr) return unknown_definition(to);
    std::vector<InstanceId> ids;
    {
        auto rows = snapshot.query(
            "select id from process_instance where definition = ? and state = 'running' and id > ?"
            " order by id limit ?",
            from, after, limit);
        while (rows.next()) ids.push_back(rows.id<InstanceId>(0));
    }
    std::vector<Move> moves;
    for (const InstanceId id : ids) {
        Move move{
            .instance = id, .business_key = {}, .elements = {}, .obstacles = {}, .not_watched = {}};
        const auto state = impl_->store.load(snapshot, id);
        if (!state) {
            move.obstacles.push_back({"", "process.erased"});
        } else {
            move.business_key = state.value().business_key;
            for (const Token& token : state.value().tokens) {
                move.elements.push_back(state.value().definition->element(token.element).id);
                add_not_watched(state.value(), *other, move.elements.back(), move.not_watched);
            }
            move.obstacles = obstacles_of(state.value(), *other);
        }
        moves.push_back(std::move(move));
    }
    return moves;
}

base::Result<void> Engine::move(InstanceId instance, const std::string& to, const std::string& who,
                                const std::string& why, const platform::json::Object& variables,
                                const Also& also)
{
    const auto other = impl_->definitions(to);
    if (other == nullptr) return unknown_definition(to);
    const auto changed = impl_->change(
        instance, who,
        [&](Transaction& transaction) -> base::Result<void> {
            if (also != nullptr) TRY(also(transaction));
            transaction.execute("update process_instance set definition = ? where id = ?", to,
                                instance);
            transaction.execute(
                "update process_task set definition = ? where instance = ?"
                " and state in ('open', 'claimed')",
                to, instance);
            return {};
        },
        [&](State& state, Effects& effects, Machine& machine) -> base::Result<void> {
            (void)machine;
            if (state.state != InstanceState::running)
                return base::conflict("process.ended", "It has ended.");
            const auto obstacles = obstacles_of(state, *other);
            if (!obstacles.empty()) {
                return base::conflict("process.cannot_move",
                                      "It cannot go on under the other version: " +
                                          std::string{obstacles.front().reason} + " " +
                                          obstacles.front().element);
            }
            state = TRY(under(state, to, other));
            for (const auto& [name, value] : variables) state.variables.set(name, value);
            effects.changed = true;
            effects.notes.push_back(
                {.kind = "moved", .element = "", .who = who, .outcome = to, .comment = why});
            return {};
        });
    if (!changed) return changed.error();
    return impl_->advance(instance);
}

}  // namespace engine::process
