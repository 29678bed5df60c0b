// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>
#include <platform/http/message.h>
#include <platform/http/problem.h>
#include <platform/json/schema.h>
#include <platform/json/value.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace api {

/// A query or header parameter of an operation.
struct ParameterRule {
    std::string name;
    bool required = false;
    std::string type;  // "string", "integer" or "boolean".
    platform::json::Schema schema;
};

/// One operation of the contract, ready to check requests.
struct Operation {
    std::string id;
    platform::http::Method method = platform::http::Method::get;
    std::string path;
    std::vector<ParameterRule> path_parameters;
    std::vector<ParameterRule> query_parameters;
    std::vector<ParameterRule> header_parameters;
    bool body_required = false;
    std::vector<std::string> media_types;               // Of the body; empty: none is read.
    std::optional<platform::json::Schema> body_schema;  // Of a JSON body.
};

/// What a request says, once it keeps to the contract.
struct CheckedRequest {
    platform::json::Value body;    // Null where the operation has no JSON body.
    platform::json::Object query;  // Typed: integers and booleans are such.
};

/// Why a request does not keep to the contract.
struct Breach {
    int status;  // 400, 413 or 415.
    std::string_view reason;
    std::string detail;
    std::vector<platform::http::FieldError> errors;
};

/// The OpenAPI 3.1 document: the one description of the API, which requests are held to.
class Contract {
public:
    /// Errors: contract.malformed, and those of json::Schema::compile.
    static base::Result<Contract> load(platform::json::Value document);

    const std::vector<std::unique_ptr<Operation>>& operations() const { return operations_; }
    /// The operation of that operationId, or nullptr.
    const Operation* find(std::string_view id) const;

    /// The document itself, as JSON text.
    const std::string& text() const { return text_; }

private:
    std::vector<std::unique_ptr<Operation>> operations_;
    std::string text_;
};

/// Holds a request to its operation. Unknown query parameters, a body that is no JSON, a wrong
/// media type and every field that breaks its schema are named.
std::variant<CheckedRequest, Breach> check(const Operation& operation,
                                           const platform::http::Request& request);

}  // namespace api
