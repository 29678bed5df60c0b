// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace platform::json {

class Value;

using Array = std::vector<Value>;

/// Members in the order in which they were written; names are unique. Look-up is linear: objects
/// here are small.
class Object {
public:
    using Member = std::pair<std::string, Value>;

    // Here and in Value: not inline, for answers are built of hundreds of these.
    Object();
    Object(std::initializer_list<Member> members);
    Object(const Object&);
    Object(Object&&) noexcept;
    Object& operator=(const Object&);
    Object& operator=(Object&&) noexcept;
    ~Object();

    /// The value of `name`, or nullptr.
    const Value* find(std::string_view name) const;
    Value* find(std::string_view name);

    /// Sets `name`, replacing what it had.
    Value& set(std::string_view name, Value value);
    void erase(std::string_view name);

    std::size_t size() const { return members_.size(); }
    bool empty() const { return members_.empty(); }
    auto begin() const { return members_.begin(); }
    auto end() const { return members_.end(); }

    friend bool operator==(const Object&, const Object&);  // Order of members does not count.

private:
    std::vector<Member> members_;
};

/// One JSON value (RFC 8259). Whole numbers that fit are int64; all others are double.
class Value {
public:
    Value() noexcept;
    Value(std::nullptr_t) noexcept;
    Value(bool b) noexcept;
    Value(int i) noexcept;
    Value(std::int64_t i) noexcept;
    Value(double d) noexcept;
    Value(const char* s);
    Value(std::string_view s);
    Value(std::string s);
    Value(Array a);
    Value(Object o);
    Value(const Value&);
    Value(Value&&) noexcept;
    Value& operator=(const Value&);
    Value& operator=(Value&&) noexcept;
    ~Value();

    bool is_null() const { return std::holds_alternative<std::monostate>(state_); }

    /// The value as that kind, or nullptr where it is another.
    const bool* boolean() const { return std::get_if<bool>(&state_); }
    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&state_); }
    const double* real() const { return std::get_if<double>(&state_); }
    const std::string* string() const { return std::get_if<std::string>(&state_); }
    const Array* array() const { return std::get_if<Array>(&state_); }
    Array* array() { return std::get_if<Array>(&state_); }
    const Object* object() const { return std::get_if<Object>(&state_); }
    Object* object() { return std::get_if<Object>(&state_); }

    /// The member `name` of an object; a null value where this is no object or has no such member.
    const Value& operator[](std::string_view name) const;

    /// The text of a string, else `otherwise`.
    std::string_view text_or(std::string_view otherwise = {}) const;
    std::int64_t integer_or(std::int64_t otherwise) const;
    bool boolean_or(bool otherwise) const;

    friend bool operator==(const Value&, const Value&);

private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> state_;
};

/// Reads one JSON text, whole: UTF-8, no comments, no trailing commas, no duplicate names, depth at
/// most 64. Errors: json.malformed (with the offset), json.too_deep, json.duplicate_name.
base::Result<Value> parse(std::string_view text);

/// Compact JSON. Strings are UTF-8; what is not UTF-8 in them is replaced by U+FFFD.
std::string serialise(const Value& value);

/// The same with members sorted by name: equal values give equal bytes, for hashing (in the spirit
/// of RFC 8785).
std::string canonical(const Value& value);

}  // namespace platform::json
