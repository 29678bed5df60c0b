// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/value.h>

#include <engine/feel/function.h>
#include <engine/feel/internal/weight.h>

#include <algorithm>
#include <array>

namespace engine::feel {

Value::Value(Number value)
{
    if (value.is_finite()) data_ = value;
}

namespace {

/// Everything shared is made here, so it is known to carry its weight.
template <class T>
struct Weighed : T {
    Weighed(T content, std::uint32_t total) : T(std::move(content)), weight(total) {}
    std::uint32_t weight;
};

/// Sums up what a list, context or range will hold.
class Load {
public:
    void add(const Value& part)
    {
        depth_ = std::max(depth_, part.depth() + 1);
        weight_ = std::min<std::uint64_t>(weight_ + weight(part), greatest_weight + 1);
    }
    bool fits() const { return depth_ <= Value::greatest_depth && weight_ <= greatest_weight; }
    std::uint16_t depth() const { return static_cast<std::uint16_t>(depth_); }

    template <class T>
    std::shared_ptr<const T> hold(T content) const
    {
        return std::make_shared<const Weighed<T>>(std::move(content),
                                                  static_cast<std::uint32_t>(weight_));
    }

private:
    int depth_ = 1;
    std::uint64_t weight_ = 1;
};

}  // namespace

std::uint32_t weight(const Value& value)
{
    switch (value.kind()) {
        case Kind::string:
            return static_cast<std::uint32_t>(1 + value.string()->size() / 64);
        case Kind::range:
            return static_cast<const Weighed<Range>*>(value.range())->weight;
        case Kind::list:
            return static_cast<const Weighed<List>*>(value.list())->weight;
        case Kind::context:
            return static_cast<const Weighed<Context>*>(value.context())->weight;
        default:
            return 1;
    }
}

Value::Value(Range value)
{
    Load load;
    load.add(value.low);
    load.add(value.high);
    if (!load.fits()) return;
    depth_ = load.depth();
    data_ = load.hold(std::move(value));
}

Value::Value(List value)
{
    Load load;
    for (const Value& item : value) load.add(item);
    if (!load.fits()) return;
    depth_ = load.depth();
    data_ = load.hold(std::move(value));
}

Value::Value(Context value)
{
    Load load;
    for (const Context::Entry& entry : value.entries()) load.add(entry.value);
    if (!load.fits()) return;
    depth_ = load.depth();
    data_ = load.hold(std::move(value));
}

Value::Value(std::shared_ptr<const Function> value)
{
    const int depth = value->depth() + 1;
    if (depth > greatest_depth) return;
    depth_ = static_cast<std::uint16_t>(depth);
    data_ = std::move(value);
}

const Value* Context::find(std::string_view name) const
{
    for (const Entry& entry : entries_) {
        if (entry.name == name) return &entry.value;
    }
    return nullptr;
}

void Context::put(std::string_view name, Value value)
{
    for (Entry& entry : entries_) {
        if (entry.name == name) {
            entry.value = std::move(value);
            return;
        }
    }
    entries_.push_back({std::string(name), std::move(value)});
}

std::string_view name_of(Kind kind)
{
    constexpr std::array<std::string_view, 13> names{"Null",
                                                     "boolean",
                                                     "number",
                                                     "string",
                                                     "date",
                                                     "time",
                                                     "date and time",
                                                     "days and time duration",
                                                     "years and months duration",
                                                     "range",
                                                     "list",
                                                     "context",
                                                     "function"};
    return names[static_cast<std::size_t>(kind)];
}

namespace {

std::strong_ordering as_order(std::partial_ordering order)
{
    if (order < 0) return std::strong_ordering::less;
    return order > 0 ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::optional<bool> equal_lists(const List& a, const List& b)
{
    if (a.size() != b.size()) return false;
    for (std::size_t at = 0; at < a.size(); ++at) {
        const auto same = equal(a[at], b[at]);
        if (!same || !*same) return false;
    }
    return true;
}

std::optional<bool> equal_contexts(const Context& a, const Context& b)
{
    if (a.entries().size() != b.entries().size()) return false;
    for (const Context::Entry& entry : a.entries()) {
        const Value* other = b.find(entry.name);
        if (other == nullptr) return false;
        const auto same = equal(entry.value, *other);
        if (!same || !*same) return false;
    }
    return true;
}

std::optional<bool> equal_ranges(const Range& a, const Range& b)
{
    if (a.form != b.form) return false;
    if (a.low_included != b.low_included || a.high_included != b.high_included) return false;
    if (a.low_unbounded != b.low_unbounded || a.high_unbounded != b.high_unbounded) return false;
    const auto low = equal(a.low, b.low);
    const auto high = equal(a.high, b.high);
    return low && high && *low && *high;
}

bool has_zone(Zone zone)
{
    return zone.kind != Zone::Kind::none;
}

/// Equality of times looks at seconds (DMN 1.5, tables 43 and 44), their order at all digits.
Wide whole_seconds(Wide nanos)
{
    return nanos >= 0 ? nanos / nanos_per_second
                      : -((-nanos + nanos_per_second - 1) / nanos_per_second);
}

}  // namespace

std::optional<bool> equal(const Value& a, const Value& b)
{
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
        case Kind::null:
            return true;
        case Kind::boolean:
            return *a.boolean() == *b.boolean();
        case Kind::number:
            return *a.number() == *b.number();
        case Kind::string:
            return *a.string() == *b.string();
        case Kind::list:
            return equal_lists(*a.list(), *b.list());
        case Kind::context:
            return equal_contexts(*a.context(), *b.context());
        case Kind::range:
            return equal_ranges(*a.range(), *b.range());
        case Kind::function:
            return a.function() == b.function();
        case Kind::time:
            if (has_zone(a.time()->zone) != has_zone(b.time()->zone)) return false;
            return whole_seconds(utc_nanos(*a.time())) == whole_seconds(utc_nanos(*b.time()));
        case Kind::date_and_time:
            if (has_zone(a.date_time()->zone) != has_zone(b.date_time()->zone)) return false;
            return whole_seconds(utc_nanos(*a.date_time())) ==
                   whole_seconds(utc_nanos(*b.date_time()));
        case Kind::date:
        case Kind::days_and_time_duration:
        case Kind::years_and_months_duration:
            break;
    }
    const auto ordered = order(a, b);
    return ordered && *ordered == 0;
}

std::optional<std::strong_ordering> order(const Value& a, const Value& b)
{
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
        case Kind::number:
            return as_order(*a.number() <=> *b.number());
        case Kind::string:
            return a.string()->compare(*b.string()) <=> 0;
        case Kind::date:
            return *a.date() <=> *b.date();
        case Kind::time:
            if (has_zone(a.time()->zone) != has_zone(b.time()->zone)) return std::nullopt;
            return utc_nanos(*a.time()) <=> utc_nanos(*b.time());
        case Kind::date_and_time: {
            if (has_zone(a.date_time()->zone) != has_zone(b.date_time()->zone)) return std::nullopt;
            const Wide left = utc_nanos(*a.date_time());
            const Wide right = utc_nanos(*b.date_time());
            return left < right    ? std::strong_ordering::less
                   : left == right ? std::strong_ordering::equal
                                   : std::strong_ordering::greater;
        }
        case Kind::days_and_time_duration:
            return *a.day_duration() <=> *b.day_duration();
        case Kind::years_and_months_duration:
            return *a.month_duration() <=> *b.month_duration();
        default:
            return std::nullopt;
    }
}

std::optional<bool> contains(const Range& range, const Value& item)
{
    if (range.form != Range::Form::interval) {
        const auto same = equal(item, range.low);
        if (!same) return std::nullopt;
        return *same == (range.form == Range::Form::equal);
    }
    if (item.is_null()) return std::nullopt;
    if (!range.low_unbounded) {
        const auto above = order(item, range.low);
        if (!above) return std::nullopt;
        if (*above < 0 || (*above == 0 && !range.low_included)) return false;
    }
    if (!range.high_unbounded) {
        const auto below = order(item, range.high);
        if (!below) return std::nullopt;
        if (*below > 0 || (*below == 0 && !range.high_included)) return false;
    }
    return true;
}

}  // namespace engine::feel
