// SPDX-License-Identifier: Apache-2.0
#include <api/contract.h>

#include <algorithm>
#include <charconv>

namespace api {

namespace {

using base::Result;
using platform::http::FieldError;
using platform::http::Method;
using platform::json::Schema;
using platform::json::Value;

constexpr std::pair<std::string_view, Method> methods[] = {{"get", Method::get},
                                                           {"post", Method::post},
                                                           {"put", Method::put},
                                                           {"patch", Method::patch},
                                                           {"delete", Method::delete_}};

std::string escaped(std::string_view token)
{
    std::string text;
    for (const char c : token) {
        if (c == '~') {
            text += "~0";
        } else if (c == '/') {
            text += "~1";
        } else {
            text += c;
        }
    }
    return text;
}

/// Reads one operation out of the document.
class Reader {
public:
    explicit Reader(const Value& document) : document_(document) {}

    Result<std::unique_ptr<Operation>> read(const std::string& path, const std::string& method_name,
                                            Method method)
    {
        const std::string item = "/paths/" + escaped(path);
        const std::string place = item + "/" + method_name;
        auto operation = std::make_unique<Operation>();
        operation->id =
            platform::json::at_pointer(document_, place)->operator[]("operationId").text_or();
        operation->method = method;
        operation->path = path;
        if (operation->id.empty()) return malformed(place + " has no operationId");
        TRY(parameters(*operation, item + "/parameters"));
        TRY(parameters(*operation, place + "/parameters"));
        TRY(body(*operation, place + "/requestBody"));
        return operation;
    }

private:
    static base::Error malformed(std::string detail)
    {
        return base::invalid("contract.malformed", std::move(detail));
    }

    /// The pointer to where `place` really stands, following one `$ref`.
    std::string followed(const std::string& place) const
    {
        const std::string_view target =
            (*platform::json::at_pointer(document_, place))["$ref"].text_or();
        return target.starts_with("#") ? std::string{target.substr(1)} : place;
    }

    Result<void> parameters(Operation& operation, const std::string& place)
    {
        const Value* list = platform::json::at_pointer(document_, place);
        if (list == nullptr || list->array() == nullptr) return {};
        for (std::size_t i = 0; i < list->array()->size(); ++i) {
            const std::string at = followed(place + "/" + std::to_string(i));
            const Value* parameter = platform::json::at_pointer(document_, at);
            if (parameter == nullptr) return malformed("nothing stands at " + at);
            const std::string schema_place = followed(at + "/schema");
            const Value* schema = platform::json::at_pointer(document_, schema_place);
            if (schema == nullptr) return malformed(at + " has no schema");
            ParameterRule rule{std::string{(*parameter)["name"].text_or()},
                               (*parameter)["required"].boolean_or(false),
                               std::string{(*schema)["type"].text_or("string")},
                               TRY(Schema::compile(document_, schema_place))};
            const std::string_view in = (*parameter)["in"].text_or();
            auto& rules = in == "path"    ? operation.path_parameters
                          : in == "query" ? operation.query_parameters
                                          : operation.header_parameters;
            rules.push_back(std::move(rule));
        }
        return {};
    }

    Result<void> body(Operation& operation, const std::string& place)
    {
        const Value* body = platform::json::at_pointer(document_, place);
        if (body == nullptr) return {};
        operation.body_required = (*body)["required"].boolean_or(false);
        const Value& content = (*body)["content"];
        if (content.object() == nullptr) return malformed(place + " has no content");
        for (const auto& [media_type, description] : *content.object()) {
            operation.media_types.push_back(media_type);
            if (media_type == "application/json") {
                operation.body_schema = TRY(Schema::compile(
                    document_, place + "/content/" + escaped(media_type) + "/schema"));
            }
        }
        return {};
    }

    const Value& document_;
};

/// A parameter's text as the JSON value of its type; a string where it is none.
Value typed(std::string_view text, std::string_view type)
{
    if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
    if (type == "integer") {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc{} && end == text.data() + text.size()) return number;
    }
    return text;
}

void check_value(const ParameterRule& rule, const Value& value, std::vector<FieldError>& errors)
{
    if (value.text_or().find('\0') != std::string_view::npos) {
        errors.push_back({rule.name, "schema.pattern", "the character U+0000 stands in no text"});
        return;
    }
    for (const auto& violation : rule.schema.check(value)) {
        errors.push_back({rule.name, violation.reason, violation.detail});
    }
}

/// Whether a JSON text says U+0000, which stands in no text that a person writes and which
/// PostgreSQL keeps in none. As JSON has it, it is always written as an escape.
bool says_zero(std::string_view json)
{
    for (auto at = json.find("\\u0000"); at != json.npos; at = json.find("\\u0000", at + 1)) {
        std::size_t before = at;
        while (before > 0 && json[before - 1] == '\\') --before;
        if ((at - before) % 2 == 0) return true;
    }
    return false;
}

std::string_view media_type_of(std::string_view header)
{
    const auto end = header.find_first_of("; ");
    return header.substr(0, end);
}

}  // namespace

Result<Contract> Contract::load(Value document)
{
    Contract contract;
    contract.text_ = platform::json::serialise(document);
    const Value& paths = document["paths"];
    if (paths.object() == nullptr) return base::invalid("contract.malformed", "there are no paths");
    for (const auto& [path, item] : *paths.object()) {
        for (const auto& [name, method] : methods) {
            if (item[name].is_null()) continue;
            contract.operations_.push_back(
                TRY(Reader{document}.read(path, std::string{name}, method)));
        }
    }
    return contract;
}

const Operation* Contract::find(std::string_view id) const
{
    const auto it = std::find_if(operations_.begin(), operations_.end(),
                                 [&](const auto& operation) { return operation->id == id; });
    return it == operations_.end() ? nullptr : it->get();
}

std::variant<CheckedRequest, Breach> check(const Operation& operation,
                                           const platform::http::Request& request)
{
    CheckedRequest checked;
    std::vector<FieldError> errors;

    for (const auto& rule : operation.path_parameters) {
        check_value(rule, typed(request.parameter(rule.name), rule.type), errors);
    }
    for (const auto& [name, text] : request.query) {
        const auto rule =
            std::find_if(operation.query_parameters.begin(), operation.query_parameters.end(),
                         [&, &key = name](const auto& r) { return r.name == key; });
        if (rule == operation.query_parameters.end()) {
            errors.push_back({name, "schema.unknown_field", "this parameter is not known"});
            continue;
        }
        const Value value = typed(text, rule->type);
        check_value(*rule, value, errors);
        checked.query.set(name, value);
    }
    for (const auto& rule : operation.query_parameters) {
        if (rule.required && checked.query.find(rule.name) == nullptr) {
            errors.push_back({rule.name, "schema.required", "this must be given"});
        }
    }
    for (const auto& rule : operation.header_parameters) {
        const std::string_view text = request.header(rule.name);
        if (!text.empty()) {
            check_value(rule, typed(text, rule.type), errors);
        } else if (rule.required) {
            errors.push_back({rule.name, "schema.required", "this header must be given"});
        }
    }

    if (!operation.media_types.empty() && (operation.body_required || !request.body.empty())) {
        const std::string_view media_type = media_type_of(request.header("Content-Type"));
        if (std::find(operation.media_types.begin(), operation.media_types.end(), media_type) ==
            operation.media_types.end()) {
            return Breach{415, "api.media_type", "send " + operation.media_types.front(), {}};
        }
        if (operation.body_schema && media_type == "application/json") {
            auto body = platform::json::parse(request.body);
            if (!body) return Breach{400, body.error().reason, body.error().detail, {}};
            checked.body = std::move(body).value();
            if (says_zero(request.body)) {
                errors.push_back({"", "schema.pattern", "the character U+0000 stands in no text"});
            }
            for (const auto& violation : operation.body_schema->check(checked.body)) {
                errors.push_back({violation.field, violation.reason, violation.detail});
            }
        }
    }
    if (!errors.empty())
        return Breach{400, "api.contract", "the request does not keep to the contract",
                      std::move(errors)};
    return checked;
}

}  // namespace api
