// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <platform/json/value.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace platform::json {

/// One place where a value breaks its schema.
struct Violation {
    std::string field;        // Where, as a JSON Pointer without the leading slash:
                              // "transfer/amount/currency"; "" = the whole.
    std::string_view reason;  // schema.required, schema.type, schema.pattern … (a literal).
    std::string detail;       // For a person: what is expected.
};

/// A JSON Schema (2020-12), compiled once. Understands: type, enum, const, properties, required,
/// additionalProperties, items, minItems, maxItems, minLength, maxLength (characters), pattern
/// (RE2), minimum, maximum, allOf, anyOf, oneOf, not, $ref inside the same document, format date,
/// date-time. Annotations are passed over; any other keyword is refused, not ignored.
class Schema {
public:
    /// Compiles the schema at `pointer` ("/components/schemas/Money"; "" = all) of `document`, with
    /// what it refers to. Errors: schema.unknown_keyword, schema.malformed,
    /// schema.unresolved_reference (detail says where).
    static base::Result<Schema> compile(const Value& document, std::string_view pointer = {});

    /// What is wrong with `value`, at most 20 places; empty where it fits.
    std::vector<Violation> check(const Value& value) const;

    Schema(Schema&&) noexcept;
    Schema& operator=(Schema&&) noexcept;
    ~Schema();

private:
    struct Node;
    struct Compiler;
    struct Checker;
    struct Nodes;
    explicit Schema(std::unique_ptr<Nodes> nodes);
    std::unique_ptr<Nodes> nodes_;
};

/// The value that a JSON Pointer (RFC 6901) names in `document`, or nullptr.
const Value* at_pointer(const Value& document, std::string_view pointer);

}  // namespace platform::json
