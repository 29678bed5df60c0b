// SPDX-License-Identifier: Apache-2.0
// The two halves of a step: worked out here against a version, written by the book's writer.
#include <engine/process/internal/engine_impl.h>

namespace engine::process {

using platform::sql::Transaction;

namespace {

constexpr int most_tries = 12;    // Against others who change the same instance.
constexpr int most_rounds = 500;  // Operations of one advance.

}  // namespace

base::Result<bool> Engine::Impl::round(State& state)
{
    if (state.state != InstanceState::running) return false;
    Effects effects;
    effects.changed = state.old_form;
    Machine machine{state, effects, calendar, book.clock()};
    machine.run();
    const base::Instant now = book.clock().now();
    const auto ready =
        std::find_if(state.tokens.begin(), state.tokens.end(), [&](const Token& token) {
            return token.stage == Stage::ready && (!token.retry_at || *token.retry_at <= now);
        });
    if (ready == state.tokens.end()) {
        if (!effects.changed) return false;
        TRY(write(state, effects, {}, {}));
        if (state.subscriptions.empty()) return false;
        state = TRY(load(state.id));  // What it now waits for may have come already.
        return std::any_of(state.subscriptions.begin(), state.subscriptions.end(),
                           [](const Subscription& each) { return each.arrived.has_value(); });
    }
    TRY(execute(state, effects, ready->number));
    return true;
}

base::Result<void> Engine::Impl::execute(State& before, const Effects& effects_before,
                                         std::int64_t number)
{
    const Token token = *before.token(number);
    const Element& element = before.definition->element(token.element);
    Effects scratch;
    auto arguments = Machine{before, scratch, calendar, book.clock()}.arguments(token);
    const Operation* operation = operations.find(element.operation);
    std::optional<base::Error> refusal;
    if (!arguments) refusal = arguments.error();
    if (operation == nullptr) {
        refusal = base::not_found("process.operation_unknown",
                                  "There is no operation " + element.operation + ".");
    }
    if (!refusal) {
        State after;
        const auto written = book.write([&](Transaction& transaction) -> base::Result<void> {
            refusal.reset();
            if (!store.is_current(transaction, before)) return moved_on();
            const OperationCall call{transaction,
                                     before.id,
                                     base::to_string(before.id) + "/" + std::to_string(number),
                                     before.definition_name,
                                     before.business_key,
                                     before.subject,
                                     arguments.value()};
            auto answer = (*operation)(call);
            if (!answer) {
                refusal = answer.error();
                return answer.error();
            }
            after = before;
            Effects effects = effects_before;
            Machine machine{after, effects, calendar, book.clock()};
            machine.executed(number, std::move(answer).value());
            return save(transaction, after, effects, {});
        });
        if (written) {
            before = std::move(after);
            now_stored(before);
            return {};
        }
        if (!refusal) return written.error();  // The book's own, or somebody was faster.
    }
    Effects effects = effects_before;
    Machine machine{before, effects, calendar, book.clock()};
    machine.failed(number, *refusal, options);
    return write(before, effects, {}, {});
}

base::Result<void> Engine::Impl::advance(InstanceId id, std::optional<State> known)
{
    int tries = 0;
    for (int rounds = 0; rounds < most_rounds;) {
        if (!known) known = TRY(load(id));
        const auto more = round(*known);
        if (!more) {
            if (more.error().reason != "process.busy" || ++tries >= most_tries) return more.error();
            known.reset();
            continue;
        }
        if (!more.value()) return {};
        ++rounds;
    }
    return {};  // The next poll goes on.
}

base::Result<void> Engine::Impl::save(Transaction& transaction, const State& state,
                                      const Effects& effects, const std::string& who)
{
    store.save(transaction, state, effects, who);
    std::vector<InstanceId> woken;  // The poll finds them.
    for (const NewMessage& message : effects.messages) {
        TRY(publish(transaction, message.name, message.correlation, message.content, woken));
    }
    tell(transaction, state);
    return {};
}

void Engine::Impl::tell(Transaction& transaction, const State& state)
{
    if (observer == nullptr) return;
    const bool waits =
        std::any_of(state.tokens.begin(), state.tokens.end(), [&](const Token& token) {
            if (token.stage != Stage::waiting) return false;
            return state.definition->element(token.element).actor == Actor::customer;
        });
    observer(transaction,
             {state.id, state.definition_name, state.business_key, state.subject, state.state,
              state.outcome, state.page, state.reason, waits, state.variables});
}

}  // namespace engine::process
