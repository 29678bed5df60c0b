// SPDX-License-Identifier: Apache-2.0
// Tokens that move by themselves: tasks of the machine, gateways, ends.
#include <engine/process/internal/machine.h>

#include <engine/process/convert.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;

namespace {

constexpr int most_moves = 10'000;  // Without waiting: beyond it the process goes in circles.

// What one variable may hold. The record of an instance is read and written whole at every step.
constexpr std::size_t most_values = 100'000;
constexpr std::size_t most_bytes = 1 << 20;

/// Counts what a value holds, and stops where it is too much.
bool fits_in(const json::Value& value, std::size_t& values, std::size_t& bytes)
{
    if (++values > most_values) return false;
    if (const std::string* text = value.string()) bytes += text->size();
    if (const json::Array* array = value.array()) {
        for (const json::Value& each : *array) {
            if (!fits_in(each, values, bytes)) return false;
        }
    }
    if (const json::Object* object = value.object()) {
        for (const auto& [name, each] : *object) {
            bytes += name.size();
            if (!fits_in(each, values, bytes)) return false;
        }
    }
    return bytes <= most_bytes;
}

}  // namespace

feel::Zone zone_of(const BusinessCalendar& calendar)
{
    feel::Zone zone;
    if (const auto id = calendar.zone_id()) {
        zone.kind = feel::Zone::Kind::named;
        zone.id = *id;
    }
    return zone;
}

bool takes(std::string_view code, std::string_view reason)
{
    if (code.empty() || code == "*") return true;
    if (code.ends_with('*')) return reason.starts_with(code.substr(0, code.size() - 1));
    return code == reason;
}

Machine::Machine(State& state, Effects& effects, const BusinessCalendar& calendar,
                 const base::Clock& clock)
    : state_(state),
      effects_(effects),
      calendar_(calendar),
      clock_(clock),
      now_(clock.now()),
      moves_left_(most_moves)
{
}

const Element& Machine::element_of(const Token& token) const
{
    return element(token.element);
}

const feel::Context& Machine::context(std::int64_t scope)
{
    if (scope != 0) return inner_context_ = to_context(visible(state_, scope));
    if (!process_context_) process_context_ = to_context(state_.variables);
    return *process_context_;
}

base::Result<feel::Value> Machine::evaluate(const feel::Expression& expression, std::int64_t scope)
{
    feel::Evaluation evaluation{clock_, {}, zone_of(calendar_)};
    return expression.evaluate(context(scope), evaluation);
}

/// Sets a variable as seen from `scope`: in the round or call around it, else in the process.
void Machine::put(std::int64_t scope, const std::string& name, json::Value value)
{
    effects_.changed = true;
    for (Scope* at = &state_.scope(scope); at->kind != ScopeKind::process;
         at = &state_.scope(at->parent)) {
        const bool keeps = at->kind == ScopeKind::round || at->kind == ScopeKind::call ||
                           at->kind == ScopeKind::compensation;
        if (!keeps) continue;
        at->locals.set(name, std::move(value));
        return;
    }
    if (process_context_) process_context_->put(name, to_feel(value));
    state_.variables.set(name, std::move(value));
}

/// The same for a token's step; false, and an incident, where the value is too large.
bool Machine::set(std::int64_t number, const std::string& name, json::Value value)
{
    std::size_t values = 0;
    std::size_t bytes = 0;
    if (!fits_in(value, values, bytes)) {
        stuck(number, "process.too_much_data", "The value of " + name + " is too large to keep.");
        return false;
    }
    put(state_.token(number)->scope, name, std::move(value));
    return true;
}

void Machine::stuck(std::int64_t number, const std::string& reason, const std::string& detail)
{
    Token& token = *state_.token(number);
    token.stage = Stage::stuck;
    token.retry_at.reset();
    effects_.changed = true;
    const std::string& id = element_of(token).id;
    effects_.incidents.push_back({number, id, reason, detail, token.attempts});
    effects_.notes.push_back({.kind = "incident", .element = id, .reason = reason});
}

void Machine::stuck(std::int64_t number, const base::Error& error)
{
    stuck(number, std::string{error.reason}, error.detail);
}

void Machine::start(std::size_t index, json::Value came)
{
    const std::string& result = element(index).result;
    if (!result.empty()) put(0, result, std::move(came));
    (void)arm_handlers(0, spawn(index, 0));
}

void Machine::run()
{
    while (state_.state == InstanceState::running && moves_left_ > 0) {
        if (move_tokens() || fire() || join_any()) continue;
        return find_dead_joins();
    }
    if (state_.state != InstanceState::running) return;
    for (const Token& token : state_.tokens) {
        if (token.stage != Stage::arrived && token.stage != Stage::executed) continue;
        return stuck(token.number, "process.goes_in_circles",
                     "The process moves without ever waiting.");
    }
}

/// Each token as far as it goes; what a step removes or adds is met in this pass or the next.
bool Machine::move_tokens()
{
    bool moved = false;
    for (std::size_t i = 0; i < state_.tokens.size() && moves_left_ > 0; ++i) {
        while (i < state_.tokens.size() && moves_left_-- > 0) {
            const Stage stage = state_.tokens[i].stage;
            if (stage != Stage::arrived && stage != Stage::executed) break;
            step(state_.tokens[i].number);
            moved = true;
            if (state_.state != InstanceState::running) return true;
        }
        ++moves_left_;  // The look that ended the inner loop was no move.
    }
    return moved;
}

void Machine::step(std::int64_t number)
{
    effects_.changed = true;
    const Token& token = *state_.token(number);
    if (token.stage == Stage::executed) return leave(number);
    if (element_of(token).loop && !is_round(token)) return open_loop(number);
    enter(number);
}

void Machine::enter(std::int64_t number)
{
    Token& token = *state_.token(number);
    const Element& at = element_of(token);
    switch (at.kind) {
        case ElementKind::end_event:
        case ElementKind::terminate_end_event:
        case ElementKind::error_end_event:
        case ElementKind::escalation_end_event:
        case ElementKind::message_end_event:
        case ElementKind::compensation_end_event:
            return end(number);
        case ElementKind::user_task:
            return open_task(number);
        case ElementKind::service_task:
            token.stage = Stage::ready;
            token.retry_at = now_;
            (void)arm(number);
            return;
        case ElementKind::script_task:
            return run_script(number);
        case ElementKind::business_rule_task:
            return decide(number);
        case ElementKind::manual_task:
            effects_.notes.push_back({.kind = "by-hand", .element = at.id});
            return leave(number);
        case ElementKind::receive_task:
        case ElementKind::timer_catch_event:
        case ElementKind::event_gateway:
            return wait(number);
        case ElementKind::message_throw:
            if (send_message(number)) leave(number);
            return;
        case ElementKind::escalation_throw: {
            const std::int64_t scope = token.scope;
            (void)raise(scope, false, at.error_code, {});
            if (state_.token(number) != nullptr) leave(number);
            return;
        }
        case ElementKind::compensation_throw:
            return compensate(number);
        case ElementKind::exclusive_gateway:
            return choose(number);
        case ElementKind::parallel_gateway:
        case ElementKind::inclusive_gateway:
            if (at.incoming > 1) {
                token.stage = Stage::joining;
            } else if (const auto ways = true_ways(number)) {
                fork(number, *ways);
            }
            return;
        case ElementKind::sub_process:
        case ElementKind::call_activity:
            return open_scope(number);
        default:  // Starts and boundary events, which have happened.
            return leave(number);
    }
}

void Machine::run_script(std::int64_t number)
{
    const Token& token = *state_.token(number);
    const Element& at = element_of(token);
    auto value = evaluate(*at.script, token.scope);
    if (!value) return stuck(number, value.error());
    if (set(number, at.result, to_json(value.value()))) leave(number);
}

void Machine::decide(std::int64_t number)
{
    const Token& token = *state_.token(number);
    const Element& at = element_of(token);
    feel::Evaluation evaluation{clock_, {}, zone_of(calendar_)};
    auto value =
        state_.definition->decisions().decide(at.decision, context(token.scope), evaluation);
    if (!value) return stuck(number, value.error());
    if (value.value().is_null()) {
        return stuck(number, "process.decision_without_answer",
                     "The decision " + at.decision + " gave no answer.");
    }
    json::Value answer = to_json(value.value());
    effects_.notes.push_back({.kind = "decided",
                              .element = at.id,
                              .outcome = std::string{answer["route"].text_or()},
                              .reason = std::string{answer["reason"].text_or()}});
    if (set(number, at.result, std::move(answer))) leave(number);
}

void Machine::choose(std::int64_t number)
{
    const Token& token = *state_.token(number);
    const Element& at = element_of(token);
    for (const Flow& flow : at.outgoing) {
        if (flow.condition == nullptr) {
            if (at.outgoing.size() == 1) return follow(number, flow);
            continue;
        }
        const auto value = evaluate(*flow.condition, token.scope);
        if (!value) return stuck(number, value.error());
        if (value.value().is_true()) return follow(number, flow);
    }
    if (at.default_flow) return follow(number, at.outgoing[*at.default_flow]);
    stuck(number, "process.no_way_out", "No condition of the gateway holds.");
}

/// The ways that lead on from a gateway that may take several; nothing where it is stuck.
std::optional<std::vector<std::size_t>> Machine::true_ways(std::int64_t number)
{
    const Token& token = *state_.token(number);
    const Element& at = element_of(token);
    std::vector<std::size_t> ways;
    for (std::size_t i = 0; i < at.outgoing.size(); ++i) {
        const Flow& flow = at.outgoing[i];
        if (flow.condition == nullptr) {
            if (at.kind == ElementKind::parallel_gateway || at.outgoing.size() == 1) {
                ways.push_back(i);
            }
            continue;
        }
        const auto value = evaluate(*flow.condition, token.scope);
        if (!value) {
            stuck(number, value.error());
            return std::nullopt;
        }
        if (value.value().is_true()) ways.push_back(i);
    }
    if (ways.empty() && at.default_flow) ways.push_back(*at.default_flow);
    if (!ways.empty()) return ways;
    stuck(number, "process.no_way_out", "No condition of the gateway holds.");
    return std::nullopt;
}

void Machine::fork(std::int64_t number, const std::vector<std::size_t>& ways)
{
    const Element& at = element_of(*state_.token(number));
    if (state_.tokens.size() + ways.size() > most_tokens) {
        return stuck(number, "process.too_many_tokens", "Too much goes on in it at once.");
    }
    const std::int64_t scope = state_.token(number)->scope;
    for (std::size_t i = 1; i < ways.size(); ++i) {
        const Flow& flow = at.outgoing[ways[i]];
        const std::int64_t forked = spawn(flow.target, scope);
        state_.token(forked)->entry = flow.entry;
    }
    follow(number, at.outgoing[ways.front()]);
}

/// What an element's work leaves behind, and on to the next.
void Machine::leave(std::int64_t number)
{
    Token& token = *state_.token(number);
    const Element& at = element_of(token);
    const bool round = is_round(token);
    if (token.stage == Stage::stuck) effects_.overtaken.push_back(number);
    token.worked = true;
    token.stage = Stage::executed;
    if (round) return finish_round(number);
    for (const Mapping& output : at.outputs) {
        auto value = evaluate(*output.value, token.scope);
        if (!value) return stuck(number, value.error());
        if (!set(number, output.name, to_json(value.value()))) return;
    }
    if (at.undo && !at.loop) remember(token);
    if (at.undoes) {
        const std::int64_t scope = token.scope;
        drop(number);
        return next_compensation(scope);
    }
    base::ensure(at.outgoing.size() == 1);
    follow(number, at.outgoing.front());
}

void Machine::follow(std::int64_t number, const Flow& flow)
{
    Token& token = *state_.token(number);
    token = {.number = state_.next_number++,
             .element = flow.target,
             .scope = token.scope,
             .entry = flow.entry};
    effects_.changed = true;
}

std::int64_t Machine::spawn(std::size_t index, std::int64_t scope)
{
    const std::int64_t number = state_.next_number++;
    state_.tokens.push_back({.number = number, .element = index, .scope = scope});
    effects_.changed = true;
    return number;
}

/// What an end event says of how the process, or the called one, ended.
void Machine::note_end(const Element& at, std::int64_t scope)
{
    std::string reason = at.kind == ElementKind::error_end_event ? at.error_code : "";
    if (at.reason != nullptr) {
        const auto value = evaluate(*at.reason, scope);
        if (value && value.value().string() != nullptr) reason = *value.value().string();
    }
    for (const Scope* in = &state_.scope(scope); in->kind != ScopeKind::process;) {
        if (in->kind == ScopeKind::call) {
            Scope& call = state_.scope(in->number);
            if (!reason.empty()) call.reason = reason;
            if (!at.outcome.empty()) call.outcome = at.outcome;
            return;
        }
        in = &state_.scope(in->parent);
    }
    if (!reason.empty()) state_.reason = reason;
    if (at.show != nullptr) {
        if (const auto show = evaluate(*at.show, scope)) state_.show = to_json(show.value());
    }
    if (!at.page.empty()) state_.page = at.page;
    if (!at.outcome.empty()) state_.outcome = at.outcome;
}

void Machine::end(std::int64_t number)
{
    const Element& at = element_of(*state_.token(number));
    const std::int64_t scope = state_.token(number)->scope;
    if (at.kind == ElementKind::message_end_event && !send_message(number)) return;
    if (at.kind == ElementKind::compensation_end_event && !state_.token(number)->worked) {
        return compensate(number);
    }
    note_end(at, scope);
    drop(number);
    if (at.kind == ElementKind::error_end_event) {
        const json::Object came{{"reason", json::Value{at.error_code}}, {"detail", ""}};
        if (raise(scope, true, at.error_code, came)) return;
        state_.reason = at.error_code;
        return finish(state_.outcome.empty() ? "done" : state_.outcome);
    }
    if (at.kind == ElementKind::terminate_end_event) {
        clear_scope(scope);
        return finish_scope(scope);
    }
    if (at.kind == ElementKind::escalation_end_event) {
        (void)raise(scope, false, at.error_code, {});
    }
    // An escalation may have ended the scope.
    if (std::any_of(state_.scopes.begin(), state_.scopes.end(),
                    [&](const Scope& each) { return each.number == scope; })) {
        check_scope(scope);
    }
}

void Machine::drop(std::int64_t number)
{
    drop_inside(number);
    const Token* token = state_.token(number);
    if (token == nullptr) return;
    const auto unmade =
        std::erase_if(effects_.tasks, [&](const NewTask& each) { return each.token == number; });
    if (unmade == 0 && element_of(*token).kind == ElementKind::user_task) {
        effects_.ended_tasks.push_back(number);
    }
    if (token->stage == Stage::stuck) effects_.overtaken.push_back(number);
    clear_waits(number);
    std::erase_if(state_.tokens, [&](const Token& each) { return each.number == number; });
}

void Machine::finish(std::string outcome)
{
    clear_scope(0);
    clear_waits(0);
    state_.scopes.front().steps.clear();
    state_.state = InstanceState::ended;
    state_.outcome = std::move(outcome);
    effects_.changed = true;
    effects_.notes.push_back(
        {.kind = "ended", .element = "", .outcome = state_.outcome, .reason = state_.reason});
}

}  // namespace engine::process
