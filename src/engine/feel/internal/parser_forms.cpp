// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/characters.h>
#include <engine/feel/internal/parser.h>

namespace engine::feel {

/// A form that its first word announces, unless a longer name is known that begins with the word.
std::optional<Parser::Parsed> Parser::keyword_form()
{
    skip_blanks();
    const std::size_t start = at_;
    const Position position = here();
    const auto opens = [&](std::string_view word) {
        if (!sees_word(word)) return false;
        const auto known = scope_.longest_name(text_.substr(at_));
        if (known && known->length > word.size()) return false;
        at_ += word.size();
        return true;
    };
    if (opens("if")) return if_form(position);
    if (opens("for")) return for_form(position);
    if (opens("some")) return quantified_form(position, false);
    if (opens("every")) return quantified_form(position, true);
    if (opens("function") && sees("(")) return function_form(position);
    at_ = start;
    return std::nullopt;
}

Parser::Parsed Parser::if_form(Position position)
{
    NodePointer condition = TRY(expression());
    if (!skip_word("then")) return expected("\"then\"");
    NodePointer then = TRY(expression());
    if (!skip_word("else")) return expected("\"else\"");
    return make_if(position, std::move(condition), std::move(then), TRY(expression()));
}

base::Result<std::vector<Iterator>> Parser::iterators()
{
    std::vector<Iterator> out;
    do {
        if (out.size() >= deepest) return refuse("feel.too_deep", "Too many nested loops.");
        std::string name = TRY(words(true));
        if (!skip_word("in")) return expected("\"in\"");
        Iterator iterator{0, TRY(expression()), nullptr};
        if (skip("..")) iterator.to = TRY(expression());
        iterator.slot = scope_.declare(name);
        out.push_back(std::move(iterator));
    } while (skip(","));
    return out;
}

Parser::Parsed Parser::for_form(Position position)
{
    scope_.open();
    auto loops = TRY(iterators());
    if (!skip_word("return")) return expected("\"return\"");
    const std::size_t partial = scope_.declare("partial");
    used_.erase(partial);
    NodePointer body = TRY(expression());
    scope_.close();
    const auto wanted = used_.contains(partial) ? std::optional(partial) : std::nullopt;
    return make_for(position, std::move(loops), wanted, std::move(body));
}

Parser::Parsed Parser::quantified_form(Position position, bool every)
{
    scope_.open();
    auto loops = TRY(iterators());
    if (!skip_word("satisfies")) return expected("\"satisfies\"");
    NodePointer body = TRY(expression());
    scope_.close();
    return make_quantified(position, every, std::move(loops), std::move(body));
}

Parser::Parsed Parser::function_form(Position position)
{
    skip("(");
    const std::size_t captured = scope_.depth();
    scope_.open();
    std::vector<Function::Parameter> parameters;
    while (!skip(")")) {
        if (!parameters.empty() && !skip(",")) return expected("\",\" or \")\"");
        Function::Parameter parameter{TRY(words(false)), {}};
        if (skip(":")) parameter.type = TRY(type());
        scope_.declare(parameter.name, parameter.type);
        parameters.push_back(std::move(parameter));
    }
    const bool external = skip_word("external");
    NodePointer body = TRY(expression());
    scope_.close();
    if (external) return make_external_function(position, std::move(parameters));
    return make_function(position, std::move(parameters), captured, scope_.slot_count(),
                         std::move(body));
}

/// An expression in parentheses, a range with an open start, or a comparison that stands for one.
Parser::Parsed Parser::parenthesis()
{
    skip("(");
    skip_blanks();
    const Position position = here();
    if (const auto sign = comparison_sign()) {
        NodePointer range = make_unary_range(position, *sign, TRY(additive()));
        if (!skip(")")) return expected("\")\"");
        return range;
    }
    NodePointer node = TRY(expression());
    if (skip("..")) return rest_of_range(position, std::move(node), false);
    if (!skip(")")) return expected("\")\"");
    return node;
}

Parser::Parsed Parser::bracket()
{
    const Position position = here();
    const bool open_start = skip("]");
    if (!open_start) skip("[");
    std::vector<NodePointer> items;
    if (!open_start && skip("]")) return make_list(position, {});
    const auto item = [&]() -> Parsed {
        skip_blanks();
        const Position start = here();
        if (const auto sign = comparison_sign())
            return make_unary_range(start, *sign, TRY(additive()));
        return expression();
    };
    items.push_back(TRY(item()));
    if (skip("..")) return rest_of_range(position, items.front(), !open_start);
    if (open_start) return expected("\"..\"");
    while (skip(",")) items.push_back(TRY(item()));
    if (!skip("]")) return expected("\",\" or \"]\"");
    return make_list(position, std::move(items));
}

Parser::Parsed Parser::context()
{
    const Position position = here();
    skip("{");
    scope_.open();
    std::vector<EntryNode> entries;
    while (!skip("}")) {
        if (!entries.empty() && !skip(",")) return expected("\",\" or \"}\"");
        EntryNode entry;
        entry.name = TRY(key());
        if (!skip(":")) return expected("\":\"");
        for (const EntryNode& earlier : entries) {
            if (earlier.name == entry.name)
                return refuse("feel.syntax", "\"" + entry.name + "\" stands here twice.");
        }
        scope_.note_member(entry.name);
        entry.value = TRY(expression());
        entry.slot = scope_.declare(entry.name);
        entries.push_back(std::move(entry));
    }
    scope_.close();
    return make_context(position, std::move(entries));
}

/// The longest of: a known variable, a built-in function, a word of the language; else words that
/// nobody declared.
Parser::Parsed Parser::name()
{
    const Position position = here();
    const std::string_view rest = text_.substr(at_);
    const auto known = scope_.longest_name(rest);
    std::size_t built_in_length = 0;
    const auto function = longest_built_in(rest, built_in_length);
    const auto constant = [&](std::string_view word, Value value) -> std::optional<NodePointer> {
        if ((known && known->length >= word.size()) || !skip_word(word)) return std::nullopt;
        return std::make_shared<Constant>(position, std::move(value));
    };
    if (auto node = constant("null", {})) return *node;
    if (auto node = constant("true", true)) return *node;
    if (auto node = constant("false", false)) return *node;
    if (known && (!function || known->length >= built_in_length)) {
        at_ += known->length;
        return variable(position, std::string(known->name));
    }
    if (function) {
        at_ += built_in_length;
        return NodePointer(
            std::make_shared<Constant>(position, Value(built_in_function(*function))));
    }
    return variable(position, TRY(words(true)));
}

Parser::Parsed Parser::variable(Position position, const std::string& name)
{
    Scope::Found found = scope_.find(name);
    if (found.slot) used_.insert(*found.slot);
    if (!found.item_slots.empty())
        return make_item_name(position, name, std::move(found.item_slots), found.slot);
    if (found.slot) return NodePointer(std::make_shared<Variable>(position, *found.slot));
    const std::string detail = "Nothing here is called \"" + name + "\".";
    if (unknown_ == Unknown::refuse) {
        return base::invalid(
            "feel.unknown_name",
            std::to_string(position.line) + ":" + std::to_string(position.column) + " " + detail);
    }
    warnings_.push_back({position, "feel.unknown_name", detail});
    return make_unknown_name(position, name);
}

/// A "[" that no filter begins with closes a range with an open end: "[1..10[ = x".
bool Parser::closes_range()
{
    const std::size_t start = at_;
    skip("[");
    skip_blanks();
    const char next = peek();
    bool closes = next == '\0' ||
                  std::string_view(")],}=<>!*/+|").find(next) != std::string_view::npos ||
                  (next == '.' && !(peek(1) >= '0' && peek(1) <= '9'));
    for (const std::string_view word :
         {"and", "or", "in", "then", "else", "return", "satisfies", "instance", "between"})
        closes = closes || (sees_word(word) && !scope_.longest_name(text_.substr(at_)));
    at_ = start;
    return closes;
}

Parser::Parsed Parser::filter(Position position, NodePointer operand)
{
    skip("[");
    scope_.open();
    const std::size_t item = scope_.declare("item");
    scope_.open_item(item);
    NodePointer predicate = TRY(expression());
    scope_.close();
    scope_.close();
    if (!skip("]")) return expected("\"]\"");
    return make_filter(position, std::move(operand), item, std::move(predicate));
}

/// "name :" at the start of an argument.
std::optional<std::string> Parser::argument_name()
{
    const std::size_t start = at_;
    skip_blanks();
    if (at_ < text_.size() && is_name_start(character_at(text_, at_).code)) {
        auto name = words(false);
        if (name && skip(":")) return name.value();
    }
    at_ = start;
    return std::nullopt;
}

Parser::Parsed Parser::call(Position position, NodePointer callee)
{
    skip("(");
    std::vector<Argument> arguments;
    while (!skip(")")) {
        if (!arguments.empty() && !skip(",")) return expected("\",\" or \")\"");
        Argument argument;
        if (auto name = argument_name()) argument.name = *std::move(name);
        if (!arguments.empty() && argument.name.empty() != arguments.front().name.empty())
            return refuse("feel.syntax", "Either all arguments are named or none.");
        argument.value = TRY(expression());
        arguments.push_back(std::move(argument));
    }
    return make_call(position, std::move(callee), std::move(arguments));
}

}  // namespace engine::feel
