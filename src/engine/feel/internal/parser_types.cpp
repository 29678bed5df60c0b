// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/parser.h>

#include <array>

namespace engine::feel {

/// The longest of the names that are known: built-in types, item definitions.
base::Result<Type> Parser::type()
{
    if (depth_ >= deepest) return refuse("feel.too_deep", "More than 100 levels of nesting.");
    skip_blanks();
    constexpr std::array<std::string_view, 14> built_in{
        "Any",           "Null",
        "boolean",       "date",
        "date and time", "days and time duration",
        "time",          "number",
        "string",        "list",
        "context",       "range",
        "function",      "years and months duration"};
    const std::string_view rest = text_.substr(at_);
    std::string_view best;
    std::size_t length = 0;
    for (const std::string_view name : built_in) {
        const auto spelled = spells(rest, name);
        if (spelled && *spelled > length) {
            best = name;
            length = *spelled;
        }
    }
    if (const auto named = scope_.longest_type(rest); named && named->length >= length) {
        at_ += named->length;
        return *scope_.find_type(named->name);
    }
    if (length == 0) {
        const std::string name = TRY(words(true));
        return refuse("feel.unknown_type", "There is no type \"" + name + "\".");
    }
    at_ += length;
    ++depth_;
    Type out = TRY(type_of(best));
    --depth_;
    return out;
}

base::Result<Type> Parser::type_of(std::string_view word)
{
    Type out = *built_in_type(word);
    const bool takes = word == "list" || word == "range" || word == "context" || word == "function";
    if (!takes || !skip("<")) return out;
    if (word == "context") {
        while (!skip(">")) {
            if (!out.fields.empty() && !skip(",")) return expected("\",\" or \">\"");
            std::string name = TRY(key());
            if (!skip(":")) return expected("\":\"");
            out.fields.push_back({std::move(name), TRY(type())});
        }
        return out;
    }
    if (word == "function") {
        while (!skip(">")) {
            if (!out.parameters.empty() && !skip(",")) return expected("\",\" or \">\"");
            out.parameters.push_back(TRY(type()));
        }
        if (!skip("->")) return expected("\"->\"");
        out.element = std::make_shared<const Type>(TRY(type()));
        return out;
    }
    out.element = std::make_shared<const Type>(TRY(type()));
    if (!skip(">")) return expected("\">\"");
    return out;
}

}  // namespace engine::feel
