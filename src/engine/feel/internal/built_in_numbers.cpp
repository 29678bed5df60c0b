// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/built_in.h>

#include <array>

namespace engine::feel {
namespace {

using platform::decimal::Rounding;
using Arguments = std::span<const Value>;

constexpr int greatest_scale = 6176;
constexpr int least_scale = -6111;

template <Rounding mode>
Value round_to(Arguments arguments, Evaluation& evaluation, Position position)
{
    const Value scale = arguments.size() > 1 ? arguments[1] : Value(0);
    const Number truncated =
        scale.number() != nullptr ? scale.number()->rounded(0, Rounding::down) : Number(0);
    const auto digits = small_integer(Value(truncated));
    if (!digits || *digits > greatest_scale || *digits < least_scale)
        return evaluation.problem(position, "feel.wrong_arguments", "The scale is out of range.");
    return arguments[0].number()->rounded(*digits, mode);
}

Value absolute(Arguments arguments, Evaluation&, Position)
{
    const Value& n = arguments[0];
    if (n.number() != nullptr) return n.number()->absolute();
    if (const DayDuration* span = n.day_duration()) {
        const Wide size = nanos(*span);
        return *make_day_duration(size < 0 ? -size : size);
    }
    if (const MonthDuration* span = n.month_duration())
        return MonthDuration{span->months < 0 ? -span->months : span->months};
    return {};
}

Value modulo(Arguments arguments, Evaluation& evaluation, Position position)
{
    if (arguments[1].number()->is_zero())
        return evaluation.problem(position, "feel.division_by_zero", "The divisor is zero.");
    return arguments[0].number()->modulo(*arguments[1].number());
}

Value square_root(Arguments arguments, Evaluation&, Position)
{
    return arguments[0].number()->square_root();
}

Value logarithm(Arguments arguments, Evaluation&, Position)
{
    return arguments[0].number()->natural_logarithm();
}

Value exponential(Arguments arguments, Evaluation&, Position)
{
    return arguments[0].number()->exponential();
}

template <int rest>
Value has_rest(Arguments arguments, Evaluation&, Position)
{
    const Number n = *arguments[0].number();
    if (!n.is_integer()) return false;
    return n.modulo(Number(2)) == Number(rest);
}

Value negation(Arguments arguments, Evaluation&, Position)
{
    const bool* value = arguments[0].boolean();
    return value != nullptr ? Value(!*value) : Value();
}

constexpr std::array numbers_rows{
    BuiltIn{"decimal", "n: number, scale: number", "number", round_to<Rounding::half_even>},
    BuiltIn{"floor", "n: number, scale?: number", "number", round_to<Rounding::floor>},
    BuiltIn{"ceiling", "n: number, scale?: number", "number", round_to<Rounding::ceiling>},
    BuiltIn{"round up", "n: number, scale?: number", "number", round_to<Rounding::up>},
    BuiltIn{"round down", "n: number, scale?: number", "number", round_to<Rounding::down>},
    BuiltIn{"round half up", "n: number, scale?: number", "number", round_to<Rounding::half_up>},
    BuiltIn{"round half down", "n: number, scale?: number", "number",
            round_to<Rounding::half_down>},
    BuiltIn{"abs", "n: Any", "number", absolute},
    BuiltIn{"modulo", "dividend: number, divisor: number", "number", modulo},
    BuiltIn{"sqrt", "number: number", "number", square_root},
    BuiltIn{"log", "number: number", "number", logarithm},
    BuiltIn{"exp", "number: number", "number", exponential},
    BuiltIn{"odd", "number: number", "boolean", has_rest<1>},
    BuiltIn{"even", "number: number", "boolean", has_rest<0>},
    BuiltIn{"not", "negand: Any", "boolean", negation},
};

}  // namespace

std::span<const BuiltIn> number_functions()
{
    return numbers_rows;
}

}  // namespace engine::feel
