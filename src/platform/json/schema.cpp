// SPDX-License-Identifier: Apache-2.0
#include <platform/json/schema.h>

#include <base/clock.h>

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>

namespace platform::json {

namespace {

constexpr std::size_t max_violations = 20;

constexpr std::array annotations{"title",           "description",      "examples",  "default",
                                 "deprecated",      "readOnly",         "writeOnly", "$comment",
                                 "contentEncoding", "contentMediaType", "$schema",   "$id",
                                 "$defs",           "discriminator",    "xml",       "externalDocs",
                                 "summary"};

std::size_t characters_of(std::string_view s)
{
    return static_cast<std::size_t>(std::count_if(
        s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::optional<double> number_of(const Value& value)
{
    if (const auto* i = value.integer()) return static_cast<double>(*i);
    if (const auto* d = value.real()) return *d;
    return std::nullopt;
}

bool is_of_type(const Value& value, std::string_view type)
{
    if (type == "object") return value.object() != nullptr;
    if (type == "array") return value.array() != nullptr;
    if (type == "string") return value.string() != nullptr;
    if (type == "boolean") return value.boolean() != nullptr;
    if (type == "null") return value.is_null();
    if (type == "integer") return value.integer() != nullptr;
    return type == "number" && number_of(value).has_value();
}

std::string unescaped(std::string_view token)
{
    std::string text;
    for (std::size_t i = 0; i < token.size(); ++i) {
        if (token[i] == '~' && i + 1 < token.size()) {
            text += token[++i] == '1' ? '/' : '~';
        } else {
            text += token[i];
        }
    }
    return text;
}

}  // namespace

const Value* at_pointer(const Value& document, std::string_view pointer)
{
    const Value* place = &document;
    while (!pointer.empty()) {
        if (pointer.front() != '/') return nullptr;
        pointer.remove_prefix(1);
        const auto end = std::min(pointer.find('/'), pointer.size());
        const std::string name = unescaped(pointer.substr(0, end));
        pointer.remove_prefix(end);
        if (const Object* object = place->object()) {
            place = object->find(name);
        } else if (const Array* array = place->array()) {
            const bool digits =
                !name.empty() && name.size() < 8 &&
                std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
            const std::size_t index = digits ? std::stoul(name) : array->size();
            place = index < array->size() ? &(*array)[index] : nullptr;
        } else {
            place = nullptr;
        }
        if (place == nullptr) return nullptr;
    }
    return place;
}

struct Schema::Node {
    std::vector<std::string> types;
    std::vector<Value> allowed;  // Of enum or const.
    std::vector<std::pair<std::string, const Node*>> properties;
    std::vector<std::string> required;
    const Node* additional = nullptr;
    bool additional_forbidden = false;
    const Node* items = nullptr;
    std::optional<std::size_t> min_items, max_items, min_length, max_length;
    std::optional<double> minimum, maximum;
    std::unique_ptr<RE2> pattern;
    std::string pattern_text;
    std::string format;
    std::vector<const Node*> all_of, any_of, one_of;
    const Node* negated = nullptr;
    bool never = false;  // The schema `false`.
};

struct Schema::Nodes {
    std::deque<Node> all;
    const Node* root = nullptr;
};

struct Schema::Compiler {
    const Value& document;
    Nodes& nodes;
    std::map<const Value*, Node*> made = {};

    base::Error malformed(std::string_view where, std::string_view keyword)
    {
        return base::invalid("schema.malformed",
                             std::string{keyword} + " makes no sense at " + std::string{where});
    }

    base::Result<std::vector<const Node*>> list(const Value& value, const std::string& where)
    {
        std::vector<const Node*> list;
        if (value.array() == nullptr) return malformed(where, "a list of schemas");
        for (const Value& element : *value.array()) list.push_back(TRY(compile(element, where)));
        return list;
    }

    base::Result<const Node*> compile(const Value& value, const std::string& where)
    {
        if (const auto it = made.find(&value); it != made.end()) return it->second;
        Node& node = nodes.all.emplace_back();
        made.emplace(&value, &node);
        if (const bool* always = value.boolean()) {
            node.never = !*always;
            return &node;
        }
        if (value.object() == nullptr) return malformed(where, "what is no object");
        for (const auto& [keyword, operand] : *value.object()) {
            TRY(keyword_of(node, keyword, operand, where + "/" + keyword));
        }
        return &node;
    }

    base::Result<void> keyword_of(Node& node, const std::string& keyword, const Value& operand,
                                  const std::string& where)
    {
        const auto count = [&](std::optional<std::size_t>& place) -> base::Result<void> {
            if (operand.integer_or(-1) < 0) return malformed(where, keyword);
            place = static_cast<std::size_t>(operand.integer_or(0));
            return {};
        };
        const auto strings = [&](std::vector<std::string>& place) -> base::Result<void> {
            if (operand.string() != nullptr)
                return place.push_back(*operand.string()), base::Result<void>{};
            if (operand.array() == nullptr) return malformed(where, keyword);
            for (const Value& element : *operand.array()) {
                if (element.string() == nullptr) return malformed(where, keyword);
                place.push_back(*element.string());
            }
            return {};
        };

        if (keyword == "$ref") return reference(node, operand, where);
        if (keyword == "type") return strings(node.types);
        if (keyword == "required") return strings(node.required);
        if (keyword == "minItems") return count(node.min_items);
        if (keyword == "maxItems") return count(node.max_items);
        if (keyword == "minLength") return count(node.min_length);
        if (keyword == "maxLength") return count(node.max_length);
        if (keyword == "minimum" || keyword == "maximum") {
            const auto bound = number_of(operand);
            if (!bound) return malformed(where, keyword);
            (keyword == "minimum" ? node.minimum : node.maximum) = bound;
        } else if (keyword == "enum") {
            if (operand.array() == nullptr) return malformed(where, keyword);
            node.allowed = *operand.array();
        } else if (keyword == "const") {
            node.allowed = {operand};
        } else if (keyword == "pattern") {
            node.pattern_text = operand.text_or();
            node.pattern = std::make_unique<RE2>(node.pattern_text, RE2::Quiet);
            if (!node.pattern->ok()) return malformed(where, keyword);
        } else if (keyword == "format") {
            node.format = operand.text_or();
        } else if (keyword == "properties") {
            if (operand.object() == nullptr) return malformed(where, keyword);
            for (const auto& [name, schema] : *operand.object()) {
                node.properties.emplace_back(name, TRY(compile(schema, where + "/" + name)));
            }
        } else if (keyword == "additionalProperties") {
            node.additional_forbidden = operand.boolean() != nullptr && !*operand.boolean();
            if (operand.object() != nullptr) node.additional = TRY(compile(operand, where));
        } else if (keyword == "items") {
            node.items = TRY(compile(operand, where));
        } else if (keyword == "allOf") {
            node.all_of = TRY(list(operand, where));
        } else if (keyword == "anyOf") {
            node.any_of = TRY(list(operand, where));
        } else if (keyword == "oneOf") {
            node.one_of = TRY(list(operand, where));
        } else if (keyword == "not") {
            node.negated = TRY(compile(operand, where));
        } else if (std::find(annotations.begin(), annotations.end(), keyword) ==
                       annotations.end() &&
                   !keyword.starts_with("x-")) {
            return base::invalid("schema.unknown_keyword",
                                 "the keyword at " + where + " is not understood");
        }
        return {};
    }

    base::Result<void> reference(Node& node, const Value& operand, const std::string& where)
    {
        const std::string_view text = operand.text_or();
        const Value* target =
            text.starts_with("#") ? at_pointer(document, text.substr(1)) : nullptr;
        if (target == nullptr) {
            return base::invalid("schema.unresolved_reference",
                                 "nothing stands at the reference of " + where);
        }
        node.all_of.push_back(TRY(compile(*target, std::string{text})));
        return {};
    }
};

struct Schema::Checker {
    std::vector<Violation> violations = {};
    int depth = 0;

    void add(const std::string& field, std::string_view reason, std::string detail)
    {
        if (violations.size() < max_violations)
            violations.push_back({field, reason, std::move(detail)});
    }

    static bool fits(const Node& node, const Value& value)
    {
        Checker checker;
        checker.check(node, value, "");
        return checker.violations.empty();
    }

    static std::string joined(const std::string& field, std::string_view name)
    {
        return field.empty() ? std::string{name} : field + "/" + std::string{name};
    }

    void check(const Node& node, const Value& value, const std::string& field)
    {
        if (++depth > 80) return add(field, "schema.too_deep", "nested too deep");
        if (node.never) add(field, "schema.not_allowed", "this may not be given");
        if (!node.types.empty() &&
            std::none_of(node.types.begin(), node.types.end(),
                         [&](const std::string& type) { return is_of_type(value, type); })) {
            add(field, "schema.type", "expected " + node.types.front());
        } else {
            check_value(node, value, field);
        }
        --depth;
    }

    void check_value(const Node& node, const Value& value, const std::string& field)
    {
        if (!node.allowed.empty() &&
            std::find(node.allowed.begin(), node.allowed.end(), value) == node.allowed.end()) {
            add(field, "schema.enum", "this is none of the choices");
        }
        if (const auto* text = value.string()) check_string(node, *text, field);
        if (const auto number = number_of(value)) {
            if (node.minimum && *number < *node.minimum)
                add(field, "schema.minimum", "this is too small");
            if (node.maximum && *number > *node.maximum)
                add(field, "schema.maximum", "this is too large");
        }
        if (const auto* object = value.object()) check_object(node, *object, field);
        if (const auto* array = value.array()) check_array(node, *array, field);
        for (const Node* part : node.all_of) check(*part, value, field);
        const auto matches = [&](const Node* choice) { return fits(*choice, value); };
        if (!node.any_of.empty() && std::none_of(node.any_of.begin(), node.any_of.end(), matches)) {
            add(field, "schema.any_of", "this fits none of the allowed forms");
        }
        if (!node.one_of.empty() &&
            std::count_if(node.one_of.begin(), node.one_of.end(), matches) != 1) {
            add(field, "schema.one_of", "this must fit exactly one of the allowed forms");
        }
        if (node.negated != nullptr && fits(*node.negated, value))
            add(field, "schema.not", "this is not allowed");
    }

    void check_string(const Node& node, const std::string& text, const std::string& field)
    {
        if (node.min_length || node.max_length) {
            const std::size_t length = characters_of(text);
            if (node.min_length && length < *node.min_length) {
                add(field, "schema.min_length",
                    "at least " + std::to_string(*node.min_length) + " characters");
            }
            if (node.max_length && length > *node.max_length) {
                add(field, "schema.max_length",
                    "at most " + std::to_string(*node.max_length) + " characters");
            }
        }
        if (node.pattern && !RE2::PartialMatch(text, *node.pattern)) {
            add(field, "schema.pattern", "this is not written in the expected form");
        }
        if (node.format == "date" && !base::parse_date(text))
            add(field, "schema.format", "a date is written YYYY-MM-DD");
        if (node.format == "date-time" && !base::parse_instant(text)) {
            add(field, "schema.format", "a time is written as RFC 3339 says");
        }
    }

    void check_object(const Node& node, const Object& object, const std::string& field)
    {
        for (const std::string& name : node.required) {
            if (object.find(name) == nullptr)
                add(joined(field, name), "schema.required", "this must be given");
        }
        for (const auto& [name, value] : object) {
            const auto it = std::find_if(
                node.properties.begin(), node.properties.end(),
                [&, &key = name](const auto& property) { return property.first == key; });
            if (it != node.properties.end()) {
                check(*it->second, value, joined(field, name));
            } else if (node.additional_forbidden) {
                add(joined(field, name), "schema.unknown_field", "this field is not known");
            } else if (node.additional != nullptr) {
                check(*node.additional, value, joined(field, name));
            }
        }
    }

    void check_array(const Node& node, const Array& array, const std::string& field)
    {
        if (node.min_items && array.size() < *node.min_items) {
            add(field, "schema.min_items",
                "at least " + std::to_string(*node.min_items) + " entries");
        }
        if (node.max_items && array.size() > *node.max_items) {
            add(field, "schema.max_items",
                "at most " + std::to_string(*node.max_items) + " entries");
        }
        if (node.items == nullptr) return;
        for (std::size_t i = 0; i < array.size() && violations.size() < max_violations; ++i) {
            check(*node.items, array[i], joined(field, std::to_string(i)));
        }
    }
};

Schema::Schema(std::unique_ptr<Nodes> nodes) : nodes_(std::move(nodes)) {}
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(Schema&&) noexcept = default;
Schema::~Schema() = default;

base::Result<Schema> Schema::compile(const Value& document, std::string_view pointer)
{
    const Value* start = at_pointer(document, pointer);
    if (start == nullptr) {
        return base::invalid("schema.unresolved_reference",
                             "nothing stands at " + std::string{pointer});
    }
    auto nodes = std::make_unique<Nodes>();
    nodes->root = TRY((Compiler{document, *nodes}.compile(*start, std::string{pointer})));
    return Schema{std::move(nodes)};
}

std::vector<Violation> Schema::check(const Value& value) const
{
    Checker checker;
    checker.check(*nodes_->root, value, "");
    return std::move(checker.violations);
}

}  // namespace platform::json
