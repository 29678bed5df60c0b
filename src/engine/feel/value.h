// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <engine/feel/temporal.h>
#include <platform/decimal/decimal.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace engine::feel {

using Number = platform::decimal::Decimal;

class Value;
class Context;
class Function;
struct Range;
using List = std::vector<Value>;

/// The kinds of FEEL's semantic domain (DMN 1.5, 10.3.2.2), in the order of Value's alternatives.
enum class Kind : std::uint8_t {
    null,
    boolean,
    number,
    string,
    date,
    time,
    date_and_time,
    days_and_time_duration,
    years_and_months_duration,
    range,
    list,
    context,
    function,
};

/// A FEEL value. Immutable, cheap to copy: what does not fit in a few words is shared.
///
/// Lists, contexts, ranges and closures that would nest deeper than `greatest_depth` become null,
/// so that nothing that walks a value can run out of stack.
class Value {
public:
    static constexpr std::uint16_t greatest_depth = 500;

    Value() = default;  // null
    Value(bool value) : data_(value) {}
    Value(int value) : data_(Number(value)) {}
    Value(std::int64_t value) : data_(Number(value)) {}

    /// A number that is not finite becomes null.
    Value(Number value);
    Value(const char* value) : Value(std::string(value)) {}
    Value(std::string_view value) : Value(std::string(value)) {}
    Value(std::string value) : data_(std::make_shared<const std::string>(std::move(value))) {}
    Value(Date value) : data_(value) {}
    Value(Time value) : data_(value) {}
    Value(DateTime value) : data_(value) {}
    Value(DayDuration value) : data_(value) {}
    Value(MonthDuration value) : data_(value) {}
    Value(Range value);
    Value(List value);
    Value(Context value);
    Value(std::shared_ptr<const Function> value);

    Kind kind() const { return static_cast<Kind>(data_.index()); }
    std::uint16_t depth() const { return depth_; }  // 0 for what holds no other values.
    bool is_null() const { return kind() == Kind::null; }
    bool is_true() const { return kind() == Kind::boolean && *std::get_if<bool>(&data_); }
    bool is_false() const { return kind() == Kind::boolean && !*std::get_if<bool>(&data_); }

    /// The content, or nullptr where the value is of another kind.
    const bool* boolean() const { return std::get_if<bool>(&data_); }
    const Number* number() const { return std::get_if<Number>(&data_); }
    const std::string* string() const { return shared<std::string>(); }
    const Date* date() const { return std::get_if<Date>(&data_); }
    const Time* time() const { return std::get_if<Time>(&data_); }
    const DateTime* date_time() const { return std::get_if<DateTime>(&data_); }
    const DayDuration* day_duration() const { return std::get_if<DayDuration>(&data_); }
    const MonthDuration* month_duration() const { return std::get_if<MonthDuration>(&data_); }
    const Range* range() const { return shared<Range>(); }
    const List* list() const { return shared<List>(); }
    const Context* context() const { return shared<Context>(); }
    const Function* function() const { return shared<Function>(); }

private:
    template <class T>
    const T* shared() const
    {
        const auto* held = std::get_if<std::shared_ptr<const T>>(&data_);
        return held == nullptr ? nullptr : held->get();
    }

    std::variant<std::monostate, bool, Number, std::shared_ptr<const std::string>, Date, Time,
                 DateTime, DayDuration, MonthDuration, std::shared_ptr<const Range>,
                 std::shared_ptr<const List>, std::shared_ptr<const Context>,
                 std::shared_ptr<const Function>>
        data_;
    std::uint16_t depth_ = 0;
};

/// Named values in the order in which they were put.
class Context {
public:
    struct Entry {
        std::string name;
        Value value;
    };

    Context() = default;
    Context(std::initializer_list<Entry> entries) : entries_(entries) {}

    /// nullptr where there is no such entry (which differs from an entry that is null).
    const Value* find(std::string_view name) const;

    /// Adds the entry, or replaces the one of that name in its place.
    void put(std::string_view name, Value value);

    const std::vector<Entry>& entries() const { return entries_; }

private:
    std::vector<Entry> entries_;
};

/// An interval, or what a unary comparison such as "< 5" or "!= 5" stands for.
struct Range {
    enum class Form : std::uint8_t {
        interval,   // [low..high], either end open or closed; "< 5" is (null..5).
        equal,      // "= low"
        not_equal,  // "!= low"
    };

    Value low;  // Null: no bound on that side.
    Value high;
    bool low_included = false;
    bool high_included = false;
    Form form = Form::interval;

    /// Whether null as an end means "without bound" (written as a comparison) or was the value of
    /// an end that somebody computed, which makes every answer null.
    bool low_unbounded = false;
    bool high_unbounded = false;
};

/// Whether a = b; nothing where the kinds cannot be compared.
std::optional<bool> equal(const Value& a, const Value& b);

/// The order of two numbers, strings (by code point), dates, times, date-times or durations of one
/// kind; nothing for all else.
std::optional<std::strong_ordering> order(const Value& a, const Value& b);

/// Whether `item` lies in `range`; nothing where they cannot be compared.
std::optional<bool> contains(const Range& range, const Value& item);

/// FEEL's text of a value: strings inside lists and contexts in quotes, alone without. What
/// `string()` answers.
std::string to_text(const Value& value);

/// The name of a kind as `instance of` writes it ("days and time duration").
std::string_view name_of(Kind kind);

}  // namespace engine::feel
