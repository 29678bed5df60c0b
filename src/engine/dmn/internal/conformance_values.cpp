// SPDX-License-Identifier: Apache-2.0
#include <engine/dmn/internal/conformance_values.h>

#include <engine/feel/scope.h>

namespace engine::dmn {
namespace {

using feel::Value;
using platform::xml::Node;

std::optional<std::string_view> instance_attribute(const Node& node, std::string_view local)
{
    for (const std::string prefix : {"xsi", "i", "xs", "instance"}) {
        if (const auto found = node.attribute(prefix + ":" + std::string(local))) return found;
    }
    return std::nullopt;
}

bool is_nil(const Node& node)
{
    return instance_attribute(node, "nil").value_or("") == "true";
}

template <class T>
Value or_null(const std::optional<T>& read)
{
    return read ? Value(*read) : Value();
}

Value number(const std::string& text)
{
    const auto read = feel::Number::parse(text);
    return read ? Value(read.value()) : Value();
}

Value simple(const Node& node)
{
    if (is_nil(node)) return {};
    const std::string text = node.text();
    const auto written = instance_attribute(node, "type");
    if (!written) {
        if (feel::Number::parse(text)) return number(text);
        if (text == "true" || text == "false") return text == "true";
        return text;
    }
    const std::size_t colon = written->find(':');
    const std::string_view type =
        colon == std::string_view::npos ? *written : written->substr(colon + 1);
    if (type == "boolean") return text == "true" || text == "1";
    if (type == "date") return or_null(feel::parse_date(text));
    if (type == "time") return or_null(feel::parse_time(text));
    if (type == "dateTime") return or_null(feel::parse_date_time(text));
    if (type == "duration" || type == "dayTimeDuration" || type == "yearMonthDuration") {
        if (const auto months = feel::parse_month_duration(text)) return *months;
        return or_null(feel::parse_day_duration(text));
    }
    if (type == "string") return text;
    return number(text);
}

bool close(feel::Number a, feel::Number b)
{
    const feel::Number tolerance = feel::Number::parse("1e-8").value();
    const feel::Number size = b.absolute();
    const feel::Number scale = size > feel::Number(1) ? size : feel::Number(1);
    return (a - b).absolute() <= tolerance * scale;
}

}  // namespace

Value test_value(const Node& node)
{
    if (is_nil(node)) return {};
    if (const auto list = node.child("list")) {
        if (is_nil(*list)) return {};
        feel::List out;
        for (const Node& item : list->children("item")) out.push_back(test_value(item));
        return Value(std::move(out));
    }
    if (const auto components = node.children("component"); !components.empty()) {
        feel::Context out;
        for (const Node& each : components)
            out.put(feel::normal_name(each.attribute("name").value_or("")), test_value(each));
        return Value(std::move(out));
    }
    if (const auto value = node.child("value")) return simple(*value);
    return {};
}

bool meets(const Value& got, const Value& expected)
{
    if (got.number() != nullptr && expected.number() != nullptr)
        return close(*got.number(), *expected.number());
    if (got.list() != nullptr && expected.list() != nullptr) {
        if (got.list()->size() != expected.list()->size()) return false;
        for (std::size_t at = 0; at < got.list()->size(); ++at) {
            if (!meets((*got.list())[at], (*expected.list())[at])) return false;
        }
        return true;
    }
    if (got.context() != nullptr && expected.context() != nullptr) {
        if (got.context()->entries().size() != expected.context()->entries().size()) return false;
        for (const auto& entry : expected.context()->entries()) {
            const Value* found = got.context()->find(entry.name);
            if (found == nullptr || !meets(*found, entry.value)) return false;
        }
        return true;
    }
    if (got.kind() != expected.kind()) {
        const bool text = expected.string() != nullptr && !got.is_null() &&
                          got.kind() > feel::Kind::string && got.kind() < feel::Kind::range;
        return text && feel::to_text(got) == *expected.string();
    }
    return feel::equal(got, expected).value_or(false);
}

}  // namespace engine::dmn
