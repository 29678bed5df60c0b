// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/parser.h>

namespace engine::feel {

Parser::Parsed Parser::whole_expression()
{
    if (text_.size() > longest_text) return refuse("feel.too_long", "More than 64 KiB of text.");
    NodePointer node = TRY(expression());
    if (!at_end()) return expected("an operator or the end");
    return node;
}

base::Result<Parser::Tests> Parser::whole_unary_tests(std::size_t input_slot)
{
    if (text_.size() > longest_text) return refuse("feel.too_long", "More than 64 KiB of text.");
    input_slot_ = input_slot;
    Tests tests;
    const std::size_t start = at_;
    if (skip("-") && at_end()) return tests;
    at_ = start;
    if (skip_word("not") && sees("(")) {
        skip("(");
        tests.negated = true;
    } else {
        at_ = start;
    }
    do {
        tests.alternatives.push_back(TRY(unary_test(true)));
    } while (skip(","));
    if (tests.negated && !skip(")")) return expected("\",\" or \")\"");
    if (!at_end()) return expected("\",\" or the end");
    return tests;
}

base::Result<Type> Parser::whole_type()
{
    Type out = TRY(type());
    if (!at_end()) return expected("the end of the type");
    return out;
}

Parser::Parsed Parser::expression()
{
    if (depth_ >= deepest) return refuse("feel.too_deep", "More than 100 levels of nesting.");
    ++depth_;
    Parsed node = disjunction();
    --depth_;
    return node;
}

Parser::Parsed Parser::disjunction()
{
    skip_blanks();
    const Position position = here();
    std::vector<NodePointer> operands{TRY(conjunction())};
    while (skip_word("or")) operands.push_back(TRY(conjunction()));
    if (operands.size() == 1) return operands.front();
    return make_logic(position, false, std::move(operands));
}

Parser::Parsed Parser::conjunction()
{
    skip_blanks();
    const Position position = here();
    std::vector<NodePointer> operands{TRY(comparison())};
    while (skip_word("and")) operands.push_back(TRY(comparison()));
    if (operands.size() == 1) return operands.front();
    return make_logic(position, true, std::move(operands));
}

std::optional<Comparison> Parser::comparison_sign()
{
    if (skip("<=")) return Comparison::less_or_equal;
    if (skip(">=")) return Comparison::greater_or_equal;
    if (skip("!=")) return Comparison::not_equal;
    if (skip("<")) return Comparison::less;
    if (skip(">")) return Comparison::greater;
    if (skip("=")) return Comparison::equal;
    return std::nullopt;
}

Parser::Parsed Parser::comparison()
{
    NodePointer left = TRY(additive());
    for (int count = 0;; ++count) {
        if (count >= deepest) return refuse("feel.too_deep", "Too many comparisons in a row.");
        skip_blanks();
        const Position position = here();
        if (skip_word("between")) {
            NodePointer low = TRY(additive());
            if (!skip_word("and")) return expected("\"and\"");
            NodePointer high = TRY(additive());
            left = make_between(position, std::move(left), std::move(low), std::move(high));
        } else if (skip_word("in")) {
            left = TRY(in_tests(position, std::move(left)));
        } else if (const auto sign = comparison_sign()) {
            left = make_comparison(position, *sign, std::move(left), TRY(additive()));
        } else {
            return left;
        }
    }
}

/// A range, a value, or tests in parentheses, which may turn out to be a range with an open start.
Parser::Parsed Parser::in_tests(Position position, NodePointer item)
{
    std::vector<NodePointer> tests;
    if (skip("(")) {
        const Position start = here();
        tests.push_back(TRY(unary_test(true)));
        if (skip("..")) {
            tests.front() = TRY(rest_of_range(start, tests.front(), false));
        } else {
            while (skip(",")) tests.push_back(TRY(unary_test(true)));
            if (!skip(")")) return expected("\",\" or \")\"");
        }
    } else {
        tests.push_back(TRY(unary_test(false)));
    }
    return make_in(position, std::move(item), std::move(tests));
}

Parser::Parsed Parser::unary_test(bool whole)
{
    skip_blanks();
    const Position position = here();
    if (const auto sign = comparison_sign())
        return make_unary_range(position, *sign, TRY(additive()));
    return whole ? expression() : additive();
}

/// Behind "..": the other end and the bracket that says whether it belongs.
Parser::Parsed Parser::rest_of_range(Position position, NodePointer low, bool low_included)
{
    NodePointer high = TRY(expression());
    const bool high_included = skip("]");
    if (!high_included && !skip(")") && !skip("[")) return expected("the bracket of the range");
    return make_range(position, std::move(low), low_included, std::move(high), high_included);
}

Parser::Parsed Parser::additive()
{
    NodePointer first = TRY(multiplicative());
    skip_blanks();
    const Position position = here();
    std::vector<std::pair<Operator, NodePointer>> rest;
    for (;;) {
        if (skip("+")) {
            rest.emplace_back(Operator::add, TRY(multiplicative()));
        } else if (skip("-")) {
            rest.emplace_back(Operator::subtract, TRY(multiplicative()));
        } else {
            break;
        }
    }
    if (rest.empty()) return first;
    return make_arithmetic(position, std::move(first), std::move(rest));
}

Parser::Parsed Parser::multiplicative()
{
    NodePointer first = TRY(exponentiation());
    skip_blanks();
    const Position position = here();
    std::vector<std::pair<Operator, NodePointer>> rest;
    for (;;) {
        if (sees("**")) break;
        if (skip("*")) {
            rest.emplace_back(Operator::multiply, TRY(exponentiation()));
        } else if (skip("/")) {
            rest.emplace_back(Operator::divide, TRY(exponentiation()));
        } else {
            break;
        }
    }
    if (rest.empty()) return first;
    return make_arithmetic(position, std::move(first), std::move(rest));
}

Parser::Parsed Parser::exponentiation()
{
    NodePointer first = TRY(negation());
    skip_blanks();
    const Position position = here();
    std::vector<std::pair<Operator, NodePointer>> rest;
    while (skip("**")) rest.emplace_back(Operator::power, TRY(negation()));
    if (rest.empty()) return first;
    return make_arithmetic(position, std::move(first), std::move(rest));
}

Parser::Parsed Parser::negation()
{
    skip_blanks();
    const Position position = here();
    if (!skip("-")) return instance();
    if (depth_ >= deepest) return refuse("feel.too_deep", "More than 100 levels of nesting.");
    ++depth_;
    NodePointer operand = TRY(negation());
    --depth_;
    return make_negation(position, std::move(operand));
}

Parser::Parsed Parser::instance()
{
    NodePointer operand = TRY(postfix());
    skip_blanks();
    const Position position = here();
    if (!skip_word("instance")) return operand;
    if (!skip_word("of")) return expected("\"of\"");
    return make_instance_of(position, std::move(operand), TRY(type()));
}

Parser::Parsed Parser::postfix()
{
    NodePointer node = TRY(primary());
    for (int count = 0;; ++count) {
        if (count >= deepest) return refuse("feel.too_deep", "More than 100 steps in a row.");
        skip_blanks();
        const Position position = here();
        if (peek() == '.' && peek(1) != '.') {
            ++at_;
            skip_blanks();
            std::string name;
            if (const auto known = scope_.longest_member(text_.substr(at_))) {
                at_ += known->length;
                name = known->name;
            } else {
                name = TRY(words(true));
            }
            node = make_path(position, std::move(node), std::move(name));
        } else if (peek() == '[' && !closes_range()) {
            node = TRY(filter(position, std::move(node)));
        } else if (peek() == '(') {
            node = TRY(call(position, std::move(node)));
        } else {
            return node;
        }
    }
}

Parser::Parsed Parser::primary()
{
    skip_blanks();
    const Position position = here();
    const char c = peek();
    if ((c >= '0' && c <= '9') || (c == '.' && peek(1) >= '0' && peek(1) <= '9')) return number();
    switch (c) {
        case '"':
            return NodePointer(std::make_shared<Constant>(position, Value(TRY(quoted()))));
        case '@':
            return at_literal();
        case '(':
            return parenthesis();
        case '[':
        case ']':
            return bracket();
        case '{':
            return context();
        default:
            break;
    }
    auto form = keyword_form();
    return form ? std::move(*form) : name();
}

}  // namespace engine::feel
