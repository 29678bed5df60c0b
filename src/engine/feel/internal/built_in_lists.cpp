// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/built_in.h>
#include <engine/feel/internal/operators.h>

#include <algorithm>
#include <array>
#include <functional>

namespace engine::feel {
namespace {

using Arguments = std::span<const Value>;

bool same(const Value& a, const Value& b)
{
    return equal(a, b).value_or(false);
}

Value made(List list, Evaluation& evaluation)
{
    evaluation.step(static_cast<std::int64_t>(list.size()));
    evaluation.charge(list.size() * sizeof(Value));
    return Value(std::move(list));
}

/// The index of the place that `position` (from 1, or from the end below 0) names.
std::optional<std::size_t> place(const Value& position, std::size_t size)
{
    const auto number = small_integer(position);
    if (!number || *number == 0) return std::nullopt;
    const auto count = static_cast<std::int64_t>(size);
    const std::int64_t index = *number > 0 ? *number - 1 : count + *number;
    if (index < 0 || index >= count) return std::nullopt;
    return static_cast<std::size_t>(index);
}

Value no_place(Evaluation& evaluation, Position position)
{
    return evaluation.problem(position, "feel.index_out_of_range", "The list has no such place.");
}

Value list_contains(Arguments arguments, Evaluation& evaluation, Position)
{
    const List& list = *arguments[0].list();
    evaluation.step(static_cast<std::int64_t>(list.size()));
    return std::any_of(list.begin(), list.end(),
                       [&](const Value& item) { return same(item, arguments[1]); });
}

Value count(Arguments arguments, Evaluation&, Position)
{
    return static_cast<std::int64_t>(arguments[0].list()->size());
}

Value sublist(Arguments arguments, Evaluation& evaluation, Position position)
{
    const List& list = *arguments[0].list();
    const auto start = place(arguments[1], list.size());
    if (!start) return no_place(evaluation, position);
    std::size_t length = list.size() - *start;
    if (arguments.size() > 2) {
        const auto wanted = small_integer(arguments[2]);
        if (!wanted || *wanted < 0 || static_cast<std::size_t>(*wanted) > length)
            return no_place(evaluation, position);
        length = static_cast<std::size_t>(*wanted);
    }
    const auto from = list.begin() + static_cast<std::ptrdiff_t>(*start);
    return made(List(from, from + static_cast<std::ptrdiff_t>(length)), evaluation);
}

Value append(Arguments arguments, Evaluation& evaluation, Position)
{
    List out = *arguments[0].list();
    const List& more = *arguments[1].list();
    out.insert(out.end(), more.begin(), more.end());
    return made(std::move(out), evaluation);
}

Value concatenate(Arguments arguments, Evaluation& evaluation, Position position)
{
    List out;
    for (const Value& each : *arguments[0].list()) {
        if (each.is_null())
            return evaluation.problem(position, "feel.null_argument", "\"concatenate\" got null.");
        if (const List* list = each.list()) {
            out.insert(out.end(), list->begin(), list->end());
        } else {
            out.push_back(each);
        }
        evaluation.charge(out.size() * sizeof(Value));
    }
    return made(std::move(out), evaluation);
}

Value insert_before(Arguments arguments, Evaluation& evaluation, Position position)
{
    List out = *arguments[0].list();
    const auto before = place(arguments[1], out.size());
    if (!before) return no_place(evaluation, position);
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(*before), arguments[2]);
    return made(std::move(out), evaluation);
}

Value remove(Arguments arguments, Evaluation& evaluation, Position position)
{
    List out = *arguments[0].list();
    const auto at = place(arguments[1], out.size());
    if (!at) return no_place(evaluation, position);
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(*at));
    return made(std::move(out), evaluation);
}

/// list replace(list, position, newItem) and list replace(list, match function, newItem).
Value list_replace(Arguments arguments, Evaluation& evaluation, Position position)
{
    List out = *arguments[0].list();
    if (arguments[1].number() != nullptr) {
        const auto at = place(arguments[1], out.size());
        if (!at) return no_place(evaluation, position);
        out[*at] = arguments[2];
        return made(std::move(out), evaluation);
    }
    const Function* match = arguments[1].function();
    if (match == nullptr)
        return evaluation.problem(position, "feel.wrong_arguments",
                                  "\"list replace\" takes a place or a function.");
    for (Value& item : out) {
        const std::array<Value, 2> both{item, arguments[2]};
        const Value outcome = call(*match, std::span<const Value>(both), evaluation, position);
        if (outcome.boolean() == nullptr)
            return evaluation.problem(position, "feel.wrong_type",
                                      "The match function answers true or false.");
        if (outcome.is_true()) item = arguments[2];
    }
    return made(std::move(out), evaluation);
}

Value reverse(Arguments arguments, Evaluation& evaluation, Position)
{
    const List& list = *arguments[0].list();
    return made(List(list.rbegin(), list.rend()), evaluation);
}

Value index_of(Arguments arguments, Evaluation& evaluation, Position)
{
    List out;
    const List& list = *arguments[0].list();
    for (std::size_t at = 0; at < list.size(); ++at) {
        if (same(list[at], arguments[1])) out.push_back(static_cast<std::int64_t>(at + 1));
    }
    return made(std::move(out), evaluation);
}

Value distinct(const List& list, Evaluation& evaluation)
{
    List out;
    for (const Value& item : list) {
        evaluation.step(static_cast<std::int64_t>(out.size()) / 8);
        const bool known = std::any_of(out.begin(), out.end(),
                                       [&](const Value& other) { return same(item, other); });
        if (!known) out.push_back(item);
    }
    return made(std::move(out), evaluation);
}

Value union_of(Arguments arguments, Evaluation& evaluation, Position position)
{
    const Value all = concatenate(arguments, evaluation, position);
    return all.list() != nullptr ? distinct(*all.list(), evaluation) : Value();
}

Value distinct_values(Arguments arguments, Evaluation& evaluation, Position)
{
    return distinct(*arguments[0].list(), evaluation);
}

void flatten_into(List& out, const List& list, Evaluation& evaluation)
{
    evaluation.step(static_cast<std::int64_t>(list.size()));
    for (const Value& item : list) {
        if (item.list() != nullptr) {
            flatten_into(out, *item.list(), evaluation);
        } else {
            evaluation.charge(sizeof(Value));
            out.push_back(item);
        }
    }
}

Value flatten(Arguments arguments, Evaluation& evaluation, Position)
{
    List out;
    flatten_into(out, *arguments[0].list(), evaluation);
    return made(std::move(out), evaluation);
}

/// Merge sort, so that a function which orders nothing sensibly still ends.
bool merge_sort(List& list, std::size_t from, std::size_t to, List& scratch,
                const std::function<std::optional<bool>(const Value&, const Value&)>& precedes)
{
    if (to - from < 2) return true;
    const std::size_t middle = from + (to - from) / 2;
    if (!merge_sort(list, from, middle, scratch, precedes)) return false;
    if (!merge_sort(list, middle, to, scratch, precedes)) return false;
    std::size_t left = from;
    std::size_t right = middle;
    for (std::size_t out = from; out < to; ++out) {
        bool take_right = left == middle;
        if (!take_right && right < to) {
            const auto outcome = precedes(list[right], list[left]);
            if (!outcome) return false;
            take_right = *outcome;
        }
        scratch[out] = take_right ? list[right++] : list[left++];
    }
    std::copy(scratch.begin() + static_cast<std::ptrdiff_t>(from),
              scratch.begin() + static_cast<std::ptrdiff_t>(to),
              list.begin() + static_cast<std::ptrdiff_t>(from));
    return true;
}

Value sort(Arguments arguments, Evaluation& evaluation, Position position)
{
    List list = *arguments[0].list();
    List scratch(list.size());
    const Function* function = arguments.size() > 1 ? arguments[1].function() : nullptr;
    const auto precedes = [&](const Value& a, const Value& b) -> std::optional<bool> {
        evaluation.step();
        if (function == nullptr) {
            const auto ordered = order(a, b);
            if (!ordered) return std::nullopt;
            return *ordered < 0;
        }
        const std::array<Value, 2> both{a, b};
        const Value outcome = call(*function, std::span<const Value>(both), evaluation, position);
        if (outcome.boolean() == nullptr) return std::nullopt;
        return *outcome.boolean();
    };
    if (!merge_sort(list, 0, list.size(), scratch, precedes))
        return evaluation.problem(position, "feel.not_comparable", "The items cannot be ordered.");
    return made(std::move(list), evaluation);
}

/// all and any: ternary, as "and" and "or" are.
template <bool conjunction>
Value logic(Arguments arguments, Evaluation&, Position)
{
    bool unknown = false;
    for (const Value& item : *arguments[0].list()) {
        if (conjunction ? item.is_false() : item.is_true()) return !conjunction;
        unknown = unknown || item.boolean() == nullptr;
    }
    return unknown ? Value() : Value(conjunction);
}

constexpr std::array lists_rows{
    BuiltIn{"list contains", "list: list, element: Any", "boolean", list_contains},
    BuiltIn{"count", "list: list", "number", count},
    BuiltIn{"sublist", "list: list, start position: number, length?: number", "list", sublist},
    BuiltIn{"append", "list: list, ...item?: Any", "list", append},
    BuiltIn{"concatenate", "...list: Any", "list", concatenate},
    BuiltIn{"insert before", "list: list, position: number, newItem: Any", "list", insert_before},
    BuiltIn{"remove", "list: list, position: number", "list", remove},
    BuiltIn{"list replace", "list: list, position: number, newItem: Any", "list", list_replace},
    BuiltIn{"list replace", "list: list, match: function, newItem: Any", "list", list_replace},
    BuiltIn{"reverse", "list: list", "list", reverse},
    BuiltIn{"index of", "list: list, match: Any", "list", index_of},
    BuiltIn{"union", "...list: Any", "list", union_of},
    BuiltIn{"distinct values", "list: list", "list", distinct_values},
    BuiltIn{"flatten", "list: list", "list", flatten},
    BuiltIn{"sort", "list: list, precedes?: function", "list", sort},
    BuiltIn{"all", "list: list", "boolean", logic<true>},
    BuiltIn{"all", "...b: Any", "boolean", logic<true>},
    BuiltIn{"any", "list: list", "boolean", logic<false>},
    BuiltIn{"any", "...b: Any", "boolean", logic<false>},
};

}  // namespace

std::span<const BuiltIn> list_functions()
{
    return lists_rows;
}

}  // namespace engine::feel
