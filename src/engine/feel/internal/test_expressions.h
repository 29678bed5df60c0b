// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/expression.h>

/// What tests of expressions share: variables, the answer to a text, tables of texts and answers.
namespace engine::feel::testing_expressions {

inline const base::ManualClock clock{base::parse_instant("2026-11-21T08:00:00Z").value()};

inline const Context& variables()
{
    static const Context held{
        {"age", 30},
        {"full name", "Li Xiao"},
        {"Monthly Payment", Value(Number::parse("120.50").value())},
        {"profit-and-loss", 7},
        {"people", Value(List{Value(Context{{"name", "A"}, {"age", 12}}),
                              Value(Context{{"name", "B"}, {"age", 40}})})},
    };
    return held;
}

inline std::vector<std::string> names()
{
    std::vector<std::string> out;
    for (const Context::Entry& entry : variables().entries()) out.push_back(entry.name);
    return out;
}

inline std::string answer(std::string_view text)
{
    const auto expression = compile(text, names());
    if (!expression)
        return std::string(expression.error().reason) + " " + expression.error().detail;
    Evaluation evaluation(clock);
    const auto value = expression.value().evaluate(variables(), evaluation);
    return value ? to_text(value.value()) : std::string(value.error().reason);
}

struct Row {
    std::string_view text;
    std::string_view expected;
};

/// What answers otherwise than its row says, a line each; empty: nothing.
inline std::string unlike(std::initializer_list<Row> rows)
{
    std::string found;
    for (const Row& row : rows) {
        const std::string seen = answer(row.text);
        if (seen == row.expected) continue;
        found.append(row.text).append(" is ").append(seen).append(", not ");
        found.append(row.expected).append("\n");
    }
    return found;
}

}  // namespace engine::feel::testing_expressions
