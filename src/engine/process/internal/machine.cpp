// SPDX-License-Identifier: Apache-2.0
#include <engine/process/internal/machine.h>

#include <engine/process/convert.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;

namespace {

constexpr int most_moves = 10'000;  // Without waiting: beyond it the process goes in circles.

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

Token* State::token(std::int64_t number)
{
    const auto found = std::find_if(tokens.begin(), tokens.end(),
                                    [&](const Token& each) { return each.number == number; });
    return found == tokens.end() ? nullptr : &*found;
}

Machine::Machine(State& state, Effects& effects, const BusinessCalendar& calendar,
                 const base::Clock& clock)
    : state_(state), effects_(effects), calendar_(calendar), clock_(clock), now_(clock.now())
{
}

const Element& Machine::element_of(const Token& token) const
{
    const auto index = state_.definition->find(token.element);
    base::ensure(index.has_value());
    return state_.definition->element(*index);
}

base::Result<feel::Value> Machine::evaluate(const feel::Expression& expression) const
{
    feel::Evaluation evaluation{clock_, {}, zone_of(calendar_)};
    return expression.evaluate(to_context(state_.variables), evaluation);
}

void Machine::set(const std::string& name, json::Value value)
{
    state_.variables.set(name, std::move(value));
    effects_.changed = true;
}

void Machine::stuck(Token& token, const std::string& reason, const std::string& detail)
{
    token.stage = Stage::stuck;
    token.retry_at.reset();
    effects_.changed = true;
    effects_.incidents.push_back({token.number, token.element, reason, detail, token.attempts});
    effects_.notes.push_back({.kind = "incident", .element = token.element, .reason = reason});
}

void Machine::run()
{
    for (int moves = 0; moves < most_moves; ++moves) {
        if (state_.state != InstanceState::running) return;
        bool moved = false;
        for (std::size_t i = 0; i < state_.tokens.size() && !moved; ++i) {
            moved = step(state_.tokens[i]);
        }
        if (!moved) return;
    }
    for (Token& token : state_.tokens) {
        if (token.stage == Stage::arrived) {
            stuck(token, "process.goes_in_circles", "The process moves without ever waiting.");
            return;
        }
    }
}

bool Machine::step(Token& token)
{
    switch (token.stage) {
        case Stage::arrived:
            return enter(token, element_of(token));
        case Stage::executed:
            leave(token, element_of(token));
            return true;
        case Stage::waiting:
            return resume(token);
        case Stage::joining:
            return join(token, element_of(token));
        case Stage::ready:
        case Stage::stuck:
            break;
    }
    return false;
}

bool Machine::enter(Token& token, const Element& element)
{
    effects_.changed = true;
    switch (element.kind) {
        case ElementKind::start_event:
            leave(token, element);
            break;
        case ElementKind::end_event:
        case ElementKind::terminate_end_event:
        case ElementKind::error_end_event:
            end(token, element);
            break;
        case ElementKind::user_task:
            enter_task(token, element, *state_.definition->find(element.id));
            break;
        case ElementKind::service_task:
            token.stage = Stage::ready;
            token.retry_at = now_;
            break;
        case ElementKind::script_task: {
            auto value = evaluate(*element.script);
            if (!value) {
                stuck(token, std::string{value.error().reason}, value.error().detail);
                break;
            }
            set(element.result, to_json(value.value()));
            leave(token, element);
            break;
        }
        case ElementKind::business_rule_task:
            enter_decision(token, element);
            break;
        case ElementKind::receive_task:
        case ElementKind::timer_catch_event:
            wait(token, element);
            break;
        case ElementKind::exclusive_gateway:
        case ElementKind::parallel_gateway:
            return enter_gateway(token, element);
        case ElementKind::boundary_timer:
        case ElementKind::boundary_error:
            leave(token, element);
            break;
    }
    return true;
}

void Machine::enter_decision(Token& token, const Element& element)
{
    feel::Evaluation evaluation{clock_, {}, zone_of(calendar_)};
    auto value = state_.definition->decisions().decide(element.decision,
                                                       to_context(state_.variables), evaluation);
    if (!value) return stuck(token, std::string{value.error().reason}, value.error().detail);
    if (value.value().is_null()) {
        return stuck(token, "process.decision_without_answer",
                     "The decision " + element.decision + " gave no answer.");
    }
    json::Value answer = to_json(value.value());
    effects_.notes.push_back({.kind = "decided",
                              .element = element.id,
                              .outcome = std::string{answer["route"].text_or()},
                              .reason = std::string{answer["reason"].text_or()}});
    set(element.result, std::move(answer));
    leave(token, element);
}

bool Machine::enter_gateway(Token& token, const Element& element)
{
    if (element.kind == ElementKind::parallel_gateway) {
        token.stage = Stage::joining;
        return true;
    }
    const Flow* taken = nullptr;
    for (std::size_t i = 0; i < element.outgoing.size() && taken == nullptr; ++i) {
        const Flow& flow = element.outgoing[i];
        if (flow.condition == nullptr) {
            if (element.outgoing.size() == 1) taken = &flow;
            continue;
        }
        const auto value = evaluate(*flow.condition);
        if (!value) {
            stuck(token, std::string{value.error().reason}, value.error().detail);
            return true;
        }
        if (value.value().is_true()) taken = &flow;
    }
    if (taken == nullptr && element.default_flow) taken = &element.outgoing[*element.default_flow];
    if (taken == nullptr) {
        stuck(token, "process.no_way_out", "No condition of the gateway holds.");
        return true;
    }
    move(token, taken->target);
    return true;
}

bool Machine::join(Token& token, const Element& element)
{
    std::vector<std::int64_t> arrived;
    for (const Token& each : state_.tokens) {
        if (each.stage == Stage::joining && each.element == element.id)
            arrived.push_back(each.number);
    }
    if (arrived.size() < std::max<std::size_t>(element.incoming, 1)) return false;
    arrived.resize(std::max<std::size_t>(element.incoming, 1));
    const std::int64_t first = arrived.front();
    for (std::size_t i = 1; i < arrived.size(); ++i) drop(arrived[i]);
    std::vector<Token> forked;
    for (std::size_t i = 1; i < element.outgoing.size(); ++i) {
        const Element& target = state_.definition->element(element.outgoing[i].target);
        forked.push_back({.number = state_.next_token++, .element = target.id});
    }
    Token* kept = state_.token(first);
    base::ensure(kept != nullptr);
    move(*kept, element.outgoing.front().target);
    state_.tokens.insert(state_.tokens.end(), forked.begin(), forked.end());
    (void)token;
    return true;
}

void Machine::leave(Token& token, const Element& element)
{
    for (const Mapping& output : element.outputs) {
        auto value = evaluate(*output.value);
        if (!value) return stuck(token, std::string{value.error().reason}, value.error().detail);
        set(output.name, to_json(value.value()));
    }
    base::ensure(element.outgoing.size() == 1);
    move(token, element.outgoing.front().target);
}

void Machine::move(Token& token, std::size_t target)
{
    token.number = state_.next_token++;
    token.element = state_.definition->element(target).id;
    token.stage = Stage::arrived;
    token.attempts = 0;
    token.retry_at.reset();
    effects_.changed = true;
}

void Machine::drop(std::int64_t token)
{
    clear_waits(token);
    std::erase_if(state_.tokens, [&](const Token& each) { return each.number == token; });
}

void Machine::end(Token& token, const Element& element)
{
    const bool whole = element.kind != ElementKind::end_event;
    const std::int64_t number = token.number;
    if (element.reason != nullptr) {
        const auto reason = evaluate(*element.reason);
        if (reason && reason.value().string() != nullptr) state_.reason = *reason.value().string();
    }
    if (element.kind == ElementKind::error_end_event) state_.reason = element.error_code;
    if (element.show != nullptr) {
        if (const auto show = evaluate(*element.show)) state_.show = to_json(show.value());
    }
    if (!element.page.empty()) state_.page = element.page;
    if (!element.outcome.empty()) state_.outcome = element.outcome;
    drop(number);
    if (whole || state_.tokens.empty()) finish(state_.outcome.empty() ? "done" : state_.outcome);
}

void Machine::finish(std::string outcome)
{
    while (!state_.tokens.empty()) {
        effects_.ended_tasks.push_back(state_.tokens.front().number);
        drop(state_.tokens.front().number);
    }
    state_.state = InstanceState::ended;
    state_.outcome = std::move(outcome);
    effects_.notes.push_back(
        {.kind = "ended", .element = "", .outcome = state_.outcome, .reason = state_.reason});
}

base::Result<json::Object> Machine::arguments(const Token& token) const
{
    json::Object arguments;
    for (const Mapping& input : element_of(token).inputs) {
        arguments.set(input.name, to_json(TRY(evaluate(*input.value))));
    }
    return arguments;
}

}  // namespace engine::process
