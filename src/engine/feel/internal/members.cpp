// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/internal/operators.h>

#include <platform/zone/zone.h>

namespace engine::feel {
namespace {

std::optional<Value> date_member(Date date, std::string_view name)
{
    const CivilDate parts = civil(date);
    if (name == "year") return Value(parts.year);
    if (name == "month") return Value(parts.month);
    if (name == "day") return Value(parts.day);
    if (name == "weekday") return Value(weekday(date));
    return std::nullopt;
}

std::optional<Value> clock_member(std::int64_t nanos, std::string_view name)
{
    const std::int64_t seconds = nanos / nanos_per_second;
    if (name == "hour") return Value(seconds / 3600);
    if (name == "minute") return Value(seconds / 60 % 60);
    if (name == "second") return Value(seconds % 60);
    return std::nullopt;
}

std::optional<Value> zone_member(Zone zone, std::optional<std::int32_t> offset,
                                 std::string_view name)
{
    if (name == "time offset") return offset ? Value(DayDuration{*offset, 0}) : Value();
    if (name == "timezone")
        return zone.kind == Zone::Kind::named ? Value(platform::zone::name(zone.id)) : Value();
    return std::nullopt;
}

std::optional<Value> duration_member(DayDuration value, std::string_view name)
{
    if (name == "days") return Value(value.seconds / 86'400);
    if (name == "hours") return Value(value.seconds / 3600 % 24);
    if (name == "minutes") return Value(value.seconds / 60 % 60);
    if (name == "seconds") return Value(value.seconds % 60);
    return std::nullopt;
}

std::optional<Value> range_member(const Range& range, std::string_view name)
{
    if (name == "start") return range.form == Range::Form::not_equal ? Value() : range.low;
    if (name == "end")
        return range.form == Range::Form::interval ? range.high
               : range.form == Range::Form::equal  ? range.low
                                                   : Value();
    if (name == "start included") return Value(range.low_included);
    if (name == "end included") return Value(range.high_included);
    return std::nullopt;
}

std::optional<Value> find_member(const Value& value, std::string_view name)
{
    std::optional<Value> found;
    switch (value.kind()) {
        case Kind::context: {
            const Value* entry = value.context()->find(name);
            return entry != nullptr ? std::optional(*entry) : std::nullopt;
        }
        case Kind::date:
            return date_member(*value.date(), name);
        case Kind::time: {
            const Time& time = *value.time();
            found = clock_member(time.nanos, name);
            return found ? found : zone_member(time.zone, offset_seconds(time), name);
        }
        case Kind::date_and_time: {
            const DateTime& time = *value.date_time();
            found = date_member(time.date, name);
            if (!found) found = clock_member(time.nanos, name);
            return found ? found : zone_member(time.zone, offset_seconds(time), name);
        }
        case Kind::days_and_time_duration:
            return duration_member(*value.day_duration(), name);
        case Kind::years_and_months_duration:
            if (name == "years") return Value(value.month_duration()->months / 12);
            if (name == "months") return Value(value.month_duration()->months % 12);
            return std::nullopt;
        case Kind::range:
            return range_member(*value.range(), name);
        default:
            return std::nullopt;
    }
}

}  // namespace

Value member(const Value& value, std::string_view name, Evaluation& evaluation, Position position)
{
    if (value.is_null()) return {};
    if (const List* list = value.list()) {
        evaluation.step(static_cast<std::int64_t>(list->size()));
        evaluation.charge(list->size() * sizeof(Value));
        List out;
        out.reserve(list->size());
        for (const Value& item : *list) out.push_back(member(item, name, evaluation, position));
        return Value(std::move(out));
    }
    auto found = find_member(value, name);
    if (found) return *std::move(found);
    return evaluation.problem(
        position, "feel.no_such_member",
        "A " + std::string(name_of(value.kind())) + " has no \"" + std::string(name) + "\".");
}

}  // namespace engine::feel
