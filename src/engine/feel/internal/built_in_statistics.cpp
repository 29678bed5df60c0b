// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/built_in.h>
#include <engine/feel/internal/operators.h>

#include <algorithm>
#include <array>

namespace engine::feel {
namespace {

using Arguments = std::span<const Value>;

Value wrong_items(Evaluation& evaluation, Position position)
{
    return evaluation.problem(position, "feel.wrong_type",
                              "The items are not all of a fitting kind.");
}

std::optional<std::vector<Number>> numbers(const List& list, Evaluation& evaluation)
{
    evaluation.step(static_cast<std::int64_t>(list.size()));
    std::vector<Number> out;
    for (const Value& item : list) {
        if (item.number() == nullptr) return std::nullopt;
        out.push_back(*item.number());
    }
    return out;
}

template <bool greatest>
Value extreme(Arguments arguments, Evaluation& evaluation, Position position)
{
    const List& list = *arguments[0].list();
    evaluation.step(static_cast<std::int64_t>(list.size()));
    const Value* best = nullptr;
    for (const Value& item : list) {
        const auto ordered = order(item, best != nullptr ? *best : item);
        if (!ordered) return wrong_items(evaluation, position);
        if (best == nullptr || (greatest ? *ordered > 0 : *ordered < 0)) best = &item;
    }
    return best != nullptr ? *best : Value();
}

/// Numbers; durations too, as DMN 1.5 adds them elsewhere.
Value sum(Arguments arguments, Evaluation& evaluation, Position position)
{
    const List& list = *arguments[0].list();
    evaluation.step(static_cast<std::int64_t>(list.size()));
    if (list.empty()) return {};
    Value total = list.front();
    const bool adds = total.number() != nullptr || total.day_duration() != nullptr ||
                      total.month_duration() != nullptr;
    if (!adds) return wrong_items(evaluation, position);
    for (std::size_t at = 1; at < list.size(); ++at) {
        if (list[at].kind() != total.kind()) return wrong_items(evaluation, position);
        total = add(total, list[at]);
    }
    return total;
}

Value mean(Arguments arguments, Evaluation& evaluation, Position position)
{
    const Value total = sum(arguments, evaluation, position);
    return divide(total, static_cast<std::int64_t>(arguments[0].list()->size()));
}

Value product(Arguments arguments, Evaluation& evaluation, Position position)
{
    const auto items = numbers(*arguments[0].list(), evaluation);
    if (!items) return wrong_items(evaluation, position);
    if (items->empty()) return {};
    Number total = 1;
    for (const Number& item : *items) total = total * item;
    return total;
}

Value median(Arguments arguments, Evaluation& evaluation, Position position)
{
    auto items = numbers(*arguments[0].list(), evaluation);
    if (!items) return wrong_items(evaluation, position);
    if (items->empty()) return {};
    std::sort(items->begin(), items->end());
    const std::size_t middle = items->size() / 2;
    if (items->size() % 2 == 1) return (*items)[middle];
    return ((*items)[middle - 1] + (*items)[middle]) / Number(2);
}

/// Of a sample: the squares are divided by one less than the count.
Value deviation(Arguments arguments, Evaluation& evaluation, Position position)
{
    const auto items = numbers(*arguments[0].list(), evaluation);
    if (!items || items->size() < 2) return wrong_items(evaluation, position);
    Number total = 0;
    for (const Number& item : *items) total = total + item;
    const Number average = total / Number(static_cast<std::int64_t>(items->size()));
    Number squares = 0;
    for (const Number& item : *items) squares = squares + (item - average) * (item - average);
    return (squares / Number(static_cast<std::int64_t>(items->size() - 1))).square_root();
}

Value mode(Arguments arguments, Evaluation& evaluation, Position position)
{
    auto items = numbers(*arguments[0].list(), evaluation);
    if (!items) return wrong_items(evaluation, position);
    std::sort(items->begin(), items->end());
    List best;
    std::size_t most = 0;
    for (std::size_t at = 0; at < items->size();) {
        std::size_t end = at;
        while (end < items->size() && (*items)[end] == (*items)[at]) ++end;
        if (end - at > most) {
            most = end - at;
            best.clear();
        }
        if (end - at == most) best.push_back((*items)[at]);
        at = end;
    }
    return Value(std::move(best));
}

constexpr std::array statistics_rows{
    BuiltIn{"min", "list: list", "Any", extreme<false>},
    BuiltIn{"min", "...c: Any", "Any", extreme<false>},
    BuiltIn{"max", "list: list", "Any", extreme<true>},
    BuiltIn{"max", "...c: Any", "Any", extreme<true>},
    BuiltIn{"sum", "list: list", "number", sum},
    BuiltIn{"sum", "...n: Any", "number", sum},
    BuiltIn{"mean", "list: list", "number", mean},
    BuiltIn{"mean", "...n: Any", "number", mean},
    BuiltIn{"product", "list: list", "number", product},
    BuiltIn{"product", "...n: Any", "number", product},
    BuiltIn{"median", "list: list", "number", median},
    BuiltIn{"median", "...n: Any", "number", median},
    BuiltIn{"stddev", "list: list", "number", deviation},
    BuiltIn{"stddev", "...n: Any", "number", deviation},
    BuiltIn{"mode", "list: list", "list", mode},
    BuiltIn{"mode", "...n: Any", "list", mode},
};

}  // namespace

std::span<const BuiltIn> statistic_functions()
{
    return statistics_rows;
}

}  // namespace engine::feel
