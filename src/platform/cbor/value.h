// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace platform::cbor {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

class Value;
using Array = std::vector<Value>;
using Map = std::vector<std::pair<Value, Value>>;  // In the order of the encoding; keys are unique.

struct Undefined {
    friend bool operator==(Undefined, Undefined) = default;
};

/// One CBOR data item (RFC 8949) without tags. Integers beyond 64 bits with sign are refused.
class Value {
public:
    Value() = default;  // null
    Value(bool b) : state_(b) {}
    Value(int i) : state_(std::int64_t{i}) {}
    Value(std::int64_t i) : state_(i) {}
    Value(double d) : state_(d) {}
    Value(const char* text) : state_(std::string(text)) {}
    Value(std::string text) : state_(std::move(text)) {}
    Value(Bytes bytes) : state_(std::move(bytes)) {}
    Value(Array array) : state_(std::move(array)) {}
    Value(Map map) : state_(std::move(map)) {}
    Value(Undefined undefined) : state_(undefined) {}

    bool is_null() const { return std::holds_alternative<std::monostate>(state_); }

    /// The value as that kind, or nullptr where it is another.
    const bool* boolean() const { return std::get_if<bool>(&state_); }
    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&state_); }
    const double* real() const { return std::get_if<double>(&state_); }
    const std::string* text() const { return std::get_if<std::string>(&state_); }
    const Bytes* bytes() const { return std::get_if<Bytes>(&state_); }
    const Array* array() const { return std::get_if<Array>(&state_); }
    const Map* map() const { return std::get_if<Map>(&state_); }

    /// The member of a map with this key, or nullptr.
    const Value* find(std::int64_t key) const;
    const Value* find(std::string_view key) const;

    friend bool operator==(const Value&, const Value&) = default;

private:
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes, Array, Map,
                 Undefined>
        state_;
};

/// What a decoder puts up with. Nothing is allocated for what is announced but not there.
struct Limits {
    int depth = 16;            // Arrays and maps inside each other.
    std::size_t items = 4096;  // Data items in all.
    bool canonical = false;    // Refuse all but the CTAP2 canonical form.
};

/// Decodes one item that is all of `bytes`. Indefinite lengths are understood, tags are not.
///
/// Errors: cbor.malformed (also texts that are not UTF-8 and duplicate keys), cbor.too_deep,
/// cbor.too_large, cbor.not_canonical, cbor.trailing_bytes.
base::Result<Value> decode(ByteView bytes, const Limits& limits = {});

struct Prefix {
    Value value;
    std::size_t size;  // Bytes that the item takes.
};

/// Decodes the item that `bytes` begins with. Errors: those of decode but for the last.
base::Result<Prefix> decode_prefix(ByteView bytes, const Limits& limits = {});

/// The CTAP2 canonical form: shortest heads, definite lengths, keys in order.
Bytes encode(const Value& value);

}  // namespace platform::cbor
