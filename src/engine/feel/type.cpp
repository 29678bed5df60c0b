// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/type.h>

#include <engine/feel/function.h>

#include <algorithm>
#include <array>

namespace engine::feel {
namespace {

const Type& element_of(const Type& type)
{
    static const Type any;
    return type.element ? *type.element : any;
}

bool is_range_of(const Range& range, const Type& element)
{
    const auto fits = [&](const Value& end) { return end.is_null() || is_instance(end, element); };
    if (range.low.is_null() && range.high.is_null()) return element.is_any();
    return fits(range.low) && fits(range.high);
}

bool is_context_of(const Context& context, const std::vector<Type::Field>& fields)
{
    return std::all_of(fields.begin(), fields.end(), [&](const Type::Field& field) {
        const Value* value = context.find(field.name);
        return value != nullptr && (value->is_null() || is_instance(*value, field.type));
    });
}

/// Whether every value of `a` is one of `b` (10.3.2.4).
bool conforms(const Type& a, const Type& b)
{
    if (b.is_any() || a.form == Type::Form::null) return true;
    if (a.form != b.form) return false;
    switch (b.form) {
        case Type::Form::any:
        case Type::Form::null:
            return true;
        case Type::Form::kind:
            return a.kind == b.kind;
        case Type::Form::list:
        case Type::Form::range:
            return conforms(element_of(a), element_of(b));
        case Type::Form::context:
            return std::all_of(b.fields.begin(), b.fields.end(), [&](const Type::Field& field) {
                const auto found =
                    std::find_if(a.fields.begin(), a.fields.end(),
                                 [&](const auto& own) { return own.name == field.name; });
                return found != a.fields.end() && conforms(found->type, field.type);
            });
        case Type::Form::function:
            break;
    }
    if (a.parameters.size() != b.parameters.size()) return false;
    for (std::size_t at = 0; at < a.parameters.size(); ++at) {
        if (!conforms(b.parameters[at], a.parameters[at])) return false;
    }
    return conforms(element_of(a), element_of(b));
}

bool is_function_of(const Function& function, const Type& type)
{
    if (!type.element && type.parameters.empty()) return true;
    for (const auto& parameters : function.overloads()) {
        Type own;
        own.form = Type::Form::function;
        // A result that nobody declared is taken on trust.
        own.element = function.result_type().is_any()
                          ? type.element
                          : std::make_shared<const Type>(function.result_type());
        for (const Function::Parameter& each : parameters) own.parameters.push_back(each.type);
        if (conforms(own, type)) return true;
    }
    return false;
}

}  // namespace

Type Type::of(Kind kind)
{
    Type type;
    switch (kind) {
        case Kind::null:
            type.form = Form::null;
            break;
        case Kind::range:
            type.form = Form::range;
            break;
        case Kind::list:
            type.form = Form::list;
            break;
        case Kind::context:
            type.form = Form::context;
            break;
        case Kind::function:
            type.form = Form::function;
            break;
        default:
            type.form = Form::kind;
    }
    type.kind = kind;
    return type;
}

Type Type::list_of(Type element)
{
    Type type = of(Kind::list);
    type.element = std::make_shared<const Type>(std::move(element));
    return type;
}

bool is_instance(const Value& value, const Type& type)
{
    if (value.is_null()) return type.form == Type::Form::null;
    switch (type.form) {
        case Type::Form::any:
            return true;
        case Type::Form::null:
            return false;
        case Type::Form::kind:
            return value.kind() == type.kind;
        case Type::Form::list:
            if (value.list() == nullptr) return false;
            if (element_of(type).is_any()) return true;
            return std::all_of(value.list()->begin(), value.list()->end(), [&](const Value& item) {
                return item.is_null() || is_instance(item, element_of(type));
            });
        case Type::Form::context:
            return value.context() != nullptr && is_context_of(*value.context(), type.fields);
        case Type::Form::range:
            return value.range() != nullptr && is_range_of(*value.range(), element_of(type));
        case Type::Form::function:
            return value.function() != nullptr && is_function_of(*value.function(), type);
    }
    return false;
}

std::optional<Value> coerce(const Value& value, const Type& type)
{
    if (value.is_null() || type.is_any() || is_instance(value, type)) return value;
    if (type.form == Type::Form::list) {
        if (value.list() != nullptr) return std::nullopt;
        const auto item = coerce(value, element_of(type));
        if (!item) return std::nullopt;
        return Value(List{*item});
    }
    if (value.list() != nullptr && value.list()->size() == 1 &&
        is_instance(value.list()->front(), type))
        return value.list()->front();
    if (type.form == Type::Form::kind && type.kind == Kind::date_and_time &&
        value.date() != nullptr)
        return Value(DateTime{*value.date(), 0, Zone{0, 0, Zone::Kind::offset}});
    return std::nullopt;
}

namespace {

Value read_as(const std::string& text, Kind kind)
{
    const auto made = [](const auto& read) { return read ? Value(*read) : Value(); };
    switch (kind) {
        case Kind::date:
            return made(parse_date(text));
        case Kind::time:
            return made(parse_time(text));
        case Kind::date_and_time:
            return made(parse_date_time(text));
        case Kind::days_and_time_duration:
            return made(parse_day_duration(text));
        case Kind::years_and_months_duration:
            return made(parse_month_duration(text));
        case Kind::number: {
            const auto number = Number::parse(text);
            return number ? Value(number.value()) : Value();
        }
        default:
            return {};
    }
}

}  // namespace

Value from_text(const Value& value, const Type& type)
{
    if (value.string() != nullptr && type.form == Type::Form::kind) {
        Value read = read_as(*value.string(), type.kind);
        return read.is_null() ? value : read;
    }
    if (value.list() != nullptr && type.form == Type::Form::list && type.element) {
        List out;
        for (const Value& item : *value.list()) out.push_back(from_text(item, *type.element));
        return Value(std::move(out));
    }
    if (value.context() != nullptr && type.form == Type::Form::context) {
        Context out = *value.context();
        for (const Type::Field& field : type.fields) {
            if (const Value* found = out.find(field.name))
                out.put(field.name, from_text(*found, field.type));
        }
        return Value(std::move(out));
    }
    return value;
}

std::optional<Type> built_in_type(std::string_view name)
{
    constexpr std::array kinds{Kind::null,
                               Kind::boolean,
                               Kind::number,
                               Kind::string,
                               Kind::date,
                               Kind::time,
                               Kind::date_and_time,
                               Kind::days_and_time_duration,
                               Kind::years_and_months_duration};
    if (name == "Any") return Type{};
    for (const Kind kind : kinds) {
        if (name_of(kind) == name) return Type::of(kind);
    }
    // The spellings of the first editions and of DMN's own XML names.
    if (name == "dateTime") return Type::of(Kind::date_and_time);
    if (name == "dayTimeDuration") return Type::of(Kind::days_and_time_duration);
    if (name == "yearMonthDuration") return Type::of(Kind::years_and_months_duration);
    if (name == "list" || name == "context" || name == "function" || name == "range") {
        return Type::of(name == "list"      ? Kind::list
                        : name == "context" ? Kind::context
                        : name == "range"   ? Kind::range
                                            : Kind::function);
    }
    return std::nullopt;
}

std::string to_string(const Type& type)
{
    const std::string element = type.element ? "<" + to_string(*type.element) + ">" : "";
    switch (type.form) {
        case Type::Form::any:
            return "Any";
        case Type::Form::list:
        case Type::Form::range:
            return std::string(name_of(type.kind)) + element;
        default:
            return std::string(name_of(type.kind));
    }
}

}  // namespace engine::feel
