// SPDX-License-Identifier: Apache-2.0
// bank.yaml, brand.yaml, calendars/ and institutions/.
#include <bank/catalog/internal/bank_files.h>

#include <algorithm>

namespace bank::catalog::internal {

namespace {

constexpr std::string_view weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday"};

bool is_colour(const Node& node)
{
    const std::string& text = node.text();
    return text.size() == 7 && text[0] == '#' &&
           text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}

/// "09:00" as minutes of the day; -1 for anything else.
int minute_of(const std::string& text)
{
    if (text.size() != 5 || text[2] != ':') return -1;
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (!digit(0) || !digit(1) || !digit(3) || !digit(4)) return -1;
    const int hours = (text[0] - '0') * 10 + text[1] - '0';
    const int minutes = (text[3] - '0') * 10 + text[4] - '0';
    const int all = hours * 60 + minutes;
    return minutes > 59 || all > 24 * 60 ? -1 : all;
}

void read_dates(const Node& list, std::set<base::Date>& into, std::vector<Finding>& findings)
{
    if (list.kind() != Node::Kind::list)
        return add(findings, list, "a list of dates is needed here");
    for (const Node& item : list.items()) {
        const auto date = base::parse_date(item.text());
        if (!date) {
            add(findings, item, "\"" + item.text() + "\" is no date");
        } else {
            into.insert(date.value());
        }
    }
}

}  // namespace

BankFacts read_bank_facts(const Node& root, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    BankFacts facts;
    facts.code = fields.text("code");
    facts.name = fields.languages("name");
    facts.short_name = fields.languages("short_name");
    if (const Node* party = fields.node("relying_party", true)) {
        Fields inner{*party, findings};
        facts.relying_party_id = inner.text("id");
        inner.languages("name");
    }
    facts.locales = fields.texts("locales");
    if (std::find(facts.locales.begin(), facts.locales.end(), "zh") == facts.locales.end()) {
        fields.fault("locales", "must hold zh");
    }
    const std::string currency = fields.one_of("currency", {"CNY"});
    facts.currency = {base::intern(currency.empty() ? "CNY" : currency), 2};
    facts.service_phone = fields.text("service_phone");
    if (const Node* dormancy = fields.node("dormancy")) {
        Fields inner{*dormancy, findings};
        const auto number = [&](std::string_view name, std::int64_t least, std::int64_t otherwise) {
            return static_cast<int>(inner.integer_or(name, least, 1'000'000, otherwise));
        };
        facts.unused_after_days = number("unused_after_days", 0, 0);
        facts.idle_after_days = number("idle_after_days", 0, 0);
        facts.look_for_idle_seconds = number("look_every_seconds", 1, 86'400);
    }
    facts.demo = fields.one_of("purpose", {"demo", "service"}) == "demo";
    return facts;
}

platform::json::Value read_brand(const Node& root, std::vector<Finding>& findings)
{
    {
        Fields fields{root, findings};
        fields.languages("mark");
        for (const char* theme : {"light", "dark"}) {
            for (const auto& [token, colour] : fields.members(theme)) {
                if (!is_colour(colour))
                    add(findings, colour, token + " must be a colour, \"#176B5E\"");
            }
            for (const char* needed : {"paper", "card", "ink", "celadon", "cinnabar"}) {
                const Node* colours = root.find(theme);
                if (colours == nullptr || colours->find(needed) == nullptr) {
                    fields.fault(theme, "lacks the colour " + std::string{needed});
                }
            }
        }
    }
    return root.to_json();
}

CalendarFile read_calendar(const Node& root, std::string& code, std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    CalendarFile calendar;
    code = fields.text("code");
    for (const Node& item : fields.items("weekend")) {
        const auto* found = std::find(std::begin(weekdays), std::end(weekdays), item.text());
        if (found == std::end(weekdays)) {
            add(findings, item, "\"" + item.text() + "\" is no weekday");
        } else {
            calendar.weekend[static_cast<std::size_t>(found - std::begin(weekdays))] = true;
        }
    }
    for (const Node& item : fields.items("years", true)) {
        Fields year{item, findings};
        year.integer("year", 2000, 2100);
        year.text("source");
        for (const auto& [holiday, dates] : year.members("off")) {
            read_dates(dates, calendar.off, findings);
        }
        if (const Node* working = year.node("working")) {
            read_dates(*working, calendar.working, findings);
        }
    }
    return calendar;
}

Institution read_institution(const Node& root,
                             const std::map<std::string, CalendarFile, std::less<>>& calendars,
                             std::vector<Finding>& findings)
{
    Fields fields{root, findings};
    Institution institution;
    institution.code = fields.text("code");
    institution.book = static_cast<int>(fields.integer("book", 1, 1023));
    institution.name = fields.languages("name");
    institution.short_name = fields.languages("short_name");
    institution.account_prefix = fields.text("account_prefix");
    if (institution.account_prefix.size() < 4 || institution.account_prefix.size() > 7 ||
        institution.account_prefix.find_first_not_of("0123456789") != std::string::npos ||
        institution.account_prefix[0] == '0') {
        fields.fault("account_prefix", "must be 4 to 7 digits, the first not 0");
    }
    institution.clearing_code = fields.text("clearing_code");
    institution.time_zone = fields.text("time_zone");
    institution.calendar = fields.text("calendar");
    institution.products = fields.texts("products");
    institution.services = fields.texts("services");

    institution.cut_over_minute = minute_of(fields.text_or("cut_over", "24:00"));
    if (institution.cut_over_minute < 12 * 60) {
        fields.fault("cut_over", "must be a time from 12:00 to 24:00");
    }
    institution.books_on_working_days =
        fields.text_or("business_days", "every") != "every" &&
        fields.one_of("business_days", {"every", "working"}) == "working";

    engine::process::BusinessCalendar::Hours hours;
    if (const Node* node = fields.node("business_hours", true)) {
        Fields inner{*node, findings};
        hours.from_minute = minute_of(inner.text("from"));
        hours.to_minute = minute_of(inner.text("to"));
        if (hours.from_minute < 0) inner.fault("from", "must be a time, \"09:00\"");
        if (hours.to_minute < 0) inner.fault("to", "must be a time, \"17:00\"");
    }
    const auto calendar = calendars.find(institution.calendar);
    if (calendar == calendars.end()) {
        fields.fault("calendar", "names no file of calendars/");
        return institution;
    }
    auto made = engine::process::BusinessCalendar::make(
        institution.time_zone, hours, calendar->second.weekend, calendar->second.off,
        calendar->second.working);
    if (made) {
        institution.business_calendar = std::move(made).value();
    } else {
        add(findings, root, made.error().detail);
    }
    return institution;
}

}  // namespace bank::catalog::internal
