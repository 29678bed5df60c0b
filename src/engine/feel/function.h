// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/evaluation.h>
#include <engine/feel/type.h>
#include <engine/feel/value.h>

#include <span>
#include <string>
#include <vector>

namespace engine::feel {

/// Something that FEEL can call: a built-in, a function literal, a business knowledge model, a
/// decision service.
class Function {
public:
    virtual ~Function() = default;

    struct Parameter {
        std::string name;
        Type type;
    };

    virtual std::string_view name() const = 0;

    /// How it may be called: one list for each overload.
    virtual const std::vector<std::vector<Parameter>>& overloads() const = 0;

    virtual Type result_type() const { return {}; }

    /// The depth of the deepest value that it holds.
    virtual std::uint16_t depth() const { return 0; }

    /// `arguments` in the order of the parameters; their number is that of `overloads()[overload]`,
    /// or any for a variadic function. Answers null and a problem where they do not fit.
    virtual Value call(std::span<const Value> arguments, Evaluation& evaluation,
                       Position position) const = 0;
};

/// Calls `callee`, whose parameters the arguments are matched with: number, names and types. Null
/// and a problem where they do not fit.
struct NamedValue {
    std::string_view name;
    Value value;
};
Value call(const Function& callee, std::span<const NamedValue> arguments, Evaluation& evaluation,
           Position position);
Value call(const Function& callee, std::span<const Value> arguments, Evaluation& evaluation,
           Position position);

/// The function that every expression knows by that name ("sum"); nullptr where there is none.
std::shared_ptr<const Function> built_in_function(std::string_view name);

}  // namespace engine::feel
