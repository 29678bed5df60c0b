// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/expression.h>
#include <engine/feel/internal/node.h>

#include <set>

namespace engine::feel {

/// Reads FEEL's grammar (DMN 1.5, 10.3.1.2) by descent and builds nodes, names resolved against a
/// scope as it goes.
class Parser {
public:
    static constexpr std::size_t longest_text = 64 << 10;
    static constexpr int deepest = 100;

    Parser(std::string_view text, Scope& scope, Unknown unknown)
        : text_(text), scope_(scope), unknown_(unknown)
    {
    }

    base::Result<NodePointer> whole_expression();

    struct Tests {
        std::vector<NodePointer> alternatives;  // Empty: anything ("-").
        bool negated = false;
    };

    /// `input_slot` holds what "?" stands for.
    base::Result<Tests> whole_unary_tests(std::size_t input_slot);
    base::Result<Type> whole_type();

    const std::set<std::size_t>& used_slots() const { return used_; }
    const std::vector<Problem>& warnings() const { return warnings_; }

private:
    using Parsed = base::Result<NodePointer>;

    // parser_text.cpp: characters, names, literals.
    bool at_end();
    void skip_blanks();
    bool skip(std::string_view sign);
    bool sees(std::string_view sign);
    bool sees_word(std::string_view word);
    bool skip_word(std::string_view word);
    char peek(std::size_t ahead = 0) const;
    Position here() const;
    base::Error refuse(std::string_view reason, const std::string& detail) const;
    base::Error expected(std::string_view what);
    base::Result<std::string> words(bool stop_at_keywords);
    base::Result<std::string> key();
    base::Result<std::string> quoted();
    base::Result<void> escape(std::string& out);
    Parsed number();
    Parsed at_literal();

    // parser.cpp: the grammar from the loosest to the tightest.
    Parsed expression();
    Parsed disjunction();
    Parsed conjunction();
    Parsed comparison();
    Parsed in_tests(Position position, NodePointer item);
    Parsed unary_test(bool whole);
    Parsed additive();
    Parsed multiplicative();
    Parsed exponentiation();
    Parsed negation();
    Parsed instance();
    Parsed postfix();
    Parsed primary();
    std::optional<Comparison> comparison_sign();
    Parsed rest_of_range(Position position, NodePointer low, bool low_included);

    // parser_forms.cpp: what begins with a word or a bracket.
    std::optional<Parsed> keyword_form();
    Parsed if_form(Position position);
    Parsed for_form(Position position);
    Parsed quantified_form(Position position, bool every);
    Parsed function_form(Position position);
    base::Result<std::vector<Iterator>> iterators();
    Parsed parenthesis();
    Parsed bracket();
    Parsed context();
    Parsed name();
    Parsed variable(Position position, const std::string& name);
    bool closes_range();
    Parsed filter(Position position, NodePointer operand);
    Parsed call(Position position, NodePointer callee);
    std::optional<std::string> argument_name();
    base::Result<Type> type();
    base::Result<Type> type_of(std::string_view word);

    std::string_view text_;
    Scope& scope_;
    Unknown unknown_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::optional<std::size_t> input_slot_;
    std::set<std::size_t> used_;
    std::vector<Problem> warnings_;
    mutable std::size_t counted_to_ = 0;
    mutable Position counted_;
};

}  // namespace engine::feel
