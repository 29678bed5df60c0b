// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>
#include <server/products.h>

#include <bank/community/reports.h>
#include <bank/customer/person.h>
#include <bank/payment/short_code.h>
#include <bank/supply/supplies.h>
#include <platform/qr/qr.h>

#include <algorithm>

namespace server {

namespace community = bank::community;
namespace customer = bank::customer;
namespace json = platform::json;
namespace supply = bank::supply;
using base::Result;
using engine::process::OperationCall;
using json::Object;
using json::Value;

namespace {

base::Date today(const OperationCall& call, const OperationParts& parts)
{
    return parts.institution.business_calendar.local_date(call.transaction.now());
}

/// "36.5" as tenths; 0 where it is none.
std::int64_t tenths(std::string_view text)
{
    const auto read = base::parse_money(text, base::Currency{"CNY", 2});
    return read ? read.value().minor_units / 10 : 0;
}

json::Array drawn(std::string_view text)
{
    const auto code = platform::qr::encode(text);
    if (!code) return {};
    const auto rows = code.value().rows();
    return {rows.begin(), rows.end()};
}

/// The day's report; who is unwell is for the staff to look after.
Result<Value> take_report(const OperationCall& call, const OperationParts& parts)
{
    const Value& report = argument(call, "application");
    const auto person = TRY(subject_of(call));
    const bool unwell = report["symptoms"].text_or() == "yes" ||
                        tenths(report["temperature"].text_or()) >=
                            argument(call, "settings")["fever_tenths"].integer_or(373);
    const std::string_view state = unwell                                     ? "unwell"
                                   : report["where"].text_or() == "elsewhere" ? "away"
                                                                              : "well";
    TRY(community::take(call.transaction,
                        {person.value, report["branch"].text_or(), today(call, parts), state}));
    return ok_with(
        {{"state", state}, {"day", base::to_string(today(call, parts))}, {"attention", unwell}});
}

/// Whether the applicant has been well for as long as the setting `well_days` asks.
Result<Value> check_well(const OperationCall& call, const OperationParts& parts)
{
    const auto person = TRY(subject_of(call));
    const auto days = static_cast<int>(argument(call, "settings")["well_days"].integer_or(3));
    // Where the person reported last is where the application counts; else the first branch.
    std::string place = community::place_of(call.transaction, person.value);
    if (place.empty()) place = branch_of(parts);
    community::note_return(call.transaction,
                           {.case_id = TRY(base::parse_id_text(call.business_key)),
                            .person = person.value,
                            .place = place,
                            .day = today(call, parts)});
    return ok_with({{"well", community::well_since(call.transaction, person.value,
                                                   today(call, parts), days)}});
}

Result<Value> permit_return(const OperationCall& call, const OperationParts& parts)
{
    community::note_return(call.transaction,
                           {.case_id = TRY(base::parse_id_text(call.business_key)),
                            .person = TRY(subject_of(call)).value,
                            .place = branch_of(parts),
                            .day = today(call, parts),
                            .granted = true});
    return ok_with({{"from", argument(call, "application")["from"]},
                    {"employer", argument(call, "application")["employer"]},
                    {"permit", call.business_key}});
}

/// A place and all below it.
std::vector<std::string> places_below(const OperationParts& parts, std::string_view code)
{
    std::vector<std::string> places{std::string{code}};
    // Parents stand before their children.
    for (const auto& unit : parts.bank.units) {
        if (std::ranges::find(places, unit.parent) != places.end()) places.push_back(unit.code);
    }
    return places;
}

/// Whom a notice concerns: who has reported from the place, or below it, within `days` (settings).
Result<Value> people_there(const OperationCall& call, const OperationParts& parts)
{
    constexpr int most = 1000;  // As many rounds as a process takes.
    const auto days = argument(call, "settings")["days"].integer_or(30);
    const auto place = argument(call, "application")["branch"].text_or();
    const auto found = community::people(
        call.transaction, places_below(parts, place),
        base::Date{today(call, parts).days - static_cast<std::int32_t>(days)}, most + 1);
    if (found.size() > most) return again("community.too_many");
    json::Array people;
    for (const auto person : found)
        people.push_back(Value{to_string(customer::CustomerId{person})});
    return ok_with({{"count", std::to_string(found.size())}, {"people", std::move(people)}});
}

/// How often somebody was registered before: the first time they tell everything, later the
/// temperature only.
Result<Value> known_visitor(const OperationCall& call, const OperationParts&)
{
    const auto person = TRY(subject_of(call));
    return Value{Object{{"times", community::visits_of(call.transaction, person.value)}}};
}

Result<Value> register_visit(const OperationCall& call, const OperationParts& parts)
{
    const Value& visit = argument(call, "application");
    const auto person = TRY(subject_of(call));
    const auto temperature = tenths(visit["temperature"].text_or());
    if (const auto name = visit["name"].text_or(); !name.empty()) {
        customer::Fields fields;
        fields.emplace(customer::field::visitor_name, name);
        TRY(customer::set_fields(call.transaction, parts.vault, person, fields));
    }
    const auto times = community::visits_of(call.transaction, person.value);
    const std::string pass = bank::payment::short_code(
        parts.seal.code256(platform::crypto::as_bytes("visit/" + std::string{call.key})));
    community::note(call.transaction,
                    {person.value, visit["branch"].text_or(), call.transaction.now(), temperature},
                    pass);
    const bool fever = temperature >= argument(call, "settings")["fever_tenths"].integer_or(373);
    Object answer{{"times", std::to_string(times + 1)}, {"attention", fever}};
    if (!fever) {
        answer.set("pass", pass);
        answer.set("pass_rows", drawn(pass));
    }
    return ok_with(std::move(answer));
}

/// Stock as the service's settings say, put in once for each kind.
Result<Value> reserve_goods(const OperationCall& call, const OperationParts& parts)
{
    const Value& order = argument(call, "application");
    const Value& settings = argument(call, "settings");
    const std::string goods{order["goods"].text_or()};
    auto& books = parts.accounts.ledger();
    const base::Date day = parts.accounts.business_date(call.transaction.now());
    const auto pieces = static_cast<std::int64_t>(order["quantity"].integer_or(0));
    const auto most = settings["most_each"].integer_or(100);
    if (pieces < 1 || pieces > most) return again("supply.too_many");
    if (const auto begun = settings["stock"][goods].integer_or(0); begun > 0) {
        TRY(supply::put_in(call.transaction, books, goods, begun, goods, day));
    }
    const auto hold = supply::promise(call.transaction, books, goods, pieces, call.key, day);
    if (!hold) return again(hold.error().reason);
    return ok_with({{"goods", goods},
                    {"quantity", pieces},
                    {"pieces", std::to_string(pieces)},
                    {"hold", base::to_string(hold.value())}});
}

Result<bank::ledger::EntryId> hold_of(const OperationCall& call)
{
    return base::parse_id<bank::ledger::EntryId>(argument(call, "reserved")["hold"].text_or());
}

Result<Value> give_goods(const OperationCall& call, const OperationParts& parts)
{
    const auto hold = TRY(hold_of(call));
    TRY(supply::give(call.transaction, parts.accounts.ledger(), hold, call.key,
                     parts.accounts.business_date(call.transaction.now())));
    return ok_with({});
}

Result<Value> let_goods_go(const OperationCall& call, const OperationParts& parts)
{
    const auto hold = TRY(hold_of(call));
    TRY(supply::let_go(call.transaction, parts.accounts.ledger(), hold, call.key,
                       parts.accounts.business_date(call.transaction.now())));
    return ok_with({});
}

/// What was given and came back: it may be promised again.
Result<Value> take_goods_back(const OperationCall& call, const OperationParts& parts)
{
    const Value& reserved = argument(call, "reserved");
    TRY(supply::take_back(call.transaction, parts.accounts.ledger(), reserved["goods"].text_or(),
                          static_cast<std::int64_t>(reserved["quantity"].integer_or(0)), call.key,
                          parts.accounts.business_date(call.transaction.now())));
    return ok_with({});
}

}  // namespace

void add_community_operations(engine::process::OperationRegistry& registry,
                              const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"community.report", take_report},
                  {"community.check-well", check_well},
                  {"community.permit", permit_return},
                  {"community.people", people_there},
                  {"visit.known", known_visitor},
                  {"visit.register", register_visit},
                  {"supply.reserve", reserve_goods},
                  {"supply.give", give_goods},
                  {"supply.let-go", let_goods_go},
                  {"supply.take-back", take_goods_back},
              });
}

}  // namespace server
