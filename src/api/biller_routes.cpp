// SPDX-License-Identifier: Apache-2.0
// The open API for billers: who calls is known by a key.
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/biller/payouts.h>
#include <bank/clearing/number.h>
#include <platform/http/problem.h>

namespace api {

namespace biller = bank::biller;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;
using platform::json::Value;

namespace {

constexpr std::size_t push_bytes = 128 * 1024;
constexpr int payments_of_file = 10'000;

/// A biller that calls, and where its book is.
struct Biller {
    Institution& institution;
    biller::JoinedBillers::Caller caller;
};

http::Response too_many(std::int64_t wait_ms, std::string_view request)
{
    auto response = http::problem(429, "api.too_many_requests",
                                  "too many requests from here; wait a moment", request);
    response.set("Retry-After", std::to_string(wait_ms / 1000 + 1));
    return response;
}

std::string_view key_of(const Call& call)
{
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view given = call.request.header("Authorization");
    return given.starts_with(scheme) ? given.substr(scheme.size()) : std::string_view{};
}

/// Finds out who calls, and has `handler` answer; without a key that opens something a 401.
template <class Handler>
Result<http::Response> as_biller(Call& call, Parts& parts, const Handler& handler)
{
    const auto refused = [&](const base::Error& why) {
        return http::problem(401, why.reason, why.detail, call.request.id);
    };
    const auto id = biller::JoinedBillers::id_in(key_of(call));
    if (!id) return refused(id.error());
    if (const auto wait_ms = parts.calls_per_biller.take(base::to_string(id.value()));
        wait_ms > 0) {
        return too_many(wait_ms, call.request.id);
    }
    Institution* institution = parts.institution_of(id.value());
    if (institution == nullptr)
        return refused(base::forbidden("biller.key_wrong", "this key opens nothing here"));
    auto caller = institution->book.read([&](sql::Snapshot& snapshot) {
        return institution->joined_billers.by_key(snapshot, key_of(call));
    });
    if (!caller) return refused(caller.error());
    Biller known{*institution, std::move(caller).value()};
    return handler(call, parts, known);
}

base::Text name_in(const Value& value)
{
    return {{"zh", std::string{value["zh"].text_or()}}, {"en", std::string{value["en"].text_or()}}};
}

Object own_shape(const Institution& institution, const biller::JoinedBillers::Caller& caller)
{
    const auto& one = caller.biller;
    Object object{{"id", to_string(one.id)},
                  {"institution", institution.facts.code},
                  {"code", one.code},
                  {"name", shape(one.name)},
                  {"category", one.category},
                  {"city", one.city},
                  {"state", biller::to_string(one.state)},
                  {"live", one.is_live()},
                  {"key", biller::to_string(caller.mode)},
                  {"business_date", base::to_string(institution.business_day.date())}};
    if (!one.reason.empty()) object.set("reason", one.reason);
    return object;
}

Result<http::Response> apply(Call& call, Parts& parts)
{
    if (const auto wait_ms = parts.applications_per_address.take(call.request.peer); wait_ms > 0)
        return too_many(wait_ms, call.request.id);
    Institution* institution = parts.institution(call.body["institution"].text_or());
    if (institution == nullptr)
        return base::not_found("api.institution_unknown", "there is no such institution");
    const biller::Application application{.code = std::string{call.body["code"].text_or()},
                                          .name = name_in(call.body["name"]),
                                          .category = std::string{call.body["category"].text_or()},
                                          .city = std::string{call.body["city"].text_or()},
                                          .contact = std::string{call.body["contact"].text_or()}};
    const auto issued = TRY(institution->book.write([&](sql::Transaction& transaction) {
        return institution->joined_billers.apply(transaction, application);
    }));
    auto object = own_shape(*institution, {issued.biller, biller::Mode::test});
    object.set("sandbox_key", issued.key);
    return ok(object, 201);
}

Result<http::Response> me(Call&, Parts&, Biller& known)
{
    return ok(own_shape(known.institution, known.caller));
}

Result<http::Response> make_key(Call& call, Parts&, Biller& known)
{
    const auto mode =
        call.body["mode"].text_or() == "live" ? biller::Mode::live : biller::Mode::test;
    const auto issued = TRY(known.institution.book.write([&](sql::Transaction& transaction) {
        return known.institution.joined_billers.make_key(transaction, known.caller.biller.id, mode);
    }));
    return ok(Object{{"mode", biller::to_string(mode)}, {"key", issued.key}}, 201);
}

Object own_item_shape(const biller::OwnItem& item)
{
    return {{"code", item.code},
            {"name", shape(item.name)},
            {"district", item.district},
            {"live", item.live}};
}

Result<http::Response> put_item(Call& call, Parts&, Biller& known)
{
    const biller::OwnItem item{.code = std::string{call.request.parameter("own_item")},
                               .name = name_in(call.body["name"]),
                               .district = std::string{call.body["district"].text_or()}};
    const auto kept = TRY(known.institution.book.write([&](sql::Transaction& transaction) {
        return known.institution.joined_billers.put_item(transaction, known.caller.biller, item);
    }));
    return ok(own_item_shape(kept));
}

Object payout_account_shape(const biller::PayoutAccount& account)
{
    return {{"bank", account.bank},
            {"number", bank::account::masked_number(account.number)},
            {"name", account.name}};
}

/// A live biller says with its live key where it is paid; one that tries things out, with any.
Result<http::Response> put_payout_account(Call& call, Parts& parts, Biller& known)
{
    if (known.caller.biller.is_live() && known.caller.mode != biller::Mode::live)
        return base::forbidden("biller.live_key_needed", "this needs the live key");
    const auto* bank = parts.directory.find(call.body["bank"].text_or());
    if (bank == nullptr)
        return base::not_found("clearing.bank_unknown", "the bank is not in the list");
    if (bank->code == known.institution.facts.code)
        return base::invalid("clearing.own_bank", "give an account at another bank");
    const biller::PayoutAccount account{
        .payee = known.caller.biller.code,
        .bank = bank->code,
        .number = TRY(bank::clearing::read_number(call.body["number"].text_or())),
        .name = std::string{call.body["name"].text_or()}};
    TRY(known.institution.book.write([&](sql::Transaction& transaction) -> Result<void> {
        biller::set_payout_account(transaction, account);
        bank::audit::append(transaction, {.actor = {bank::audit::ActorKind::partner, 0},
                                          .action = "payout.account",
                                          .object = {"biller", known.caller.biller.id.value},
                                          .reason = {},
                                          .details = {{"bank", account.bank}}});
        return {};
    }));
    return ok(payout_account_shape(account));
}

Result<http::Response> get_payout_account(Call&, Parts&, Biller& known)
{
    const auto told = known.institution.book.read([&](sql::Snapshot& snapshot) {
        return biller::told_payout_account(snapshot, known.caller.biller.code);
    });
    if (!told) {
        return base::not_found("biller.payout_no_account",
                               "no account was told; until then nothing is paid out");
    }
    return ok(payout_account_shape(*told));
}

Result<http::Response> list_items(Call&, Parts&, Biller& known)
{
    const auto own = known.institution.book.read([&](sql::Snapshot& snapshot) {
        return known.institution.joined_billers.items(snapshot, known.caller.biller.id);
    });
    Array items;
    for (const auto& item : own) items.push_back(own_item_shape(item));
    return ok(Object{{"items", std::move(items)}});
}

Result<http::Response> push(Call& call, Parts&, Biller& known)
{
    std::vector<biller::Pushed> bills;
    for (const auto& line : *call.body["bills"].array()) {
        auto& bill = bills.emplace_back();
        bill.reference = line["reference"].text_or();
        bill.item = line["item"].text_or();
        bill.number = line["number"].text_or();
        bill.payer = line["payer"].text_or();
        bill.period = line["period"].text_or();
        bill.withdrawn = line["withdrawn"].boolean_or(false);
        // What is no money is nothing: the line is refused and the others go on.
        if (const auto amount = read_money(line["amount"])) bill.amount = amount.value();
    }
    std::vector<biller::PushResult> results;
    TRY(known.institution.book.write([&](sql::Transaction& transaction) -> Result<void> {
        results = known.institution.joined_billers.push(transaction, known.caller, bills);
        return {};
    }));
    Array items;
    for (const auto& one : results) {
        Object item{{"reference", one.reference}, {"outcome", one.outcome}};
        if (!one.reason.empty()) item.set("reason", one.reason);
        items.push_back(std::move(item));
    }
    return ok(Object{{"items", std::move(items)}});
}

Object own_bill_shape(const biller::OwnBill& own)
{
    Object object{{"reference", own.bill.reference},
                  {"item", own.bill.item},
                  {"number_tail", own.bill.number},
                  {"amount", shape(own.bill.amount)},
                  {"state", biller::to_string(own.state)}};
    if (!own.bill.payer.empty()) object.set("payer", own.bill.payer);
    if (!own.bill.period.empty()) object.set("period", own.bill.period);
    return object;
}

Result<http::Response> list_bills_of_biller(Call& call, Parts&, Biller& known)
{
    std::uint64_t after = 0;
    if (!call.cursor().empty()) after = TRY(base::parse_id_text(call.cursor()));
    const auto own = known.institution.book.read([&](sql::Snapshot& snapshot) {
        return known.institution.joined_billers.bills(snapshot, known.caller, after, call.limit());
    });
    Array items;
    for (const auto& bill : own) items.push_back(own_bill_shape(bill));
    Object page{{"items", std::move(items)}};
    if (static_cast<int>(own.size()) == call.limit())
        page.set("next_cursor", base::id_text(own.back().id));
    return ok(page);
}

Result<http::Response> pay_test_bill(Call& call, Parts&, Biller& known)
{
    const auto day = known.institution.business_day.date();
    const auto paid = TRY(known.institution.book.write([&](sql::Transaction& transaction) {
        return known.institution.joined_billers.pay_test_bill(
            transaction, known.caller, call.body["reference"].text_or(), day);
    }));
    return ok(own_bill_shape(paid), 201);
}

Result<base::Date> day_asked(const Biller& known, std::string_view day)
{
    const auto date = TRY(base::parse_date(day));
    if (date > known.institution.business_day.date())
        return base::not_found("biller.day_not_closed", "this business date is not over yet");
    return date;
}

Result<http::Response> list_payments(Call& call, Parts&, Biller& known)
{
    const auto day = TRY(day_asked(known, call.query.find("day")->text_or()));
    bank::bill::BillId after;
    if (!call.cursor().empty()) after = TRY(base::parse_id<bank::bill::BillId>(call.cursor()));
    const auto paid = known.institution.book.read([&](sql::Snapshot& snapshot) {
        return known.institution.joined_billers.payments(snapshot, known.caller, day, after,
                                                         call.limit());
    });
    Array items;
    for (const auto& one : paid) {
        items.push_back(Object{{"payment", to_string(one.id)},
                               {"item", one.item},
                               {"reference", one.reference},
                               {"receipt", one.biller_receipt},
                               {"amount", shape(one.amount)},
                               {"paid_at", shape(one.at)}});
    }
    Object page{{"items", std::move(items)}};
    if (static_cast<int>(paid.size()) == call.limit())
        page.set("next_cursor", to_string(paid.back().id));
    return ok(page);
}

http::Response csv_file(const biller::File& file, std::string_view name)
{
    http::Response response{.status = 200};
    response.set("Content-Type", "text/csv; charset=utf-8");
    response.set("Content-Disposition", "attachment; filename=\"" + std::string{name} + ".csv\"");
    response.set("X-Content-SHA256", file.digest);
    response.body = file.text;
    return response;
}

Result<std::vector<bank::bill::Paid>> test_payments(Biller& known, base::Date day)
{
    auto paid = known.institution.book.read([&](sql::Snapshot& snapshot) {
        return known.institution.joined_billers.payments(snapshot, known.caller, day, {},
                                                         payments_of_file + 1);
    });
    if (paid.size() > payments_of_file)
        return base::rejected("biller.too_many_lines", "a test day has at most 10,000 payments");
    return paid;
}

/// A closed date's file; of a sandbox key the open date's too, so that it can be tried at once.
Result<http::Response> daily_file(Call& call, Parts&, Biller& known)
{
    const auto text = call.request.parameter("day");
    const auto day = TRY(day_asked(known, text));
    auto& book = known.institution.book;
    const auto& code = known.caller.biller.code;
    const std::string name = code + "-" + std::string{text};
    if (known.caller.mode == biller::Mode::test) {
        const auto paid = TRY(test_payments(known, day));
        return csv_file(biller::file_of(known.institution.facts.code, code, day, paid), name);
    }
    if (day >= known.institution.business_day.date())
        return base::not_found("biller.day_not_closed", "this business date is not over yet");
    const auto file = book.read([&](sql::Snapshot& snapshot) {
        return biller::make_file(snapshot, known.institution.facts.code, code, day);
    });
    TRY(book.write([&](sql::Transaction& transaction) -> Result<void> {
        if (const auto sheet = biller::sheet_of(transaction, code, day))
            biller::file_fetched(transaction, sheet->id);
        return {};
    }));
    return csv_file(file, name);
}

Array found_shapes(const std::vector<biller::Found>& found)
{
    Array items;
    for (const auto& one : found) {
        items.push_back(Object{{"kind", biller::to_string(one.kind)},
                               {"payment", one.payment},
                               {"ours", base::to_decimal({one.ours, {"CNY", 2}})},
                               {"theirs", base::to_decimal({one.theirs, {"CNY", 2}})}});
    }
    return items;
}

Result<std::vector<biller::Listed>> listed_in(const Value& body)
{
    std::vector<biller::Listed> lines;
    for (const auto& line : *body["lines"].array()) {
        const auto amount = TRY(read_money(line["amount"]));
        lines.push_back({std::string{line["payment"].text_or()}, amount.minor_units,
                         std::string{line["receipt"].text_or()}});
    }
    return lines;
}

/// What the biller has of a date. With the last page both lists are compared, and the differences
/// told.
Result<http::Response> daily_list(Call& call, Parts&, Biller& known)
{
    const auto day = TRY(day_asked(known, call.request.parameter("day")));
    auto& book = known.institution.book;
    const auto lines = TRY(listed_in(call.body));
    const auto page = call.body["page"].integer_or(0);
    const bool last = call.body["last"].boolean_or(true);
    if (known.caller.mode == biller::Mode::test) {
        if (page != 0 || !last) {
            return base::rejected("biller.test_only", "a test list is told in one page");
        }
        std::vector<biller::Listed> ours;
        const auto paid = TRY(test_payments(known, day));
        for (const auto& one : paid)
            ours.push_back({to_string(one.id), one.amount.minor_units, one.biller_receipt});
        const auto found = biller::compare(ours, lines);
        return ok(Object{{"state", found.empty() ? "balanced" : "different"},
                         {"differences", found_shapes(found)}});
    }
    if (day >= known.institution.business_day.date())
        return base::not_found("biller.day_not_closed", "this business date is not over yet");
    const auto sheet = TRY(book.write([&](sql::Transaction& transaction) -> Result<biller::Sheet> {
        const auto had = biller::sheet_for(transaction, known.caller.biller.code, day);
        if (had.state == biller::SheetState::making)
            return base::conflict("biller.file_not_made", "the file of this day is being made");
        biller::file_fetched(transaction, had.id);
        return biller::list_page(transaction, had.id, page, lines,
                                 last ? std::string_view{} : std::string_view{"more"});
    }));
    if (!last) return ok(Object{{"state", "delivered"}, {"differences", Array{}}}, 202);
    const auto found =
        book.read([&](sql::Snapshot& snapshot) { return biller::differences_of(snapshot, sheet); });
    const auto compared = book.write([&](sql::Transaction& transaction) {
        return biller::compared(transaction, sheet.id, found);
    });
    // The desk may have been faster; it found the same.
    const auto state = compared        ? compared.value().state
                       : found.empty() ? biller::SheetState::balanced
                                       : biller::SheetState::different;
    return ok(Object{{"state", biller::to_string(state)}, {"differences", found_shapes(found)}});
}

}  // namespace

void add_biller_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return as_biller(call, parts, handler); };
    };
    routes.add("applyAsBiller", Access::open, [&parts](Call& call) { return apply(call, parts); });
    routes.add("getOwnBiller", Access::open, with(me));
    routes.add("makeBillerKey", Access::open, with(make_key));
    routes.add("listOwnItems", Access::open, with(list_items));
    routes.add("getOwnPayoutAccount", Access::open, with(get_payout_account));
    routes.add("putOwnPayoutAccount", Access::open, with(put_payout_account));
    routes.add("putOwnItem", Access::open, with(put_item));
    routes.add("listOwnBills", Access::open, with(list_bills_of_biller));
    routes.add("pushBills", Access::open, with(push), {.body_bytes = push_bytes});
    routes.add("payTestBill", Access::open, with(pay_test_bill));
    routes.add("listBillerPayments", Access::open, with(list_payments));
    routes.add("getDailyFile", Access::open, with(daily_file));
    routes.add("tellDailyList", Access::open, with(daily_list), {.body_bytes = push_bytes});
}

}  // namespace api
