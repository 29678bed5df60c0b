// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/json.h>

namespace engine::feel {

Value from_json(const platform::json::Value& value)
{
    if (const bool* b = value.boolean()) return *b;
    if (const std::int64_t* number = value.integer()) return *number;
    if (const double* number = value.real()) return Number::from_double(*number);
    if (const std::string* text = value.string()) return *text;
    if (const auto* array = value.array()) {
        List out;
        out.reserve(array->size());
        for (const auto& item : *array) out.push_back(from_json(item));
        return Value(std::move(out));
    }
    if (const auto* object = value.object()) {
        Context out;
        for (const auto& [name, item] : *object) out.put(name, from_json(item));
        return Value(std::move(out));
    }
    return {};
}

platform::json::Value to_json(const Value& value)
{
    switch (value.kind()) {
        case Kind::null:
        case Kind::function:
            return nullptr;
        case Kind::boolean:
            return *value.boolean();
        case Kind::number: {
            if (const auto whole = value.number()->to_integer()) return *whole;
            return value.number()->to_canonical();
        }
        case Kind::list: {
            platform::json::Array out;
            for (const Value& item : *value.list()) out.push_back(to_json(item));
            return out;
        }
        case Kind::context: {
            platform::json::Object out;
            for (const Context::Entry& entry : value.context()->entries())
                out.set(entry.name, to_json(entry.value));
            return out;
        }
        default:
            return to_text(value);
    }
}

}  // namespace engine::feel
