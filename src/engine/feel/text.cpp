// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/function.h>

namespace engine::feel {
namespace {

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += c;
        }
    }
    return out + "\"";
}

std::string inner_text(const Value& value)
{
    return value.string() != nullptr ? quoted(*value.string()) : to_text(value);
}

std::string list_text(const List& list)
{
    std::string out = "[";
    for (const Value& item : list) {
        if (out.size() > 1) out += ", ";
        out += inner_text(item);
    }
    return out + "]";
}

std::string context_text(const Context& context)
{
    std::string out = "{";
    for (const Context::Entry& entry : context.entries()) {
        if (out.size() > 1) out += ", ";
        const bool plain = entry.name.find_first_of(":{}[]()\",\\") == std::string::npos;
        out += (plain ? entry.name : quoted(entry.name)) + ": " + inner_text(entry.value);
    }
    return out + "}";
}

std::string range_text(const Range& range)
{
    if (range.form == Range::Form::equal) return "= " + inner_text(range.low);
    if (range.form == Range::Form::not_equal) return "!= " + inner_text(range.low);
    if (range.low_unbounded) return (range.high_included ? "<= " : "< ") + inner_text(range.high);
    if (range.high_unbounded) return (range.low_included ? ">= " : "> ") + inner_text(range.low);
    return (range.low_included ? "[" : "(") + inner_text(range.low) + ".." +
           inner_text(range.high) + (range.high_included ? "]" : ")");
}

}  // namespace

std::string to_text(const Value& value)
{
    switch (value.kind()) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return *value.boolean() ? "true" : "false";
        case Kind::number:
            return value.number()->to_canonical();
        case Kind::string:
            return *value.string();
        case Kind::date:
            return to_text(*value.date());
        case Kind::time:
            return to_text(*value.time());
        case Kind::date_and_time:
            return to_text(*value.date_time());
        case Kind::days_and_time_duration:
            return to_text(*value.day_duration());
        case Kind::years_and_months_duration:
            return to_text(*value.month_duration());
        case Kind::range:
            return range_text(*value.range());
        case Kind::list:
            return list_text(*value.list());
        case Kind::context:
            return context_text(*value.context());
        case Kind::function:
            return std::string(value.function()->name());
    }
    return {};
}

}  // namespace engine::feel
