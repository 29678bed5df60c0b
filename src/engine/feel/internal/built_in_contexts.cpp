// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/built_in.h>

#include <array>

namespace engine::feel {
namespace {

using Arguments = std::span<const Value>;

Value wrong(Evaluation& evaluation, Position position, const char* detail)
{
    return evaluation.problem(position, "feel.wrong_arguments", detail);
}

Value made(Context context, Evaluation& evaluation)
{
    const std::size_t size = context.entries().size();
    evaluation.step(static_cast<std::int64_t>(size));
    evaluation.charge(size * sizeof(Context::Entry));
    return Value(std::move(context));
}

Value get_value(Arguments arguments, Evaluation&, Position)
{
    const Value* found = arguments[0].context()->find(*arguments[1].string());
    return found != nullptr ? *found : Value();
}

Value get_entries(Arguments arguments, Evaluation& evaluation, Position)
{
    List out;
    for (const Context::Entry& entry : arguments[0].context()->entries()) {
        evaluation.charge(2 * sizeof(Context::Entry));
        out.push_back(Value(Context{{"key", entry.name}, {"value", entry.value}}));
    }
    return Value(std::move(out));
}

Value context_from(Arguments arguments, Evaluation& evaluation, Position position)
{
    Context out;
    for (const Value& item : *arguments[0].list()) {
        const Context* entry = item.context();
        const Value* key = entry != nullptr ? entry->find("key") : nullptr;
        const Value* value = entry != nullptr ? entry->find("value") : nullptr;
        if (key == nullptr || value == nullptr || key->string() == nullptr)
            return wrong(evaluation, position, "It takes contexts with a key and a value.");
        if (out.find(*key->string()) != nullptr)
            return wrong(evaluation, position, "A key stands there twice.");
        evaluation.step(static_cast<std::int64_t>(out.entries().size() / 16));
        out.put(*key->string(), *value);
    }
    return made(std::move(out), evaluation);
}

Value put(const Value& context, std::span<const Value> keys, const Value& value,
          Evaluation& evaluation, Position position)
{
    if (keys.empty()) return wrong(evaluation, position, "There is no key.");
    const std::string* key = keys.front().string();
    if (key == nullptr) return wrong(evaluation, position, "A key is a string.");
    if (context.context() == nullptr)
        return wrong(evaluation, position, "A key leads to no context.");
    const Evaluation::Call held(evaluation);
    Context out = *context.context();
    if (keys.size() == 1) {
        out.put(*key, value);
        return made(std::move(out), evaluation);
    }
    const Value* inner = out.find(*key);
    if (inner == nullptr) return wrong(evaluation, position, "A key leads to no context.");
    Value changed = put(*inner, keys.subspan(1), value, evaluation, position);
    if (changed.is_null()) return {};
    out.put(*key, std::move(changed));
    return made(std::move(out), evaluation);
}

Value context_put(Arguments arguments, Evaluation& evaluation, Position position)
{
    if (const List* keys = arguments[1].list())
        return put(arguments[0], *keys, arguments[2], evaluation, position);
    return put(arguments[0], arguments.subspan(1, 1), arguments[2], evaluation, position);
}

Value context_merge(Arguments arguments, Evaluation& evaluation, Position position)
{
    Context out;
    for (const Value& item : *arguments[0].list()) {
        if (item.context() == nullptr) return wrong(evaluation, position, "It takes contexts.");
        for (const Context::Entry& entry : item.context()->entries()) {
            evaluation.step(static_cast<std::int64_t>(out.entries().size() / 16 + 1));
            out.put(entry.name, entry.value);
        }
    }
    return made(std::move(out), evaluation);
}

constexpr std::array contexts_rows{
    BuiltIn{"get value", "m: context, key: string", "Any", get_value},
    BuiltIn{"get entries", "m: context", "list", get_entries},
    BuiltIn{"context", "entries: list", "context", context_from},
    BuiltIn{"context put", "context: context, key: string, value: Any", "context", context_put},
    BuiltIn{"context put", "context: context, keys: list, value: Any", "context", context_put},
    BuiltIn{"context merge", "contexts: list", "context", context_merge},
};

}  // namespace

std::span<const BuiltIn> context_functions()
{
    return contexts_rows;
}

}  // namespace engine::feel
