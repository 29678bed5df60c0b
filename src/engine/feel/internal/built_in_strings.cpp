// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/built_in.h>
#include <engine/feel/internal/characters.h>

#include <platform/regex/regex.h>

#include <array>

namespace engine::feel {
namespace {

using Arguments = std::span<const Value>;

Value made(std::string text, Evaluation& evaluation)
{
    evaluation.charge(text.size());
    return Value(std::move(text));
}

Value refused(const base::Error& error, Evaluation& evaluation, Position position)
{
    return evaluation.problem(position, error.reason, error.detail);
}

Value length(Arguments arguments, Evaluation&, Position)
{
    return static_cast<std::int64_t>(character_count(*arguments[0].string()));
}

/// A position or length; a fraction counts as the whole number towards zero.
std::optional<int> whole_of(const Value& argument)
{
    const auto whole = argument.number()->rounded(0, platform::decimal::Rounding::down);
    return small_integer(Value(whole));
}

Value substring(Arguments arguments, Evaluation& evaluation, Position position)
{
    const std::string& text = *arguments[0].string();
    const auto count = static_cast<std::int64_t>(character_count(text));
    const auto start = whole_of(arguments[1]);
    if (!start || *start == 0 || *start > count || -*start > count)
        return evaluation.problem(position, "feel.index_out_of_range",
                                  "The text has no such place.");
    const std::int64_t from = *start > 0 ? *start - 1 : count + *start;
    std::int64_t taken = count - from;
    if (arguments.size() > 2) {
        const auto wanted = whole_of(arguments[2]);
        if (!wanted || *wanted < 1)
            return evaluation.problem(position, "feel.wrong_arguments", "The length is 1 or more.");
        taken = std::min<std::int64_t>(taken, *wanted);
    }
    const std::size_t first = byte_of_character(text, static_cast<std::size_t>(from));
    const std::size_t last = byte_of_character(text, static_cast<std::size_t>(from + taken));
    return made(text.substr(first, last - first), evaluation);
}

Value upper_case(Arguments arguments, Evaluation& evaluation, Position)
{
    return made(upper_case_of(*arguments[0].string()), evaluation);
}

Value lower_case(Arguments arguments, Evaluation& evaluation, Position)
{
    return made(lower_case_of(*arguments[0].string()), evaluation);
}

template <bool before>
Value substring_beside(Arguments arguments, Evaluation& evaluation, Position)
{
    const std::string& text = *arguments[0].string();
    const std::string& match = *arguments[1].string();
    const std::size_t found = text.find(match);
    if (found == std::string::npos) return "";
    return made(before ? text.substr(0, found) : text.substr(found + match.size()), evaluation);
}

Value contains(Arguments arguments, Evaluation&, Position)
{
    return arguments[0].string()->find(*arguments[1].string()) != std::string::npos;
}

Value starts_with(Arguments arguments, Evaluation&, Position)
{
    return arguments[0].string()->starts_with(*arguments[1].string());
}

Value ends_with(Arguments arguments, Evaluation&, Position)
{
    return arguments[0].string()->ends_with(*arguments[1].string());
}

/// The flags argument at `index`, empty where it is left out or null.
std::string_view flags_of(Arguments arguments, std::size_t index)
{
    if (arguments.size() <= index || arguments[index].string() == nullptr) return "";
    return *arguments[index].string();
}

Value matches(Arguments arguments, Evaluation& evaluation, Position position)
{
    evaluation.step(static_cast<std::int64_t>(arguments[0].string()->size()));
    const auto pattern =
        platform::regex::Pattern::compile(*arguments[1].string(), flags_of(arguments, 2));
    if (!pattern) return refused(pattern.error(), evaluation, position);
    const auto outcome = pattern.value().matches(*arguments[0].string());
    return outcome ? Value(outcome.value()) : refused(outcome.error(), evaluation, position);
}

Value replace(Arguments arguments, Evaluation& evaluation, Position position)
{
    evaluation.step(static_cast<std::int64_t>(arguments[0].string()->size()));
    const auto pattern =
        platform::regex::Pattern::compile(*arguments[1].string(), flags_of(arguments, 3));
    if (!pattern) return refused(pattern.error(), evaluation, position);
    auto outcome = pattern.value().replace(*arguments[0].string(), *arguments[2].string());
    if (!outcome) return refused(outcome.error(), evaluation, position);
    return made(std::move(outcome).value(), evaluation);
}

Value split(Arguments arguments, Evaluation& evaluation, Position position)
{
    evaluation.step(static_cast<std::int64_t>(arguments[0].string()->size()));
    const auto pattern = platform::regex::Pattern::compile(*arguments[1].string(), "");
    if (!pattern) return refused(pattern.error(), evaluation, position);
    auto parts = pattern.value().split(*arguments[0].string());
    if (!parts) return refused(parts.error(), evaluation, position);
    List out;
    for (std::string& part : std::move(parts).value()) {
        evaluation.charge(sizeof(Value) + part.size());
        out.push_back(Value(std::move(part)));
    }
    return Value(std::move(out));
}

Value join(Arguments arguments, Evaluation& evaluation, Position position)
{
    const std::string delimiter =
        arguments.size() > 1 && arguments[1].string() != nullptr ? *arguments[1].string() : "";
    if (arguments.size() > 1 && !arguments[1].is_null() && arguments[1].string() == nullptr)
        return evaluation.problem(position, "feel.wrong_type", "The delimiter is a string.");
    std::string out;
    bool first = true;
    for (const Value& item : *arguments[0].list()) {
        if (item.is_null()) continue;
        if (item.string() == nullptr)
            return evaluation.problem(position, "feel.wrong_type", "The items are strings.");
        evaluation.charge(delimiter.size() + item.string()->size());
        if (!first) out += delimiter;
        out += *item.string();
        first = false;
    }
    return Value(std::move(out));
}

constexpr std::array strings_rows{
    BuiltIn{"string length", "string: string", "number", length},
    BuiltIn{"substring", "string: string, start position: number, length?: number", "string",
            substring},
    BuiltIn{"upper case", "string: string", "string", upper_case},
    BuiltIn{"lower case", "string: string", "string", lower_case},
    BuiltIn{"substring before", "string: string, match: string", "string", substring_beside<true>},
    BuiltIn{"substring after", "string: string, match: string", "string", substring_beside<false>},
    BuiltIn{"contains", "string: string, match: string", "boolean", contains},
    BuiltIn{"starts with", "string: string, match: string", "boolean", starts_with},
    BuiltIn{"ends with", "string: string, match: string", "boolean", ends_with},
    BuiltIn{"matches", "input: string, pattern: string, flags?: Any", "boolean", matches},
    BuiltIn{"replace", "input: string, pattern: string, replacement: string, flags?: Any", "string",
            replace},
    BuiltIn{"split", "string: string, delimiter: string", "list", split},
    BuiltIn{"string join", "list: list, delimiter?: Any", "string", join},
};

}  // namespace

std::span<const BuiltIn> string_functions()
{
    return strings_rows;
}

}  // namespace engine::feel
