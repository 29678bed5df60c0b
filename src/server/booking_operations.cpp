// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>

#include <bank/booking/bookings.h>

#include <algorithm>

namespace server {

namespace booking = bank::booking;
namespace json = platform::json;
using base::Result;
using engine::process::OperationCall;
using json::Object;
using json::Value;

namespace {

/// "10:30" as minutes of the day; negative where it is none.
int minute_of(std::string_view time)
{
    if (time.size() != 5 || time[2] != ':') return -1;
    const auto digit = [&](std::size_t at) { return time[at] - '0'; };
    return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4);
}

const bank::catalog::Unit* unit_of(const OperationParts& parts, std::string_view code)
{
    const auto found = std::ranges::find_if(parts.bank.units, [&](const auto& unit) {
        return unit.code == code && unit.institution == parts.institution.code;
    });
    return found == parts.bank.units.end() ? nullptr : &*found;
}

std::string named(const base::Text& text, std::string_view language)
{
    return std::string{base::in_language(text, language)};
}

/// A slot of `capacity` (settings) at a branch on a business day, at a time of the form's.
Result<Value> take_slot(const OperationCall& call, const OperationParts& parts)
{
    const Value& wish = argument(call, "application");
    const Value& settings = argument(call, "settings");
    const auto& calendar = parts.institution.business_calendar;
    const auto* unit = unit_of(parts, wish["branch"].text_or());
    const auto date = base::parse_date(wish["date"].text_or());
    const int minute = minute_of(wish["time"].text_or());
    if (unit == nullptr || !date || minute < 0) return again("booking.slot_unknown");
    if (!calendar.is_business_day(date.value())) return again("booking.day_off");
    const base::Instant at = calendar.at(date.value(), minute);
    const base::Instant now = call.transaction.now();
    if (at <= now) return again("booking.past");
    const std::string slot =
        base::to_string(date.value()) + " " + std::string{wish["time"].text_or()};
    const auto taken = booking::take(
        call.transaction,
        {TRY(base::parse_id_text(call.business_key)), settings["kind"].text_or("visit"), unit->code,
         slot, std::max<std::int64_t>(1, settings["capacity"].integer_or(1))});
    if (!taken) return again(taken.error().reason);
    const auto remind = base::after_seconds(at, -60 * settings["remind_minutes"].integer_or(1440));
    return ok_with({{"date", wish["date"]},
                    {"time", wish["time"]},
                    {"branch", named(unit->name, "zh")},
                    {"branch_en", named(unit->name, "en")},
                    {"branch_code", unit->code},
                    {"at", base::to_string(at)},
                    {"remind_at", base::to_string(std::max(remind, now))},
                    {"until", base::to_string(base::after_seconds(at, 3600))}});
}

Result<Value> draw_number(const OperationCall& call, const OperationParts& parts)
{
    const Value& wish = argument(call, "application");
    const Value& settings = argument(call, "settings");
    const auto& calendar = parts.institution.business_calendar;
    const auto* unit = unit_of(parts, wish["branch"].text_or());
    if (unit == nullptr) return again("booking.slot_unknown");
    const auto now = call.transaction.now();
    if (settings["in_business_hours"].boolean_or(false) && !calendar.is_open(now)) {
        return base::rejected("booking.closed", "the branch gives out numbers while it is open");
    }
    const auto drawn = booking::draw(
        call.transaction,
        {TRY(base::parse_id_text(call.business_key)), settings["kind"].text_or("turn"), unit->code,
         base::to_string(calendar.local_date(now)),
         std::max<std::int64_t>(1, settings["capacity"].integer_or(300))});
    if (!drawn) return drawn.error();
    const std::string letter{settings["letter"].text_or("A")};
    std::string digits = std::to_string(drawn.value().number);
    digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
    return ok_with({{"ticket", letter + digits},
                    {"ahead", std::to_string(drawn.value().ahead)},
                    {"branch", named(unit->name, "zh")},
                    {"branch_en", named(unit->name, "en")}});
}

}  // namespace

void add_booking_operations(engine::process::OperationRegistry& registry,
                            const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"booking.take", take_slot},
                  {"booking.draw", draw_number},
              });
}

}  // namespace server
