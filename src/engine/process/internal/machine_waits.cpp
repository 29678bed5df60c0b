// SPDX-License-Identifier: Apache-2.0
// Tokens that wait, and what moves them from outside: people, messages, times, operations.
#include <engine/process/internal/machine.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;

namespace {

constexpr std::int64_t longest_retry_seconds = 3600;

base::Instant instant_of(const feel::DateTime& value)
{
    return {static_cast<std::int64_t>(feel::utc_nanos(value) / 1000)};
}

}  // namespace

std::optional<base::Instant> Machine::due(const ExpressionPtr& duration,
                                          const ExpressionPtr& time) const
{
    const auto value = evaluate(duration != nullptr ? *duration : *time);
    if (!value) return std::nullopt;
    if (const auto* days = value.value().day_duration()) {
        return base::Instant{now_.micros + static_cast<std::int64_t>(feel::nanos(*days) / 1000)};
    }
    if (const auto* months = value.value().month_duration()) {
        const auto local = feel::local_time(feel::Wide{now_.micros} * 1000, zone_of(calendar_));
        const auto date = local ? feel::add_months(local->date, months->months) : std::nullopt;
        if (!date) return std::nullopt;
        return instant_of({*date, local->nanos, local->zone});
    }
    if (const auto* at = value.value().date_time()) return instant_of(*at);
    if (const auto* date = value.value().date()) {
        return calendar_.at({static_cast<std::int32_t>(date->days)}, 0);
    }
    return std::nullopt;
}

std::optional<base::Instant> Machine::task_due(const Element& element) const
{
    if (element.due_at != nullptr || element.due_in != nullptr) {
        return due(element.due_in, element.due_at);
    }
    if (element.due_in_business_hours == nullptr) return std::nullopt;
    const auto hours = evaluate(*element.due_in_business_hours);
    if (!hours || hours.value().number() == nullptr) return std::nullopt;
    const double minutes = hours.value().number()->to_double() * 60;
    return calendar_.add_business_minutes(now_, static_cast<std::int64_t>(minutes));
}

void Machine::enter_task(Token& token, const Element& element, std::size_t index)
{
    const bool has_deadline = element.due_at != nullptr || element.due_in != nullptr ||
                              element.due_in_business_hours != nullptr;
    const auto deadline = task_due(element);
    if (has_deadline && !deadline) {
        return stuck(token, "process.deadline_without_time",
                     "The deadline's expression gave no time.");
    }
    wait(token, element);
    if (token.stage != Stage::waiting) return;
    effects_.tasks.push_back({token.number, index, deadline});
}

void Machine::wait(Token& token, const Element& element)
{
    token.stage = Stage::waiting;
    if (element.kind == ElementKind::receive_task) {
        const auto correlation = evaluate(*element.correlation);
        if (!correlation || correlation.value().string() == nullptr) {
            return stuck(token, "process.correlation_missing", "The correlation gave no text.");
        }
        state_.subscriptions.push_back(
            {token.number, element.message, *correlation.value().string(), std::nullopt});
    }
    const auto set_timer = [&](const Element& timer) {
        const auto at = due(timer.duration, timer.time);
        if (!at) {
            stuck(token, "process.timer_without_time", "The timer's expression gave no time.");
        } else {
            state_.timers.push_back({token.number, timer.id, *at});
        }
    };
    if (element.kind == ElementKind::timer_catch_event) set_timer(element);
    for (const std::size_t index : element.boundaries) {
        const Element& boundary = state_.definition->element(index);
        if (boundary.kind == ElementKind::boundary_timer) set_timer(boundary);
    }
}

/// A message that has come, or a timer that is due, moves a waiting token.
bool Machine::resume(Token& token)
{
    for (const Subscription& subscription : state_.subscriptions) {
        if (subscription.token != token.number || !subscription.arrived) continue;
        const Element& element = element_of(token);
        effects_.notes.push_back({.kind = "message", .element = element.id});
        json::Value content = *subscription.arrived;
        clear_waits(token.number);
        if (!element.result.empty()) set(element.result, std::move(content));
        leave(token, element);
        return true;
    }
    for (auto timer = state_.timers.begin(); timer != state_.timers.end(); ++timer) {
        if (timer->token != token.number || timer->due > now_) continue;
        const Timer fired = *timer;
        state_.timers.erase(timer);
        const Element& event = state_.definition->element(*state_.definition->find(fired.element));
        effects_.notes.push_back({.kind = "timer", .element = event.id});
        effects_.changed = true;
        if (event.kind == ElementKind::timer_catch_event) {
            clear_waits(token.number);
            leave(token, event);
        } else if (event.interrupting) {
            take_boundary(token, event, {});
        } else {
            const std::int64_t number = state_.next_token++;
            state_.tokens.push_back({.number = number, .element = event.id});
        }
        return true;
    }
    return false;
}

void Machine::take_boundary(Token& token, const Element& boundary, json::Value result)
{
    effects_.ended_tasks.push_back(token.number);
    clear_waits(token.number);
    if (!boundary.result.empty()) set(boundary.result, std::move(result));
    move(token, *state_.definition->find(boundary.id));
}

void Machine::clear_waits(std::int64_t token)
{
    effects_.changed = true;
    std::erase_if(state_.timers, [&](const Timer& each) { return each.token == token; });
    std::erase_if(state_.subscriptions,
                  [&](const Subscription& each) { return each.token == token; });
}

void Machine::complete(std::int64_t number, json::Value result)
{
    Token* token = state_.token(number);
    base::ensure(token != nullptr && token->stage == Stage::waiting);
    const Element& element = element_of(*token);
    clear_waits(number);
    if (!element.result.empty()) set(element.result, std::move(result));
    leave(*token, element);
    run();
}

void Machine::executed(Token& token, json::Value result)
{
    const Element& element = element_of(token);
    effects_.notes.push_back({.kind = "operation", .element = element.id});
    if (!element.result.empty()) set(element.result, std::move(result));
    token.stage = Stage::executed;
    token.retry_at = now_;
    effects_.changed = true;
}

void Machine::failed(std::int64_t number, const base::Error& error, const EngineOptions& options)
{
    Token* token = state_.token(number);
    base::ensure(token != nullptr && token->stage == Stage::ready);
    effects_.changed = true;
    const std::string reason{error.reason};
    const Element& element = element_of(*token);
    effects_.notes.push_back({.kind = "failed", .element = element.id, .reason = reason});
    if (error.kind != base::ErrorKind::unavailable) {
        for (const std::size_t index : element.boundaries) {
            const Element& boundary = state_.definition->element(index);
            if (boundary.kind != ElementKind::boundary_error) continue;
            if (!takes(boundary.error_code, reason)) continue;
            return take_boundary(*token, boundary,
                                 json::Object{{"reason", json::Value{reason}},
                                              {"detail", json::Value{error.detail}}});
        }
        return stuck(*token, reason, error.detail);
    }
    if (++token->attempts >= options.attempts) return stuck(*token, reason, error.detail);
    std::int64_t wait_seconds = options.first_retry_seconds;
    for (int i = 1; i < token->attempts && wait_seconds < longest_retry_seconds; ++i)
        wait_seconds *= 2;
    token->retry_at = base::after_seconds(now_, std::min(wait_seconds, longest_retry_seconds));
}

void Machine::cancel()
{
    while (!state_.tokens.empty()) {
        effects_.ended_tasks.push_back(state_.tokens.front().number);
        drop(state_.tokens.front().number);
    }
    state_.state = InstanceState::cancelled;
    state_.outcome = "cancelled";
    effects_.changed = true;
}

bool Machine::unstick(std::int64_t number)
{
    Token* token = state_.token(number);
    if (token == nullptr || token->stage != Stage::stuck) return false;
    clear_waits(number);
    token->stage =
        element_of(*token).kind == ElementKind::service_task ? Stage::ready : Stage::arrived;
    token->attempts = 0;
    token->retry_at = now_;
    return true;
}

bool Machine::skip(std::int64_t number)
{
    Token* token = state_.token(number);
    if (token == nullptr || token->stage != Stage::stuck) return false;
    const Element& element = element_of(*token);
    const bool gateway = element.kind == ElementKind::exclusive_gateway ||
                         element.kind == ElementKind::parallel_gateway;
    if (gateway || element.outgoing.size() != 1) return false;
    clear_waits(number);
    if (!element.result.empty()) set(element.result, {});
    move(*token, element.outgoing.front().target);
    return true;
}

}  // namespace engine::process
