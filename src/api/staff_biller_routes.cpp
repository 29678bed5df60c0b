// SPDX-License-Identifier: Apache-2.0
// Bills and billers on the workbench: the day's payments, files and lists, differences, who joins.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/account/number.h>
#include <bank/bill/day.h>
#include <bank/biller/differences.h>

#include <algorithm>
#include <map>

namespace api {

namespace bill = bank::bill;
namespace biller = bank::biller;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr std::string_view view_right = "bill.view";
constexpr std::string_view work_right = "bill.work";
constexpr std::string_view approve_right = "bill.approve";
constexpr int days_of_chart = 14;

std::string_view asked_text(const Call& call, std::string_view name)
{
    const auto* value = call.query.find(name);
    return value == nullptr ? std::string_view{} : value->text_or();
}

/// Name and category of a biller's code.
struct Known {
    base::Text name;
    std::string category;
    bool joined = false;
};

Known known_biller(sql::Snapshot& snapshot, const Parts& parts, const Institution& institution,
                   std::string_view code)
{
    if (const auto provider = biller::provider_in(code); !provider.empty()) {
        const auto* wallet = parts.directory.find(provider);
        return {wallet == nullptr ? base::Text{{"zh", std::string{code}}} : wallet->name, "wallet"};
    }
    if (biller::is_joined(code)) {
        const auto one = institution.joined_billers.by_code(snapshot, code);
        return one ? Known{one->name, one->category, true}
                   : Known{{{"zh", std::string{code}}}, "", true};
    }
    const auto* catalogue = parts.bill_items.catalogue();
    const auto dot = code.find('.');
    if (catalogue != nullptr && dot != std::string_view::npos) {
        for (const auto& city : catalogue->cities) {
            if (city.code != code.substr(dot + 1) || city.districts.empty()) continue;
            const auto item =
                parts.bill_items.find(std::string{code} + "." + city.districts.front().code);
            if (item) return {item->biller_name(), item->kind->category};
        }
    }
    return {{{"zh", std::string{code}}}, ""};
}

Object biller_shape(sql::Snapshot& snapshot, const Parts& parts, const Institution& institution,
                    std::string_view code)
{
    const auto known = known_biller(snapshot, parts, institution, code);
    return {{"code", code},
            {"name", shape(known.name)},
            {"category", known.category},
            {"joined", known.joined}};
}

Object staff_name(const Parts& parts, std::uint64_t id)
{
    const auto staff = parts.organisation.by_id(bank::organisation::StaffId{id});
    return {{"username", staff ? staff.value().login : std::string{}},
            {"name", staff ? staff.value().name : std::string{}}};
}

struct Sum {
    std::int64_t bills = 0;
    std::int64_t paid = 0;
    std::int64_t waiting = 0;
    std::int64_t failed = 0;
    std::int64_t minor_units = 0;  // Paid.

    void add(const bill::DayFigures::Count& count)
    {
        bills += count.bills;
        if (count.state == bill::BillState::paid) {
            paid += count.bills;
            minor_units += count.minor_units;
        } else if (count.state == bill::BillState::failed) {
            failed += count.bills;
        } else {
            waiting += count.bills;
        }
    }
    void put_into(Object& object) const
    {
        object.set("bills", bills);
        object.set("paid", paid);
        object.set("waiting", waiting);
        object.set("failed", failed);
        object.set("amount", base::to_decimal({minor_units, {"CNY", 2}}));
    }
};

/// The day's figures: all, by category, by hour, by biller; and how the latest dates were settled.
Result<http::Response> overview_of_bills(Call& call, Parts& parts)
{
    Institution& institution =
        *TRY(institutions_for(call, parts, view_right, asked_text(call, "institution"))).front();
    auto day = institution.business_day.date();
    if (const auto asked = asked_text(call, "day"); !asked.empty())
        day = TRY(base::parse_date(asked));
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto figures = bill::figures_of(snapshot, day);
        Sum all;
        std::map<std::string, Sum> by_biller;
        std::map<std::string, Sum> by_category;
        for (const auto& count : figures.counts) {
            all.add(count);
            by_biller[count.biller].add(count);
        }
        Array billers;
        for (const auto& [code, sum] : by_biller) {
            auto object = biller_shape(snapshot, parts, institution, code);
            auto& category = by_category[std::string{object.find("category")->text_or()}];
            category.bills += sum.bills;
            category.paid += sum.paid;
            category.waiting += sum.waiting;
            category.failed += sum.failed;
            category.minor_units += sum.minor_units;
            sum.put_into(object);
            billers.push_back(std::move(object));
        }
        Array categories;
        if (const auto* catalogue = parts.bill_items.catalogue()) {
            for (const auto& one : catalogue->categories) {
                Object object{{"code", one.code}, {"name", shape(one.name)}};
                by_category[one.code].put_into(object);
                categories.push_back(std::move(object));
            }
        }
        Array hours;
        for (const auto& hour : figures.hours) {
            hours.push_back(Object{{"at", shape(hour.begins)},
                                   {"bills", hour.bills},
                                   {"amount", base::to_decimal({hour.minor_units, {"CNY", 2}})}});
        }
        Array days;
        for (const auto& one : biller::summaries(snapshot, days_of_chart)) {
            days.push_back(Object{{"day", base::to_string(one.day)},
                                  {"state", biller::to_string(one.state)},
                                  {"billers", one.sheets},
                                  {"open", one.open}});
        }
        const auto waiting =
            institution.joined_billers.all(snapshot, biller::JoinedState::proposed, {}, 100);
        Object object{{"institution", institution.facts.code},
                      {"name", shape(institution.facts.name)},
                      {"day", base::to_string(day)},
                      {"business_date", base::to_string(institution.business_day.date())},
                      {"items", static_cast<std::int64_t>(parts.bill_items.size())},
                      {"proposed", static_cast<std::int64_t>(waiting.size())},
                      {"payouts_waiting", biller::payouts_waiting(snapshot)},
                      {"categories", std::move(categories)},
                      {"hours", std::move(hours)},
                      {"billers", std::move(billers)},
                      {"days", std::move(days)}};
        all.put_into(object);
        return ok(object);
    });
}

std::optional<bill::BillState> bill_state_of(std::string_view name)
{
    for (const auto one : {bill::BillState::requested, bill::BillState::sent, bill::BillState::paid,
                           bill::BillState::failed}) {
        if (bill::to_string(one) == name) return one;
    }
    return std::nullopt;
}

Object staff_bill_shape(const Parts& parts, const bill::Bill& one)
{
    Object object{{"id", to_string(one.id)},
                  {"item", one.item},
                  {"from_account", one.from_number},
                  {"amount", shape(one.amount)},
                  {"discount", shape(one.discount)},
                  {"state", bill::to_string(one.state)},
                  {"requested_at", shape(one.requested_at)}};
    if (const auto item = parts.bill_items.find(one.item)) {
        object.set("name", shape(item->name()));
        object.set("place", shape(item->place()));
        object.set("biller", shape(item->biller_name()));
    }
    if (!one.reason.empty()) object.set("reason", one.reason);
    if (!one.biller_receipt.empty()) object.set("biller_receipt", one.biller_receipt);
    if (one.ended_at) object.set("ended_at", shape(*one.ended_at));
    return object;
}

Result<http::Response> list_payments_of_day(Call& call, Parts& parts)
{
    Institution& institution =
        *TRY(institutions_for(call, parts, view_right, asked_text(call, "institution"))).front();
    bill::DayQuery query{.day = institution.business_day.date(),
                         .biller = std::string{asked_text(call, "biller")},
                         .state = bill_state_of(asked_text(call, "state")),
                         .limit = call.limit() + 1};
    if (const auto asked = asked_text(call, "day"); !asked.empty())
        query.day = TRY(base::parse_date(asked));
    if (!call.cursor().empty()) query.before = TRY(base::parse_id<bill::BillId>(call.cursor()));
    const auto found = institution.book.read(
        [&](sql::Snapshot& snapshot) { return bill::ordered_on(snapshot, query); });
    Array items;
    const auto limit = static_cast<std::size_t>(call.limit());
    for (const auto& one : found) {
        if (items.size() < limit) items.push_back(staff_bill_shape(parts, one));
    }
    Object page{{"day", base::to_string(query.day)}, {"items", std::move(items)}};
    if (found.size() > limit) page.set("next_cursor", to_string(found[limit - 1].id));
    return ok(page);
}

Object payout_shape(sql::Snapshot& snapshot, const Parts& parts, const Institution& institution,
                    const biller::Payout& one)
{
    const auto standing = institution.payouts.standing(snapshot, one);
    Object object{{"state", standing.state}, {"cause", biller::to_string(one.cause)},
                  {"net", shape(one.net)},   {"amount", shape(one.amount)},
                  {"attempt", one.attempt},  {"changed_at", shape(one.changed_at)}};
    if (!one.to.bank.empty()) {
        const auto* bank = parts.directory.find(one.to.bank);
        object.set("bank",
                   bank == nullptr ? shape(base::Text{{"zh", one.to.bank}}) : shape(bank->name));
        object.set("number", bank::account::masked_number(one.to.number));
        object.set("name", one.to.name);
    }
    if (one.maker != 0) object.set("maker", staff_name(parts, one.maker));
    if (one.checker != 0) object.set("checker", staff_name(parts, one.checker));
    if (!one.note.empty()) object.set("note", one.note);
    if (!one.trouble.empty()) object.set("trouble", one.trouble);
    if (!standing.reason.empty()) object.set("reason", "iso." + standing.reason);
    return object;
}

Object sheet_shape(sql::Snapshot& snapshot, const Parts& parts, const Institution& institution,
                   const biller::Sheet& one)
{
    Object object{{"id", to_string(one.id)},
                  {"institution", institution.facts.code},
                  {"biller", biller_shape(snapshot, parts, institution, one.biller)},
                  {"day", base::to_string(one.day)},
                  {"state", biller::to_string(one.state)},
                  {"by_open_api", one.way == biller::Way::open_api},
                  {"count", one.count},
                  {"total", shape(one.total)},
                  {"digest", one.digest},
                  {"parts", one.parts},
                  {"parts_delivered", one.parts_delivered},
                  {"their_count", one.their_count},
                  {"their_total", shape(one.their_total)},
                  {"round", one.round},
                  {"open", one.open}};
    if (!one.trouble.empty()) object.set("trouble", one.trouble);
    if (one.delivered_at) object.set("delivered_at", shape(*one.delivered_at));
    if (one.compared_at) object.set("compared_at", shape(*one.compared_at));
    if (const auto payout = institution.payouts.of(snapshot, one.id))
        object.set("payout", payout_shape(snapshot, parts, institution, *payout));
    return object;
}

std::optional<biller::SheetState> sheet_state_of(std::string_view name)
{
    for (int i = 0; i <= static_cast<int>(biller::SheetState::settled); ++i) {
        const auto state = static_cast<biller::SheetState>(i);
        if (biller::to_string(state) == name) return state;
    }
    return std::nullopt;
}

Result<http::Response> list_days(Call& call, Parts& parts)
{
    Institution& institution =
        *TRY(institutions_for(call, parts, view_right, asked_text(call, "institution"))).front();
    biller::SheetQuery query{.state = sheet_state_of(asked_text(call, "state")),
                             .biller = std::string{asked_text(call, "biller")},
                             .payout_waiting = asked_text(call, "payout") == "waiting",
                             .limit = call.limit() + 1};
    if (const auto asked = asked_text(call, "day"); !asked.empty())
        query.day = TRY(base::parse_date(asked));
    if (!call.cursor().empty()) query.before = TRY(base::parse_id<biller::SheetId>(call.cursor()));
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto found = biller::sheets(snapshot, query);
        Array items;
        const auto limit = static_cast<std::size_t>(call.limit());
        for (const auto& one : found) {
            if (items.size() < limit)
                items.push_back(sheet_shape(snapshot, parts, institution, one));
        }
        Object page{{"items", std::move(items)}};
        if (found.size() > limit) page.set("next_cursor", to_string(found[limit - 1].id));
        return ok(page);
    });
}

Object difference_shape(const Parts& parts, const biller::Difference& one)
{
    Array notes;
    for (const auto& note : one.notes) {
        notes.push_back(Object{
            {"by", staff_name(parts, note.staff)}, {"text", note.text}, {"at", shape(note.at)}});
    }
    Object object{{"id", to_string(one.id)},
                  {"kind", biller::to_string(one.found.kind)},
                  {"payment", one.found.payment},
                  {"ours", base::to_decimal({one.found.ours, {"CNY", 2}})},
                  {"theirs", base::to_decimal({one.found.theirs, {"CNY", 2}})},
                  {"receipt", one.found.receipt},
                  {"state", biller::to_string(one.state)},
                  {"resolution", biller::to_string(one.resolution)},
                  {"found_at", shape(one.found_at)},
                  {"notes", std::move(notes)}};
    if (one.settled_at) object.set("settled_at", shape(*one.settled_at));
    return object;
}

struct NamedSheet {
    Institution* institution;
    biller::SheetId id;
};

Result<NamedSheet> named_sheet(Call& call, Parts& parts, std::string_view right)
{
    const auto id = TRY(call.id<biller::SheetId>("sheet"));
    return NamedSheet{TRY(institution_for(call, parts, id, right, "biller.sheet_unknown")), id};
}

Result<http::Response> sheet_answer(Parts& parts, Institution& institution, biller::SheetId id)
{
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto sheet = TRY(biller::sheet(snapshot, id));
        auto object = sheet_shape(snapshot, parts, institution, sheet);
        Array differences;
        for (const auto& one : biller::differences(snapshot, id))
            differences.push_back(difference_shape(parts, one));
        object.set("differences", std::move(differences));
        return ok(object);
    });
}

Result<http::Response> one_day(Call& call, Parts& parts)
{
    const auto named = TRY(named_sheet(call, parts, view_right));
    return sheet_answer(parts, *named.institution, named.id);
}

Result<http::Response> file_of_day(Call& call, Parts& parts)
{
    const auto named = TRY(named_sheet(call, parts, view_right));
    return named.institution->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto sheet = TRY(biller::sheet(snapshot, named.id));
        http::Response response{.status = 200};
        std::string name = sheet.biller;
        std::replace(name.begin(), name.end(), '/', '-');
        response.set("Content-Type", "text/csv; charset=utf-8");
        response.set("Content-Disposition", "attachment; filename=\"" + name + "-" +
                                                base::to_string(sheet.day) + ".csv\"");
        response.body =
            biller::make_file(snapshot, named.institution->facts.code, sheet.biller, sheet.day)
                .text;
        return response;
    });
}

Result<http::Response> ask_list_again(Call& call, Parts& parts)
{
    const auto named = TRY(named_sheet(call, parts, work_right));
    const auto asked =
        named.institution->book.write([&](sql::Transaction& transaction) -> Result<void> {
            const auto sheet = TRY(biller::ask_again(transaction, named.id));
            bank::audit::append(
                transaction,
                {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                 .action = "biller.ask-again",
                 .object = {"biller-sheet", named.id.value},
                 .reason = {},
                 .details = {{"biller", sheet.biller}, {"day", base::to_string(sheet.day)}}});
            return {};
        });
    if (!asked) return asked.error();
    return sheet_answer(parts, *named.institution, named.id);
}

/// Proposing is the work of operations, the second half another person's.
Result<http::Response> act_on_payout(Call& call, Parts& parts)
{
    const auto action = call.body["action"].text_or();
    const auto named =
        TRY(named_sheet(call, parts, action == "propose" ? work_right : approve_right));
    auto& payouts = named.institution->payouts;
    const auto staff = call.staff->staff.id.value;
    const auto note = call.body["note"].text_or();
    TRY(named.institution->book.write([&](sql::Transaction& transaction) {
        if (action == "propose") return payouts.propose(transaction, named.id, staff, note);
        if (action == "approve") return payouts.approve(transaction, named.id, staff);
        return payouts.refuse(transaction, named.id, staff, note);
    }));
    return sheet_answer(parts, *named.institution, named.id);
}

Result<http::Response> act_on_difference(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<biller::DifferenceId>("difference"));
    Institution* institution =
        TRY(institution_for(call, parts, id, work_right, "biller.difference_unknown"));
    const auto staff = call.staff->staff.id.value;
    const auto text = call.body["text"].text_or();
    const auto done = TRY(
        institution->book.write([&](sql::Transaction& transaction) -> Result<biller::Difference> {
            const auto resolution = biller::resolution_of(call.body["resolution"].text_or());
            if (!resolution) return biller::note(transaction, id, staff, text);
            return biller::settle(transaction, id, staff, *resolution, text);
        }));
    return ok(difference_shape(parts, done));
}

Object joined_shape(sql::Snapshot& snapshot, const Parts& parts, const Institution& institution,
                    const biller::Joined& one, std::uint64_t viewer)
{
    Array items;
    for (const auto& item : institution.joined_billers.items(snapshot, one.id)) {
        items.push_back(Object{{"code", item.code},
                               {"name", shape(item.name)},
                               {"district", item.district},
                               {"live", item.live}});
    }
    Object object{{"id", to_string(one.id)},
                  {"institution", institution.facts.code},
                  {"code", one.code},
                  {"name", shape(one.name)},
                  {"category", one.category},
                  {"city", one.city},
                  {"contact", one.contact},
                  {"state", biller::to_string(one.state)},
                  {"live", one.is_live()},
                  {"mine", one.maker == viewer},
                  {"applied_at", shape(one.applied_at)},
                  {"changed_at", shape(one.changed_at)},
                  {"items", std::move(items)}};
    if (!one.reason.empty()) object.set("reason", one.reason);
    if (one.maker != 0) object.set("maker", staff_name(parts, one.maker));
    if (one.checker != 0) object.set("checker", staff_name(parts, one.checker));
    if (one.live_at) object.set("live_at", shape(*one.live_at));
    return object;
}

Result<http::Response> list_joined(Call& call, Parts& parts)
{
    Institution& institution =
        *TRY(institutions_for(call, parts, view_right, asked_text(call, "institution"))).front();
    biller::JoinedId before;
    if (!call.cursor().empty()) before = TRY(base::parse_id<biller::JoinedId>(call.cursor()));
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto found = institution.joined_billers.all(
            snapshot, biller::joined_state_of(asked_text(call, "state")), before, call.limit() + 1);
        Array items;
        const auto limit = static_cast<std::size_t>(call.limit());
        for (const auto& one : found) {
            if (items.size() < limit) {
                items.push_back(
                    joined_shape(snapshot, parts, institution, one, call.staff->staff.id.value));
            }
        }
        Object page{{"items", std::move(items)}};
        if (found.size() > limit) page.set("next_cursor", to_string(found[limit - 1].id));
        return ok(page);
    });
}

Result<http::Response> act_on_joined(Call& call, Parts& parts)
{
    using Act = biller::JoinedBillers::Act;
    const auto id = TRY(call.id<biller::JoinedId>("joined"));
    const auto act = biller::JoinedBillers::act_of(call.body["action"].text_or());
    base::ensure(act.has_value());
    const bool second = *act == Act::approve || *act == Act::resume;
    Institution* institution = TRY(
        institution_for(call, parts, id, second ? approve_right : work_right, "biller.unknown"));
    const auto staff = call.staff->staff.id.value;
    const auto done = TRY(institution->book.write([&](sql::Transaction& transaction) {
        return institution->joined_billers.act(transaction, id, *act, staff,
                                               call.body["reason"].text_or());
    }));
    return institution->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        return ok(joined_shape(snapshot, parts, *institution, done, staff));
    });
}

}  // namespace

void add_staff_biller_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("getBillFigures", Access::staff, with(overview_of_bills));
    routes.add("listStaffBills", Access::staff, with(list_payments_of_day));
    routes.add("listBillerDays", Access::staff, with(list_days));
    routes.add("getBillerDay", Access::staff, with(one_day));
    routes.add("getBillerDayFile", Access::staff, with(file_of_day));
    routes.add("askBillerListAgain", Access::staff, with(ask_list_again));
    routes.add("actOnPayout", Access::staff, with(act_on_payout));
    routes.add("actOnBillerDifference", Access::staff, with(act_on_difference));
    routes.add("listJoinedBillers", Access::staff, with(list_joined));
    routes.add("actOnJoinedBiller", Access::staff, with(act_on_joined));
}

}  // namespace api
