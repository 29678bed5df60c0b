// SPDX-License-Identifier: Apache-2.0
// What tokens stand in: sub-processes, calls, event sub-processes, activities done several times,
// and the undoing of what was done.
#include <engine/process/internal/machine.h>

#include <engine/process/convert.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;

namespace {

constexpr int moves_per_round = 20;
constexpr int most_moves_of_rounds = 50'000;

/// What is seen from inside a scope and not from the process, or, inside a call, all of it.
json::Object locals_of(const State& state, std::int64_t number, bool& isolated)
{
    std::vector<const Scope*> chain;
    for (const Scope* at = &state.scope(number); at->kind != ScopeKind::process;
         at = &state.scope(at->parent)) {
        chain.push_back(at);
        isolated = at->isolated;
        if (isolated) break;
    }
    json::Object all;
    for (auto scope = chain.rbegin(); scope != chain.rend(); ++scope) {
        for (const auto& [name, value] : (*scope)->locals) all.set(name, value);
    }
    return all;
}

}  // namespace

/// A round's token stands at the same element as the loop's own.
bool Machine::is_round(const Token& token) const
{
    if (token.scope == 0) return false;
    const Scope& scope = state_.scope(token.scope);
    return scope.kind == ScopeKind::round && scope.element == token.element;
}

std::int64_t Machine::new_scope(ScopeKind kind, std::int64_t parent, std::int64_t host,
                                std::size_t index)
{
    Scope scope;
    scope.number = state_.next_number++;
    scope.kind = kind;
    scope.parent = parent;
    scope.host = host;
    scope.element = index;
    state_.scopes.push_back(std::move(scope));
    effects_.changed = true;
    return state_.scopes.back().number;
}

/// A sub-process or a call.
void Machine::open_scope(std::int64_t number)
{
    const std::size_t index = state_.token(number)->element;
    const Element& at = element(index);
    const bool call = at.kind == ElementKind::call_activity;
    json::Object given;
    if (call) {
        auto arguments = this->arguments(*state_.token(number));
        if (!arguments) return stuck(number, arguments.error());
        given = std::move(arguments).value();
        const json::Object around = visible(state_, state_.token(number)->scope);
        for (const char* name : {"case", "applicant", "service"}) {
            if (const json::Value* value = around.find(name)) given.set(name, *value);
        }
    }
    state_.token(number)->stage = Stage::waiting;
    if (!arm(number)) return;
    const std::int64_t scope = new_scope(call ? ScopeKind::call : ScopeKind::sub_process,
                                         state_.token(number)->scope, number, index);
    state_.scope(scope).locals = std::move(given);
    state_.scope(scope).isolated = call;
    base::ensure(at.inner_start.has_value());
    (void)arm_handlers(scope, spawn(*at.inner_start, scope));
}

/// Sets the timers and messages of the event sub-processes directly inside a scope.
bool Machine::arm_handlers(std::int64_t scope, std::int64_t blamed)
{
    const Scope& in = state_.scope(scope);
    const auto inside =
        in.kind == ScopeKind::process ? std::nullopt : std::optional<std::size_t>{in.element};
    for (const std::size_t handler : state_.definition->handlers(inside)) {
        const std::size_t start = *element(handler).inner_start;
        const ElementKind kind = element(start).kind;
        if (kind != ElementKind::timer_start && kind != ElementKind::message_start) continue;
        if (!hold(scope, start, scope, blamed)) return false;
    }
    return true;
}

void Machine::start_handler(std::int64_t scope, std::size_t handler, json::Value came)
{
    const std::size_t start = *element(handler).inner_start;
    if (element(start).interrupting) clear_scope(scope);
    if (element(start).interrupting) clear_waits(scope);
    if (!element(start).result.empty()) put(scope, element(start).result, std::move(came));
    const std::int64_t inside = new_scope(ScopeKind::handler, scope, 0, handler);
    (void)arm_handlers(inside, spawn(start, inside));
}

/// A scope in which nothing goes on any more is at its end.
void Machine::check_scope(std::int64_t scope)
{
    const bool busy =
        std::any_of(state_.tokens.begin(), state_.tokens.end(),
                    [&](const Token& token) { return token.scope == scope; }) ||
        std::any_of(state_.scopes.begin(), state_.scopes.end(), [&](const Scope& each) {
            return each.parent == scope && each.kind != ScopeKind::process;
        });
    if (!busy) finish_scope(scope);
}

void Machine::finish_scope(std::int64_t number)
{
    const Scope& scope = state_.scope(number);
    const std::int64_t host = scope.host;
    const std::int64_t parent = scope.parent;
    switch (scope.kind) {
        case ScopeKind::process:
            return finish(state_.outcome.empty() ? "done" : state_.outcome);
        case ScopeKind::handler:
            drop_scope(number);
            return check_scope(parent);
        case ScopeKind::compensation:
            return next_compensation(number);
        case ScopeKind::sub_process:
            drop_scope(number);
            clear_waits(host);
            return leave(host);
        case ScopeKind::call: {
            json::Object result = scope.locals;
            for (const char* name : {"case", "applicant", "service"}) result.erase(name);
            result.set("outcome", scope.outcome.empty() ? "done" : scope.outcome);
            result.set("reason", scope.reason);
            drop_scope(number);
            clear_waits(host);
            const std::string& name = element_of(*state_.token(host)).result;
            if (!name.empty() && !set(host, name, std::move(result))) {
                state_.token(host)->worked = true;
                return;
            }
            return leave(host);
        }
        case ScopeKind::loop:
        case ScopeKind::round:
            break;  // They end with the token of the round.
    }
    base::ensure(false);
}

/// Takes everything out of a scope; its done steps, and those of what was in it, stay in it.
void Machine::clear_scope(std::int64_t scope)
{
    const auto each_of = [](const auto& list, auto belongs) {
        std::vector<std::int64_t> numbers;
        for (const auto& each : list) {
            if (belongs(each)) numbers.push_back(each.number);
        }
        return numbers;
    };
    for (const std::int64_t token :
         each_of(state_.tokens, [&](const Token& each) { return each.scope == scope; })) {
        drop(token);
    }
    const auto inside = each_of(state_.scopes, [&](const Scope& each) {
        return each.parent == scope && each.kind != ScopeKind::process;
    });
    for (const std::int64_t inner : inside) {
        const bool there = std::any_of(state_.scopes.begin(), state_.scopes.end(),
                                       [&](const Scope& each) { return each.number == inner; });
        if (there) drop_scope(inner);
    }
}

/// The same, and the scope itself. Its done steps become its parent's: they can still be undone.
void Machine::drop_scope(std::int64_t number)
{
    clear_scope(number);
    clear_waits(number);
    Scope& scope = state_.scope(number);
    std::vector<DoneStep> steps = std::move(scope.steps);
    std::vector<DoneStep>& above = state_.scope(scope.parent).steps;
    above.insert(above.end(), std::make_move_iterator(steps.begin()),
                 std::make_move_iterator(steps.end()));
    std::erase_if(state_.scopes, [&](const Scope& each) { return each.number == number; });
}

/// Ends what goes on inside an activity.
void Machine::drop_inside(std::int64_t number)
{
    for (;;) {
        const auto found =
            std::find_if(state_.scopes.begin(), state_.scopes.end(), [&](const Scope& each) {
                return each.host == number && each.kind != ScopeKind::process;
            });
        if (found == state_.scopes.end()) return;
        drop_scope(found->number);
    }
}

/// An activity that is done several times.
void Machine::open_loop(std::int64_t number)
{
    const std::size_t index = state_.token(number)->element;
    const Loop& wanted = *element(index).loop;
    const std::int64_t around = state_.token(number)->scope;
    const auto value = evaluate(wanted.items ? *wanted.items : *wanted.cardinality, around);
    if (!value) return stuck(number, value.error());
    json::Array items;
    std::size_t rounds = 0;
    if (wanted.items != nullptr) {
        const feel::List* list = value.value().list();
        if (list == nullptr) return stuck(number, "process.no_list", "The collection is no list.");
        rounds = list->size();
        if (rounds <= most_rounds) items = *to_json(value.value()).array();
    } else {
        const auto* count = value.value().number();
        const auto whole = count == nullptr ? std::nullopt : count->to_integer();
        if (!whole || *whole < 0) {
            return stuck(number, "process.no_number", "The cardinality is no whole number.");
        }
        rounds = static_cast<std::size_t>(*whole);
    }
    if (rounds > most_rounds || state_.tokens.size() + rounds > most_tokens) {
        return stuck(number, "process.too_many_rounds", "It would be done too many times.");
    }
    state_.token(number)->stage = Stage::waiting;
    if (!arm(number)) return;
    const std::int64_t loop = new_scope(ScopeKind::loop, around, number, index);
    state_.scope(loop).items = std::move(items);
    state_.scope(loop).results.resize(rounds);
    if (rounds == 0) return finish_loop(loop);
    for (std::size_t i = 0; i < (wanted.sequential ? 1 : rounds); ++i) spawn_round(loop);
}

void Machine::spawn_round(std::int64_t number)
{
    const std::size_t index = state_.scope(number).element;
    const std::size_t which = state_.scope(number).next++;
    const std::int64_t round = new_scope(ScopeKind::round, number, 0, index);
    const Scope& loop = state_.scope(number);
    Scope& inside = state_.scope(round);
    inside.next = which;
    const std::string& item = element(index).loop->item;
    if (!item.empty()) inside.locals.set(item, loop.items[which]);
    inside.locals.set("loop",
                      json::Object{{"index", static_cast<std::int64_t>(which) + 1},
                                   {"count", static_cast<std::int64_t>(loop.results.size())}});
    spawn(index, round);
    const int more = std::min(moves_per_round, most_moves_of_rounds - moves_of_rounds_);
    moves_of_rounds_ += more;
    moves_left_ += more;
}

void Machine::finish_round(std::int64_t number)
{
    const Token token = *state_.token(number);
    const std::int64_t round = token.scope;
    const std::int64_t loop = state_.scope(round).parent;
    const Element& at = element(token.element);
    const std::size_t which = state_.scope(round).next;
    json::Value result;
    if (at.loop->collect != nullptr) {
        const auto value = evaluate(*at.loop->collect, round);
        if (!value) return stuck(number, value.error());
        result = to_json(value.value());
    } else if (const json::Value* own = state_.scope(round).locals.find(at.result)) {
        result = *own;
    }
    Scope& rounds = state_.scope(loop);
    const std::size_t count = rounds.results.size();
    rounds.results[which] = std::move(result);
    bool enough = false;
    if (at.loop->until != nullptr) {
        rounds.locals.set("loop", json::Object{{"count", static_cast<std::int64_t>(count)},
                                               {"done", static_cast<std::int64_t>(rounds.done) + 1},
                                               {"results", rounds.results}});
        const auto value = evaluate(*at.loop->until, loop);
        state_.scope(loop).locals.erase("loop");
        if (!value) return stuck(number, value.error());
        enough = value.value().is_true();
    }
    if (at.undo) remember(token);
    drop(number);
    drop_scope(round);
    if (++state_.scope(loop).done == count || enough) return finish_loop(loop);
    if (at.loop->sequential) spawn_round(loop);
}

void Machine::finish_loop(std::int64_t number)
{
    json::Array results = std::move(state_.scope(number).results);
    const std::int64_t host = state_.scope(number).host;
    drop_scope(number);
    clear_waits(host);
    const std::string& name = element_of(*state_.token(host)).result;
    if (!name.empty() && !set(host, name, std::move(results))) {
        state_.token(host)->worked = true;
        return;
    }
    leave(host);
}

/// A step that can be compensated is done: what it knew is kept for that.
void Machine::remember(const Token& token)
{
    DoneStep step;
    step.number = token.number;
    step.element = token.element;
    const std::string& name = element_of(token).result;
    const json::Object seen = visible(state_, token.scope);
    if (const json::Value* result = seen.find(name)) step.result = *result;
    step.locals = locals_of(state_, token.scope, step.isolated);
    // What undoes the whole stands for what was done inside it.
    std::vector<DoneStep>& steps = state_.scope(token.scope).steps;
    std::erase_if(steps, [&](const DoneStep& each) {
        for (auto at = element(each.element).parent; at; at = element(*at).parent) {
            if (*at == token.element) return true;
        }
        return false;
    });
    steps.push_back(std::move(step));
}

/// Undoes the done steps of the scope around, or one activity's, the latest first.
void Machine::compensate(std::int64_t number)
{
    const Token token = *state_.token(number);
    std::int64_t around = token.scope;
    while (state_.scope(around).kind == ScopeKind::handler) around = state_.scope(around).parent;
    const auto only = element_of(token).undo_only;
    const auto is_meant = [&](const DoneStep& step) {
        if (!only) return true;
        for (std::optional<std::size_t> at = step.element; at; at = element(*at).parent) {
            if (*at == *only) return true;
        }
        return false;
    };
    state_.token(number)->stage = Stage::waiting;
    const std::int64_t undoing =
        new_scope(ScopeKind::compensation, token.scope, number, token.element);
    std::vector<DoneStep> left;
    for (DoneStep& step : state_.scope(around).steps) {
        (is_meant(step) ? state_.scope(undoing).steps : left).push_back(std::move(step));
    }
    state_.scope(around).steps = std::move(left);
    next_compensation(undoing);
}

void Machine::next_compensation(std::int64_t number)
{
    Scope& scope = state_.scope(number);
    if (scope.steps.empty()) {
        const std::int64_t host = scope.host;
        drop_scope(number);
        if (!is_end(element_of(*state_.token(host)).kind)) return leave(host);
        state_.token(host)->worked = true;
        return end(host);
    }
    const auto latest =
        std::max_element(scope.steps.begin(), scope.steps.end(),
                         [](const DoneStep& a, const DoneStep& b) { return a.number < b.number; });
    DoneStep step = std::move(*latest);
    scope.steps.erase(latest);
    scope.locals = std::move(step.locals);
    scope.locals.set("compensated", std::move(step.result));
    scope.isolated = step.isolated;
    effects_.notes.push_back({.kind = "compensating", .element = element(step.element).id});
    spawn(*element(step.element).undo, number);
}

}  // namespace engine::process
