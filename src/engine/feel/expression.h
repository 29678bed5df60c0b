// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/evaluation.h>
#include <engine/feel/scope.h>

#include <base/result.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::feel {

class Node;

/// A compiled expression: immutable, cheap to copy, usable by many threads at once.
class Expression {
public:
    /// Evaluates against `variables`, by name; what is missing there is null. What FEEL cannot
    /// answer is null and a problem of `evaluation`.
    ///
    /// Errors: feel.too_many_steps, feel.too_deep, feel.too_much_memory.
    base::Result<Value> evaluate(const Context& variables, Evaluation& evaluation) const;

    /// As part of something larger that owns the frame (with at least as many slots as its Scope
    /// counted). Throws Evaluation::Exceeded.
    Value run(Frame& frame) const;

    /// What was suspicious about the text: names that nobody declared, which are null.
    const std::vector<Problem>& warnings() const { return warnings_; }

    /// The value where it is written in the text as it stands: a number, a string, true …
    const Value* constant() const;

    /// The names of the variables it reads.
    std::vector<std::string> used_names() const;

private:
    friend class Compiler;

    std::shared_ptr<const Node> node_;
    std::vector<Scope::Variable> used_;
    std::size_t slot_count_ = 0;
    std::vector<Problem> warnings_;
};

/// Compiled unary tests, the content of a decision table's input entry: "< 5, [10..20)", "-",
/// "not(\"a\")".
class UnaryTests {
public:
    /// True, false or null.
    Value run(const Value& input, Frame& frame) const;

    /// As Expression::evaluate, for the input that "?" stands for.
    base::Result<Value> evaluate(const Value& input, const Context& variables,
                                 Evaluation& evaluation) const;

    const std::vector<Problem>& warnings() const { return warnings_; }
    bool is_any() const { return alternatives_.empty() && !negated_; }  // "-"
    bool is_negated() const { return negated_; }

    /// Each alternative as a constant: a value to be equal to, or a Range; empty where one of them
    /// is computed. For checks of overlaps and gaps.
    std::vector<Value> constants() const;

private:
    friend class Compiler;

    std::vector<std::shared_ptr<const Node>> alternatives_;
    bool negated_ = false;
    bool input_used_ = false;
    std::size_t input_slot_ = 0;
    std::vector<Scope::Variable> used_;
    std::size_t slot_count_ = 0;
    std::vector<Problem> warnings_;
};

/// What to do with a name that nobody declared.
enum class Unknown { refuse, null };

/// Errors: feel.syntax, feel.unknown_name, feel.too_long (64 KiB), feel.too_deep (100 levels). The
/// detail begins with line:column.
base::Result<Expression> compile(std::string_view text, const std::vector<std::string>& names,
                                 Unknown unknown = Unknown::refuse);
base::Result<UnaryTests> compile_unary_tests(std::string_view text,
                                             const std::vector<std::string>& names,
                                             Unknown unknown = Unknown::refuse);

/// As part of something larger, whose variables `scope` holds.
base::Result<Expression> compile(std::string_view text, Scope& scope, Unknown unknown);
base::Result<UnaryTests> compile_unary_tests(std::string_view text, Scope& scope, Unknown unknown);

/// The type that `text` names ("list<tPerson>"). Errors: feel.syntax, feel.unknown_type.
base::Result<Type> compile_type(std::string_view text, const Scope& scope);

}  // namespace engine::feel
