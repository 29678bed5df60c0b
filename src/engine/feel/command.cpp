// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/command.h>

#include <engine/feel/expression.h>
#include <engine/feel/json.h>

#include <ostream>

namespace engine::feel {

int print_answer(std::string_view text, std::string_view context_json, const base::Clock& clock,
                 std::ostream& out)
{
    Context variables;
    if (!context_json.empty()) {
        const auto json = platform::json::parse(context_json);
        if (!json || json.value().object() == nullptr) {
            out << "The context is not a JSON object.\n";
            return 2;
        }
        variables = *from_json(json.value()).context();
    }
    std::vector<std::string> names;
    for (const Context::Entry& entry : variables.entries()) names.push_back(entry.name);
    const auto expression = compile(text, names);
    if (!expression) {
        out << expression.error().detail << "\n";
        return 1;
    }
    Evaluation evaluation(clock);
    const auto value = expression.value().evaluate(variables, evaluation);
    if (!value) {
        out << value.error().detail << "\n";
        return 1;
    }
    out << to_text(value.value()) << "\n";
    if (value.value().is_null()) {
        for (const Problem& problem : evaluation.problems())
            out << "  " << to_string(problem) << "\n";
    }
    return 0;
}

}  // namespace engine::feel
