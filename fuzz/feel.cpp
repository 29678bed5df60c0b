// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/expression.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Any text, as an expression and as unary tests: compiled or refused, evaluated within its bounds,
/// and an answer has a text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace engine::feel;
    static const base::ManualClock clock(base::Instant{});
    static const Context variables{
        {"a", 1},
        {"b c", "x"},
        {"list", Value(List{1, 2, 3})},
        {"people", Value(List{Value(Context{{"name", "n"}, {"age", 3}})})}};
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Limits limits{.steps = 20'000, .depth = 50, .bytes = 4 << 20};
    const std::vector<std::string> names{"a", "b c", "list", "people"};
    if (const auto expression = compile(text, names, Unknown::null)) {
        Evaluation evaluation(clock, limits);
        if (const auto value = expression.value().evaluate(variables, evaluation))
            (void)to_text(value.value()).size();
    }
    if (const auto tests = compile_unary_tests(text, names, Unknown::null)) {
        Evaluation evaluation(clock, limits);
        (void)tests.value().evaluate(2, variables, evaluation).has_value();
    }
    return 0;
}
