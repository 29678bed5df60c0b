// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/built_in.h>

#include <array>

namespace engine::feel {
namespace {

using Arguments = std::span<const Value>;

/// One side of a range; a point is both of its own, included.
struct End {
    Value value;
    bool included;
    bool unbounded = false;
};

struct Sides {
    End low;
    End high;
    bool is_point;
};

Sides sides(const Value& value)
{
    if (const Range* range = value.range()) {
        return {{range->low, range->low_included, range->low_unbounded},
                {range->high, range->high_included, range->high_unbounded},
                false};
    }
    return {{value, true}, {value, true}, true};
}

/// Thrown out of a comparison that has no answer; caught in `answer`.
struct Incomparable {};

/// The order of two ends, where `a` and `b` are lows (without bound: least) or highs (greatest).
int compare(const End& a, bool a_is_high, const End& b, bool b_is_high)
{
    if (a.unbounded || b.unbounded) {
        const int left = a.unbounded ? (a_is_high ? 1 : -1) : 0;
        const int right = b.unbounded ? (b_is_high ? 1 : -1) : 0;
        return left - right;
    }
    const auto ordered = order(a.value, b.value);
    if (!ordered) throw Incomparable{};
    return *ordered < 0 ? -1 : *ordered > 0 ? 1 : 0;
}

int low_low(const Sides& a, const Sides& b)
{
    return compare(a.low, false, b.low, false);
}
int high_high(const Sides& a, const Sides& b)
{
    return compare(a.high, true, b.high, true);
}
int high_low(const Sides& a, const Sides& b)
{
    return compare(a.high, true, b.low, false);
}

/// Table 78 of DMN 1.5: the relations of Allen and of HL7, for points and ranges.
bool before(const Sides& a, const Sides& b)
{
    const int meet = high_low(a, b);
    return meet < 0 || (meet == 0 && (!a.high.included || !b.low.included));
}

bool meets(const Sides& a, const Sides& b)
{
    return high_low(a, b) == 0 && a.high.included && b.low.included;
}

bool starts_no_later(const Sides& a, const Sides& b)
{
    const int low = low_low(a, b);
    return low < 0 || (low == 0 && (a.low.included || !b.low.included));
}

bool ends_no_earlier(const Sides& a, const Sides& b)
{
    const int high = high_high(a, b);
    return high > 0 || (high == 0 && (a.high.included || !b.high.included));
}

bool includes(const Sides& a, const Sides& b)
{
    return starts_no_later(a, b) && ends_no_earlier(a, b);
}

bool overlaps(const Sides& a, const Sides& b)
{
    return !before(a, b) && !before(b, a);
}

bool overlaps_before(const Sides& a, const Sides& b)
{
    const int low = low_low(a, b);
    const bool starts_before = low < 0 || (low == 0 && a.low.included && !b.low.included);
    const int reach = high_low(a, b);
    const bool reaches = reach > 0 || (reach == 0 && a.high.included && b.low.included);
    const int high = high_high(a, b);
    const bool ends_within = high < 0 || (high == 0 && (!a.high.included || b.high.included));
    return starts_before && reaches && ends_within;
}

bool finishes(const Sides& a, const Sides& b)
{
    if (high_high(a, b) != 0) return false;
    if (a.is_point) return b.high.included;
    const int low = low_low(a, b);
    return a.high.included == b.high.included &&
           (low > 0 || (low == 0 && (!a.low.included || b.low.included)));
}

bool starts(const Sides& a, const Sides& b)
{
    if (low_low(a, b) != 0) return false;
    if (a.is_point) return b.low.included;
    const int high = high_high(a, b);
    return a.low.included == b.low.included &&
           (high < 0 || (high == 0 && (!a.high.included || b.high.included)));
}

bool coincides(const Sides& a, const Sides& b)
{
    return low_low(a, b) == 0 && high_high(a, b) == 0 && a.low.included == b.low.included &&
           a.high.included == b.high.included;
}

enum class Shapes { any, range_and_any, ranges, range_second };

template <bool (*relation)(const Sides&, const Sides&), bool swapped, Shapes shapes>
Value answer(Arguments arguments, Evaluation& evaluation, Position position)
{
    const auto wrong = [&] {
        return evaluation.problem(position, "feel.wrong_arguments",
                                  "It takes points or ranges of one kind.");
    };
    for (const Value& argument : arguments) {
        if (argument.is_null()) return wrong();
    }
    const Value& a = arguments[swapped ? 1 : 0];
    const Value& b = arguments[swapped ? 0 : 1];
    const bool fits = shapes == Shapes::any ||
                      (shapes == Shapes::ranges && a.range() != nullptr && b.range() != nullptr) ||
                      (shapes == Shapes::range_and_any && a.range() != nullptr) ||
                      (shapes == Shapes::range_second && b.range() != nullptr);
    if (!fits) return wrong();
    try {
        return relation(sides(a), sides(b));
    } catch (const Incomparable&) {
        return wrong();
    }
}

constexpr std::array ranges_rows{
    BuiltIn{"before", "a: Any, b: Any", "boolean", answer<before, false, Shapes::any>},
    BuiltIn{"after", "a: Any, b: Any", "boolean", answer<before, true, Shapes::any>},
    BuiltIn{"meets", "a: Any, b: Any", "boolean", answer<meets, false, Shapes::ranges>},
    BuiltIn{"met by", "a: Any, b: Any", "boolean", answer<meets, true, Shapes::ranges>},
    BuiltIn{"overlaps", "a: Any, b: Any", "boolean", answer<overlaps, false, Shapes::ranges>},
    BuiltIn{"overlaps before", "a: Any, b: Any", "boolean",
            answer<overlaps_before, false, Shapes::ranges>},
    BuiltIn{"overlaps after", "a: Any, b: Any", "boolean",
            answer<overlaps_before, true, Shapes::ranges>},
    BuiltIn{"finishes", "a: Any, b: Any", "boolean", answer<finishes, false, Shapes::range_second>},
    BuiltIn{"finished by", "a: Any, b: Any", "boolean",
            answer<finishes, true, Shapes::range_second>},
    BuiltIn{"includes", "a: Any, b: Any", "boolean",
            answer<includes, false, Shapes::range_and_any>},
    BuiltIn{"during", "a: Any, b: Any", "boolean", answer<includes, true, Shapes::range_and_any>},
    BuiltIn{"starts", "a: Any, b: Any", "boolean", answer<starts, false, Shapes::range_second>},
    BuiltIn{"started by", "a: Any, b: Any", "boolean", answer<starts, true, Shapes::range_second>},
    BuiltIn{"coincides", "a: Any, b: Any", "boolean", answer<coincides, false, Shapes::any>},
};

}  // namespace

std::span<const BuiltIn> range_functions()
{
    return ranges_rows;
}

}  // namespace engine::feel
