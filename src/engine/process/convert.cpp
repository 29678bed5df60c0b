// SPDX-License-Identifier: Apache-2.0
#include <engine/process/convert.h>

namespace engine::process {

namespace json = platform::json;

feel::Value to_feel(const json::Value& value)
{
    if (const bool* boolean = value.boolean()) return *boolean;
    if (const std::int64_t* integer = value.integer()) return *integer;
    if (const double* real = value.real()) return feel::Number::from_double(*real);
    if (const std::string* string = value.string()) return *string;
    if (const json::Array* array = value.array()) {
        feel::List list;
        list.reserve(array->size());
        for (const auto& item : *array) list.push_back(to_feel(item));
        return list;
    }
    if (const json::Object* object = value.object()) return to_context(*object);
    return {};
}

feel::Context to_context(const json::Object& object)
{
    feel::Context context;
    for (const auto& [name, value] : object) context.put(name, to_feel(value));
    return context;
}

json::Value to_json(const feel::Value& value)
{
    using feel::Kind;
    switch (value.kind()) {
        case Kind::boolean:
            return *value.boolean();
        case Kind::number: {
            if (const auto whole = value.number()->to_integer()) return *whole;
            return value.number()->to_double();
        }
        case Kind::string:
            return *value.string();
        case Kind::date:
        case Kind::time:
        case Kind::date_and_time:
        case Kind::days_and_time_duration:
        case Kind::years_and_months_duration:
            return feel::to_text(value);
        case Kind::list: {
            json::Array array;
            for (const auto& item : *value.list()) array.push_back(to_json(item));
            return array;
        }
        case Kind::context: {
            json::Object object;
            for (const auto& entry : value.context()->entries()) {
                object.set(entry.name, to_json(entry.value));
            }
            return object;
        }
        case Kind::null:
        case Kind::range:
        case Kind::function:
            break;
    }
    return {};
}

}  // namespace engine::process
