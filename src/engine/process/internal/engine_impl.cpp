// SPDX-License-Identifier: Apache-2.0
// The two halves of a step: worked out here against a version, written by the book's writer.
#include <engine/process/internal/engine_impl.h>

namespace engine::process {

using platform::sql::Transaction;

namespace {

constexpr int most_tries = 12;    // Against others who change the same instance.
constexpr int most_rounds = 500;  // Operations of one advance.

}  // namespace

base::Result<bool> Engine::Impl::round(InstanceId id)
{
    State state = TRY(load(id));
    if (state.state != InstanceState::running) return false;
    const std::int64_t version = state.version;
    Effects effects;
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
        return !state.subscriptions.empty();  // What it now waits for may have come already.
    }
    base::ensure(state.version == version);
    TRY(execute(state, effects, ready->number));
    return true;
}

base::Result<void> Engine::Impl::execute(const State& before, const Effects& effects_before,
                                         std::int64_t number)
{
    State probe = before;
    Effects scratch = effects_before;
    const Token token = *probe.token(number);
    const Element& element = before.definition->element(*before.definition->find(token.element));
    auto arguments = Machine{probe, scratch, calendar, book.clock()}.arguments(token);
    const Operation* operation = operations.find(element.operation);
    std::optional<base::Error> refusal;
    if (!arguments) refusal = arguments.error();
    if (operation == nullptr) {
        refusal = base::not_found("process.operation_unknown",
                                  "There is no operation " + element.operation + ".");
    }
    if (!refusal) {
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
            State state = before;
            Effects effects = effects_before;
            Machine machine{state, effects, calendar, book.clock()};
            machine.executed(*state.token(number), std::move(answer).value());
            store.save(transaction, state, effects, {});
            tell(transaction, state);
            return {};
        });
        if (written) return {};
        if (!refusal) return written.error();  // The book's own, or somebody was faster.
    }
    State state = before;
    Effects effects = effects_before;
    Machine machine{state, effects, calendar, book.clock()};
    machine.failed(number, *refusal, options);
    return write(state, effects, {}, {});
}

base::Result<void> Engine::Impl::advance(InstanceId id)
{
    int tries = 0;
    for (int rounds = 0; rounds < most_rounds;) {
        const auto more = round(id);
        if (!more) {
            if (more.error().reason != "process.busy" || ++tries >= most_tries) return more.error();
            continue;
        }
        if (!more.value()) return {};
        ++rounds;
    }
    return {};  // The next poll goes on.
}

void Engine::Impl::tell(Transaction& transaction, const State& state)
{
    if (observer == nullptr) return;
    const bool waits =
        std::any_of(state.tokens.begin(), state.tokens.end(), [&](const Token& token) {
            if (token.stage != Stage::waiting) return false;
            const auto index = state.definition->find(token.element);
            return index && state.definition->element(*index).actor == Actor::customer;
        });
    observer(transaction,
             {state.id, state.definition_name, state.business_key, state.subject, state.state,
              state.outcome, state.page, state.reason, waits, state.variables});
}

}  // namespace engine::process
