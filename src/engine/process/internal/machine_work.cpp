// SPDX-License-Identifier: Apache-2.0
// What comes to tokens from outside: people, answers of operations, the staff's hand.
#include <engine/process/internal/machine.h>

#include <engine/process/convert.h>

#include <algorithm>

namespace engine::process {

namespace json = platform::json;

namespace {

constexpr std::int64_t longest_retry_seconds = 3600;

}  // namespace

base::Result<json::Object> Machine::arguments(const Token& token)
{
    json::Object arguments;
    for (const Mapping& input : element_of(token).inputs) {
        arguments.set(input.name, to_json(TRY(evaluate(*input.value, token.scope))));
    }
    return arguments;
}

void Machine::complete(std::int64_t number, json::Value result)
{
    const Token* token = state_.token(number);
    base::ensure(token != nullptr && token->stage == Stage::waiting);
    const std::string& name = element_of(*token).result;
    clear_waits(number);
    if (!name.empty() && !set(number, name, std::move(result))) return;
    leave(number);
    run();
}

void Machine::send_back(std::int64_t number, std::size_t target)
{
    clear_waits(number);
    follow(number, {.id = {}, .target = target, .entry = 0, .condition = nullptr, .line = 0});
    run();
}

void Machine::executed(std::int64_t number, json::Value result)
{
    const Element& at = element_of(*state_.token(number));
    effects_.notes.push_back({.kind = "operation", .element = at.id});
    effects_.changed = true;
    clear_waits(number);
    if (!at.result.empty() && !set(number, at.result, std::move(result))) {
        state_.token(number)->worked = true;  // It has taken effect: it is not to run again.
        return;
    }
    Token& token = *state_.token(number);
    token.stage = Stage::executed;
    token.worked = true;
    token.retry_at = now_;
}

void Machine::failed(std::int64_t number, const base::Error& error, const EngineOptions& options)
{
    Token* token = state_.token(number);
    base::ensure(token != nullptr && token->stage == Stage::ready);
    effects_.changed = true;
    const std::string reason{error.reason};
    const Element& at = element_of(*token);
    effects_.notes.push_back({.kind = "failed", .element = at.id, .reason = reason});
    if (error.kind != base::ErrorKind::unavailable) {
        const json::Object came{{"reason", json::Value{reason}},
                                {"detail", json::Value{error.detail}}};
        const std::int64_t scope = token->scope;
        if (raise_at(number, true, reason, came) || raise(scope, true, reason, came)) return;
        return stuck(number, reason, error.detail);
    }
    const int most = at.attempts > 0 ? at.attempts : options.attempts;
    if (++token->attempts >= most) return stuck(number, reason, error.detail);
    std::int64_t wait_seconds = options.first_retry_seconds;
    for (int i = 1; i < token->attempts && wait_seconds < longest_retry_seconds; ++i)
        wait_seconds *= 2;
    token->retry_at = base::after_seconds(now_, std::min(wait_seconds, longest_retry_seconds));
}

void Machine::cancel()
{
    clear_scope(0);
    clear_waits(0);
    state_.state = InstanceState::cancelled;
    state_.outcome = "cancelled";
    effects_.changed = true;
}

bool Machine::unstick(std::int64_t number)
{
    Token* token = state_.token(number);
    if (token == nullptr || token->stage != Stage::stuck) return false;
    const Element& at = element_of(*token);
    drop_inside(number);
    clear_waits(number);
    const bool joins =
        at.kind == ElementKind::parallel_gateway || at.kind == ElementKind::inclusive_gateway;
    token = state_.token(number);
    token->stage = token->worked              ? Stage::executed
                   : joins && at.incoming > 1 ? Stage::joining
                                              : Stage::arrived;
    token->attempts = 0;
    token->retry_at = now_;
    effects_.changed = true;
    if (is_start(at.kind)) {  // What stood beside it could not be set up.
        const std::int64_t scope = token->scope;
        clear_waits(scope);
        (void)arm_handlers(scope, number);
    }
    return true;
}

bool Machine::skip(std::int64_t number)
{
    Token* token = state_.token(number);
    if (token == nullptr || token->stage != Stage::stuck) return false;
    const Element& at = element_of(*token);
    const bool joins =
        at.kind == ElementKind::parallel_gateway || at.kind == ElementKind::inclusive_gateway;
    if (joins && at.incoming > 1) {
        token->stage = Stage::joining;
        return join(token->element, token->scope, true);
    }
    if (!at.undoes && (is_gateway(at.kind) || at.outgoing.size() != 1)) return false;
    drop_inside(number);
    clear_waits(number);
    if (!at.result.empty()) put(state_.token(number)->scope, at.result, {});
    if (is_round(*state_.token(number))) {
        leave(number);
    } else if (at.undoes) {
        const std::int64_t scope = state_.token(number)->scope;
        state_.token(number)->stage = Stage::arrived;
        drop(number);
        next_compensation(scope);
    } else {
        follow(number, at.outgoing.front());
    }
    return true;
}

}  // namespace engine::process
