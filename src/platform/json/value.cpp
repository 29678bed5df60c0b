// SPDX-License-Identifier: Apache-2.0
#include <platform/json/value.h>

#include <algorithm>

namespace platform::json {

namespace {

const Value null_value;

}  // namespace

Object::Object() = default;
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;
Object::~Object() = default;

Object::Object(std::initializer_list<Member> members)
{
    members_.reserve(members.size());
    for (const auto& [name, value] : members) set(name, value);
}

const Value* Object::find(std::string_view name) const
{
    const auto it = std::find_if(members_.begin(), members_.end(),
                                 [&](const Member& m) { return m.first == name; });
    return it == members_.end() ? nullptr : &it->second;
}

Value* Object::find(std::string_view name)
{
    return const_cast<Value*>(std::as_const(*this).find(name));
}

Value& Object::set(std::string_view name, Value value)
{
    if (Value* present = find(name)) return *present = std::move(value);
    return members_.emplace_back(std::string{name}, std::move(value)).second;
}

void Object::erase(std::string_view name)
{
    std::erase_if(members_, [&](const Member& m) { return m.first == name; });
}

bool operator==(const Object& a, const Object& b)
{
    return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const Object::Member& m) {
               const Value* other = b.find(m.first);
               return other != nullptr && *other == m.second;
           });
}

Value::Value() noexcept = default;
Value::Value(std::nullptr_t) noexcept {}
Value::Value(bool b) noexcept : state_(b) {}
Value::Value(int i) noexcept : state_(std::int64_t{i}) {}
Value::Value(std::int64_t i) noexcept : state_(i) {}
Value::Value(double d) noexcept : state_(d) {}
Value::Value(const char* s) : state_(std::string{s}) {}
Value::Value(std::string_view s) : state_(std::string{s}) {}
Value::Value(std::string s) : state_(std::move(s)) {}
Value::Value(Array a) : state_(std::move(a)) {}
Value::Value(Object o) : state_(std::move(o)) {}
Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

bool operator==(const Value& a, const Value& b)
{
    return a.state_ == b.state_;
}

const Value& Value::operator[](std::string_view name) const
{
    const Object* members = object();
    const Value* found = members == nullptr ? nullptr : members->find(name);
    return found == nullptr ? null_value : *found;
}

std::string_view Value::text_or(std::string_view otherwise) const
{
    return string() == nullptr ? otherwise : std::string_view{*string()};
}

std::int64_t Value::integer_or(std::int64_t otherwise) const
{
    return integer() == nullptr ? otherwise : *integer();
}

bool Value::boolean_or(bool otherwise) const
{
    return boolean() == nullptr ? otherwise : *boolean();
}

}  // namespace platform::json
