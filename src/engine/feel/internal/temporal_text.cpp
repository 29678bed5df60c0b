// SPDX-License-Identifier: Apache-2.0
#include <engine/feel/temporal.h>

#include <platform/zone/zone.h>

#include <array>
#include <cstdlib>

namespace engine::feel {
namespace {

/// Reads a text from left to right; a failed read leaves it where it was.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    bool at_end() const { return at_ == text_.size(); }
    std::string_view rest() const { return text_.substr(at_); }

    bool skip(char c)
    {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    /// Between `least` and `most` digits.
    std::optional<std::int64_t> digits(std::size_t least, std::size_t most)
    {
        std::size_t end = at_;
        std::int64_t value = 0;
        while (end < text_.size() && end - at_ < most && text_[end] >= '0' && text_[end] <= '9')
            value = value * 10 + (text_[end++] - '0');
        if (end - at_ < least) return std::nullopt;
        if (end < text_.size() && text_[end] >= '0' && text_[end] <= '9') return std::nullopt;
        at_ = end;
        return value;
    }

    /// The digits behind a point as nanoseconds; further ones are cut.
    std::optional<std::int64_t> fraction()
    {
        const std::size_t from = at_;
        std::int64_t nanos = 0;
        std::int64_t unit = nanos_per_second / 10;
        for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_, unit /= 10)
            nanos += (text_[at_] - '0') * unit;
        if (at_ == from) return std::nullopt;
        return nanos;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

std::string padded(std::int64_t value, int width)
{
    std::string digits = std::to_string(value);
    if (digits.size() < static_cast<std::size_t>(width))
        digits.insert(0, static_cast<std::size_t>(width) - digits.size(), '0');
    return digits;
}

/// ".5" for half a second, nothing for none.
std::string fraction_text(std::int64_t nanos)
{
    if (nanos == 0) return {};
    std::string digits = padded(nanos, 9);
    digits.erase(digits.find_last_not_of('0') + 1);
    return "." + digits;
}

std::optional<Zone> read_zone(Reader& reader)
{
    if (reader.at_end()) return Zone{};
    if (reader.skip('Z') || reader.skip('z')) return Zone{0, 0, Zone::Kind::offset};
    if (reader.skip('@')) {
        const std::string_view name = reader.rest();
        const auto id = platform::zone::find(name);
        if (!id) return std::nullopt;
        reader = Reader({});
        return Zone{0, *id, Zone::Kind::named};
    }
    const bool west = reader.skip('-');
    if (!west && !reader.skip('+')) return std::nullopt;
    const auto hours = reader.digits(2, 2);
    if (!hours || !reader.skip(':')) return std::nullopt;
    const auto minutes = reader.digits(2, 2);
    if (!minutes) return std::nullopt;
    std::int64_t seconds = 0;
    if (reader.skip(':')) {
        const auto read = reader.digits(2, 2);
        if (!read || *read > 59) return std::nullopt;
        seconds = *read;
    }
    seconds += *hours * 3600 + *minutes * 60;
    if (*minutes > 59 || seconds > 14 * 3600) return std::nullopt;
    return Zone{static_cast<std::int32_t>(west ? -seconds : seconds), 0, Zone::Kind::offset};
}

std::string zone_text(Zone zone)
{
    if (zone.kind == Zone::Kind::none) return {};
    if (zone.kind == Zone::Kind::named) return "@" + std::string(platform::zone::name(zone.id));
    if (zone.offset_seconds == 0) return "Z";
    const int size = std::abs(zone.offset_seconds);
    std::string text = zone.offset_seconds < 0 ? "-" : "+";
    text += padded(size / 3600, 2) + ":" + padded(size / 60 % 60, 2);
    if (size % 60 != 0) text += ":" + padded(size % 60, 2);
    return text;
}

std::string clock_text(std::int64_t nanos)
{
    const std::int64_t seconds = nanos / nanos_per_second;
    return padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" +
           padded(seconds % 60, 2) + fraction_text(nanos % nanos_per_second);
}

/// Nanoseconds of the day; 24:00:00 gives a whole day.
std::optional<std::int64_t> read_clock(Reader& reader)
{
    const auto hours = reader.digits(2, 2);
    if (!hours || !reader.skip(':')) return std::nullopt;
    const auto minutes = reader.digits(2, 2);
    if (!minutes || !reader.skip(':')) return std::nullopt;
    const auto seconds = reader.digits(2, 2);
    if (!seconds) return std::nullopt;
    std::int64_t nanos = 0;
    if (reader.skip('.')) {
        const auto read = reader.fraction();
        if (!read) return std::nullopt;
        nanos = *read;
    }
    if (*hours > 24 || *minutes > 59 || *seconds > 59) return std::nullopt;
    nanos += (*hours * 3600 + *minutes * 60 + *seconds) * nanos_per_second;
    if (nanos > nanos_per_day) return std::nullopt;
    return nanos;
}

/// One number of a duration and the sign that says what it counts.
struct Piece {
    std::int64_t count;
    std::int64_t nanos;
    char unit;
    bool has_point;
};

std::optional<Piece> read_piece(Reader& reader, std::string_view units)
{
    const auto count = reader.digits(1, 18);
    if (!count) return std::nullopt;
    Piece piece{*count, 0, '\0', false};
    if (reader.skip('.')) {
        piece.nanos = reader.fraction().value_or(0);
        piece.has_point = true;
    }
    for (const char unit : units) {
        if (reader.skip(unit)) piece.unit = unit;
        if (piece.unit != '\0') break;
    }
    if (piece.unit == '\0' || (piece.has_point && piece.unit != 'S')) return std::nullopt;
    return piece;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text)
{
    Reader reader(text);
    const bool before = reader.skip('-');
    const bool zero = reader.rest().starts_with('0');
    const auto year = reader.digits(4, zero ? 4 : 9);
    if (!year || !reader.skip('-')) return std::nullopt;
    const auto month = reader.digits(2, 2);
    if (!month || !reader.skip('-')) return std::nullopt;
    const auto day = reader.digits(2, 2);
    if (!day || !reader.at_end()) return std::nullopt;
    return make_date(before ? -*year : *year, *month, *day);
}

std::optional<Time> parse_time(std::string_view text)
{
    Reader reader(text);
    const auto nanos = read_clock(reader);
    if (!nanos || *nanos == nanos_per_day) return std::nullopt;
    const auto zone = read_zone(reader);
    if (!zone || !reader.at_end()) return std::nullopt;
    return Time{*nanos, *zone};
}

std::optional<DateTime> parse_date_time(std::string_view text)
{
    const std::size_t mark = text.find('T');
    if (mark == std::string_view::npos) return std::nullopt;
    auto date = parse_date(text.substr(0, mark));
    if (!date) return std::nullopt;
    Reader reader(text.substr(mark + 1));
    auto nanos = read_clock(reader);
    if (!nanos) return std::nullopt;
    const auto zone = read_zone(reader);
    if (!zone || !reader.at_end()) return std::nullopt;
    if (*nanos == nanos_per_day) {  // The midnight at a day's end begins the next.
        nanos = 0;
        ++date->days;
        if (civil(*date).year > greatest_year) return std::nullopt;
    }
    return DateTime{*date, *nanos, *zone};
}

std::optional<DayDuration> parse_day_duration(std::string_view text)
{
    Reader reader(text);
    const bool negative = reader.skip('-');
    if (!reader.skip('P')) return std::nullopt;
    Wide total = 0;
    bool any = false;
    if (!reader.rest().starts_with('T')) {
        const auto days = read_piece(reader, "D");
        if (!days) return std::nullopt;
        total = Wide{days->count} * nanos_per_day;
        any = true;
    }
    if (reader.skip('T')) {
        std::string_view units = "HMS";
        bool first = true;
        while (!reader.at_end()) {
            const auto piece = read_piece(reader, units);
            if (!piece) return std::nullopt;
            const std::int64_t seconds = piece->unit == 'H' ? 3600 : piece->unit == 'M' ? 60 : 1;
            total += Wide{piece->count} * seconds * nanos_per_second + piece->nanos;
            units = units.substr(units.find(piece->unit) + 1);
            first = false;
        }
        if (first) return std::nullopt;
        any = true;
    }
    if (!any || !reader.at_end()) return std::nullopt;
    return make_day_duration(negative ? -total : total);
}

std::optional<MonthDuration> parse_month_duration(std::string_view text)
{
    Reader reader(text);
    const bool negative = reader.skip('-');
    if (!reader.skip('P')) return std::nullopt;
    std::int64_t months = 0;
    std::string_view units = "YM";
    bool any = false;
    while (!reader.at_end()) {
        const auto piece = read_piece(reader, units);
        if (!piece || piece->count > 100'000'000'000'000'000) return std::nullopt;
        months += piece->unit == 'Y' ? piece->count * 12 : piece->count;
        units = units.substr(units.find(piece->unit) + 1);
        any = true;
    }
    if (!any) return std::nullopt;
    return MonthDuration{negative ? -months : months};
}

std::string to_text(Date value)
{
    const CivilDate date = civil(value);
    return (date.year < 0 ? "-" : "") + padded(std::abs(date.year), 4) + "-" +
           padded(date.month, 2) + "-" + padded(date.day, 2);
}

std::string to_text(const Time& value)
{
    return clock_text(value.nanos) + zone_text(value.zone);
}

std::string to_text(const DateTime& value)
{
    return to_text(value.date) + "T" + clock_text(value.nanos) + zone_text(value.zone);
}

std::string to_text(DayDuration value)
{
    Wide left = nanos(value);
    if (left == 0) return "PT0S";
    std::string text = left < 0 ? "-P" : "P";
    if (left < 0) left = -left;
    const auto days = static_cast<std::int64_t>(left / nanos_per_day);
    const auto rest = static_cast<std::int64_t>(left % nanos_per_day);
    if (days != 0) text += std::to_string(days) + "D";
    if (rest == 0) return text;
    const std::int64_t seconds = rest / nanos_per_second;
    text += "T";
    if (seconds / 3600 != 0) text += std::to_string(seconds / 3600) + "H";
    if (seconds / 60 % 60 != 0) text += std::to_string(seconds / 60 % 60) + "M";
    const std::string fraction = fraction_text(rest % nanos_per_second);
    if (seconds % 60 != 0 || !fraction.empty())
        text += std::to_string(seconds % 60) + fraction + "S";
    return text;
}

std::string to_text(MonthDuration value)
{
    if (value.months == 0) return "P0M";
    std::string text = value.months < 0 ? "-P" : "P";
    const std::int64_t months = std::abs(value.months);
    if (months / 12 != 0) text += std::to_string(months / 12) + "Y";
    if (months % 12 != 0) text += std::to_string(months % 12) + "M";
    return text;
}

}  // namespace engine::feel
