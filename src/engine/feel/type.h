// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/value.h>

#include <memory>
#include <string>
#include <vector>

namespace engine::feel {

/// A FEEL type (DMN 1.5, 10.3.2.4), as `instance of`, parameters and item definitions name it.
struct Type {
    struct Field;
    enum class Form : std::uint8_t { any, null, kind, list, context, range, function };

    Form form = Form::any;
    Kind kind = Kind::null;  // Of form `kind`.

    /// The element of a list or range, or the result of a function; null: any.
    std::shared_ptr<const Type> element;
    std::vector<Type> parameters;  // Of a function type.
    std::vector<Field> fields;     // Of a context type; a value may have more.

    static Type of(Kind kind);
    static Type list_of(Type element);

    bool is_any() const { return form == Form::any; }
};

struct Type::Field {
    std::string name;
    Type type;
};

/// Whether `value` is an instance of `type`. Null is one of `any` and of the null type only.
bool is_instance(const Value& value, const Type& type);

/// `value` where it conforms to `type`; else the implicit conversions of DMN 1.5, 10.3.2.9.4: a
/// single item for a list, a list of one for the item, midnight UTC for a date; nothing where none
/// fits. Null conforms to every type.
std::optional<Value> coerce(const Value& value, const Type& type);

/// `value` with the strings in it read as what `type` wants there (dates, times, durations,
/// numbers): for what came as JSON or from a form. What cannot be read stays as it is.
Value from_text(const Value& value, const Type& type);

/// The type that FEEL calls by that name ("number", "days and time duration", "Any"); nothing for
/// others.
std::optional<Type> built_in_type(std::string_view name);

/// For people: "list<number>".
std::string to_string(const Type& type);

}  // namespace engine::feel
