// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/expression.h>

#include <engine/feel/internal/operators.h>
#include <engine/feel/internal/parser.h>

#include <array>

namespace engine::feel {
namespace {

/// Runs `body` on a frame whose first slots hold `variables`; what is missing there is null.
template <class Body>
base::Result<Value> in_frame(const Context& variables, const std::vector<Scope::Variable>& used,
                             std::size_t slot_count, Evaluation& evaluation, Body body)
{
    constexpr std::size_t few = 12;
    std::array<Value, few> near;
    std::vector<Value> far(slot_count > few ? slot_count : 0);
    Frame frame{slot_count > few ? far.data() : near.data(), evaluation};
    for (const Scope::Variable& variable : used) {
        if (const Value* found = variables.find(variable.name)) frame.slots[variable.slot] = *found;
    }
    try {
        return body(frame);
    } catch (const Evaluation::Exceeded& exceeded) {
        return base::rejected(exceeded.reason, Evaluation::to_string(exceeded));
    }
}

}  // namespace

/// Turns what the parser found into the public types.
class Compiler {
public:
    static base::Result<Expression> expression(std::string_view text, Scope& scope, Unknown unknown,
                                               const std::vector<Scope::Variable>& globals)
    {
        Parser parser(text, scope, unknown);
        const std::size_t levels = scope.level_count();
        auto parsed = parser.whole_expression();
        scope.close_to(levels);
        if (!parsed) return parsed.error();
        Expression out;
        out.node_ = std::move(parsed).value();
        out.used_ = used(parser, globals);
        out.slot_count_ = scope.slot_count();
        out.warnings_ = parser.warnings();
        return out;
    }

    static base::Result<UnaryTests> tests(std::string_view text, Scope& scope, Unknown unknown,
                                          const std::vector<Scope::Variable>& globals)
    {
        const std::size_t levels = scope.level_count();
        scope.open();
        const std::size_t input = scope.declare("?");
        Parser parser(text, scope, unknown);
        auto parsed = parser.whole_unary_tests(input);
        scope.close_to(levels);
        if (!parsed) return parsed.error();
        UnaryTests out;
        for (const NodePointer& each : parsed.value().alternatives)
            out.alternatives_.push_back(each);
        out.negated_ = parsed.value().negated;
        out.input_used_ = parser.used_slots().contains(input);
        out.input_slot_ = input;
        out.used_ = used(parser, globals);
        out.slot_count_ = scope.slot_count();
        out.warnings_ = parser.warnings();
        return out;
    }

private:
    static std::vector<Scope::Variable> used(const Parser& parser,
                                             const std::vector<Scope::Variable>& globals)
    {
        std::vector<Scope::Variable> out;
        for (const Scope::Variable& global : globals) {
            if (parser.used_slots().contains(global.slot)) out.push_back(global);
        }
        return out;
    }
};

base::Result<Value> Expression::evaluate(const Context& variables, Evaluation& evaluation) const
{
    return in_frame(variables, used_, slot_count_, evaluation,
                    [&](Frame& frame) { return node_->evaluate(frame); });
}

Value Expression::run(Frame& frame) const
{
    return node_->evaluate(frame);
}

const Value* Expression::constant() const
{
    return node_->constant();
}

std::vector<std::string> Expression::used_names() const
{
    std::vector<std::string> names;
    for (const Scope::Variable& variable : used_) names.push_back(variable.name);
    return names;
}

Value UnaryTests::run(const Value& input, Frame& frame) const
{
    if (is_any()) return true;
    if (input_used_) frame.slots[input_slot_] = input;
    bool unknown = false;
    bool passed = false;
    for (const NodePointer& alternative : alternatives_) {
        std::optional<bool> outcome;
        if (const Value* constant = alternative->constant()) {
            outcome = passes(input, *constant);
        } else {
            const Value test = alternative->evaluate(frame);
            // A condition about "?" is the answer itself, unless it is a value to be equal to.
            const bool answers =
                test.boolean() != nullptr && (input_used_ || input.boolean() == nullptr);
            outcome = answers ? std::optional{test.is_true()} : passes(input, test);
        }
        passed = outcome.value_or(false);
        if (passed) break;
        unknown = unknown || !outcome;
    }
    if (!passed && unknown) return {};
    return passed != negated_;
}

base::Result<Value> UnaryTests::evaluate(const Value& input, const Context& variables,
                                         Evaluation& evaluation) const
{
    return in_frame(variables, used_, slot_count_, evaluation,
                    [&](Frame& frame) { return run(input, frame); });
}

std::vector<Value> UnaryTests::constants() const
{
    std::vector<Value> out;
    for (const NodePointer& alternative : alternatives_) {
        const Value* constant = alternative->constant();
        if (constant == nullptr) return {};
        out.push_back(*constant);
    }
    return out;
}

base::Result<Expression> compile(std::string_view text, const std::vector<std::string>& names,
                                 Unknown unknown)
{
    Scope scope;
    std::vector<Scope::Variable> globals;
    for (const std::string& name : names) globals.push_back({name, scope.declare(name)});
    return Compiler::expression(text, scope, unknown, globals);
}

base::Result<UnaryTests> compile_unary_tests(std::string_view text,
                                             const std::vector<std::string>& names, Unknown unknown)
{
    Scope scope;
    std::vector<Scope::Variable> globals;
    for (const std::string& name : names) globals.push_back({name, scope.declare(name)});
    return Compiler::tests(text, scope, unknown, globals);
}

base::Result<Expression> compile(std::string_view text, Scope& scope, Unknown unknown)
{
    return Compiler::expression(text, scope, unknown, {});
}

base::Result<UnaryTests> compile_unary_tests(std::string_view text, Scope& scope, Unknown unknown)
{
    return Compiler::tests(text, scope, unknown, {});
}

base::Result<Type> compile_type(std::string_view text, const Scope& scope)
{
    Scope copy = scope;
    Parser parser(text, copy, Unknown::refuse);
    return parser.whole_type();
}

}  // namespace engine::feel
