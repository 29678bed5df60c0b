// SPDX-License-Identifier: Apache-2.0
// Bills of others: finding an item, asking its biller, paying, receipts.
#include <api/orders.h>
#include <api/routes.h>
#include <api/shapes.h>

#include <bank/bill/bills.h>
#include <bank/payment/refusals.h>
#include <platform/http/problem.h>

#include <algorithm>

namespace api {

namespace bill = bank::bill;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

Object item_shape(const bill::Item& item)
{
    return {{"code", item.code},
            {"name", shape(item.name())},
            {"place", shape(item.place())},
            {"biller", shape(item.biller_name())},
            {"category", item.kind->category}};
}

Object inquiry_shape(const bill::Items& items, const bill::Inquiry& inquiry)
{
    Object object{{"id", to_string(inquiry.id)},
                  {"state", bill::to_string(inquiry.state)},
                  {"asked_at", shape(inquiry.asked_at)}};
    if (const auto item = items.find(inquiry.item)) object.set("item", item_shape(*item));
    if (inquiry.state == bill::InquiryState::due) {
        object.set("amount", shape(inquiry.amount));
        if (!inquiry.payer.empty()) object.set("payer", inquiry.payer);
        if (!inquiry.period.empty()) object.set("period", inquiry.period);
    }
    return object;
}

Object bill_shape(const bill::Items& items, const bill::Bill& one)
{
    Object object{{"id", to_string(one.id)},
                  {"from", to_string(one.from)},
                  {"from_account", one.from_number},
                  {"amount", shape(one.amount)},
                  {"discount", shape(one.discount)},
                  {"state", bill::to_string(one.state)},
                  {"requested_at", shape(one.requested_at)}};
    if (const auto item = items.find(one.item)) object.set("item", item_shape(*item));
    if (!one.reason.empty()) object.set("reason", one.reason);
    if (one.ended_at) object.set("ended_at", shape(*one.ended_at));
    if (!one.receipt_number.empty()) {
        object.set("receipt_number", one.receipt_number);
        object.set("verification_code", one.verification_code);
        object.set("biller_receipt", one.biller_receipt);
    }
    return object;
}

std::string_view text_of(const Call& call, std::string_view name)
{
    const auto* value = call.query.find(name);
    return value == nullptr ? std::string_view{} : value->text_or();
}

Result<http::Response> categories(Call&, Parts& parts)
{
    const auto* catalogue = parts.bill_items.catalogue();
    Array categories;
    Array cities;
    if (catalogue != nullptr) {
        for (const auto& one : catalogue->categories) {
            categories.push_back(
                Object{{"code", one.code}, {"name", shape(one.name)}, {"icon", one.icon}});
        }
        for (const auto& one : catalogue->cities) {
            cities.push_back(Object{{"code", one.code}, {"name", shape(one.name)}});
        }
    }
    return ok(Object{{"categories", std::move(categories)},
                     {"cities", std::move(cities)},
                     {"items", static_cast<std::int64_t>(parts.bill_items.size())}});
}

Result<http::Response> search_items(Call& call, Parts& parts)
{
    const auto found = parts.bill_items.search(
        text_of(call, "q"), text_of(call, "category"), text_of(call, "city"),
        static_cast<std::size_t>(call.limit()), text_of(call, "institution"));
    Array items;
    for (const auto& item : found.items) items.push_back(item_shape(item));
    return ok(
        Object{{"items", std::move(items)}, {"total", static_cast<std::int64_t>(found.total)}});
}

Result<bill::Item> named_item(Call& call, Parts& parts)
{
    auto item = parts.bill_items.find(call.request.parameter("item"));
    if (!item) return base::not_found("bill.item_unknown", "there is no such bill item");
    return *item;
}

Result<http::Response> view_item(Call& call, Parts& parts)
{
    const auto item = TRY(named_item(call, parts));
    Object object = item_shape(item);
    object.set("form", parts.bill_items.form(item).shown);
    return ok(object);
}

Result<http::Response> inquire(Call& call, Parts& parts)
{
    const auto item = TRY(named_item(call, parts));
    const Object* data = call.body["data"].object();
    base::ensure(data != nullptr);
    engine::feel::Zone zone;
    if (const auto id = call.caller->institution->facts.business_calendar.zone_id()) {
        zone.kind = engine::feel::Zone::Kind::named;
        zone.id = *id;
    }
    const auto faults = parts.bill_items.form(item).faults(*data, parts.clock, zone);
    if (!faults.empty()) {
        std::vector<http::FieldError> errors;
        for (const auto& fault : faults) {
            errors.push_back({fault.field, base::intern(fault.reason),
                              std::string{base::in_language(fault.message, call.language())}});
        }
        return http::problem(base::invalid("form.invalid", "something is missing or wrong"),
                             call.request.id, errors);
    }
    const auto asked =
        TRY(parts.ask_biller(*call.caller->institution, call.caller->customer, item.code, *data));
    return ok(inquiry_shape(parts.bill_items, asked), 202);
}

Result<http::Response> view_inquiry(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<bill::InquiryId>("inquiry"));
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto found = TRY(institution.bills.inquiry(snapshot, call.caller->customer, id));
        return ok(inquiry_shape(parts.bill_items, found));
    });
}

/// The given proof, for as long as the unit of work needs it.
class Handed {
public:
    explicit Handed(ProofDesk& desk) : desk_(desk) {}
    Handed(const Handed&) = delete;
    ~Handed()
    {
        if (number_ != 0) desk_.take(number_);
    }
    Result<void> put(std::string_view token)
    {
        if (!token.empty()) number_ = TRY(desk_.put(token));
        return {};
    }
    std::uint64_t number() const { return number_; }

private:
    ProofDesk& desk_;
    std::uint64_t number_ = 0;
};

Result<http::Response> pay_bill(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto person = call.caller->customer;
    const auto order = TRY(read_bill_order(call.body["bill"]));
    const std::string_view key = call.request.header("Idempotency-Key");
    const auto had = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.bills.before(snapshot, person, order, key);
    }));
    if (had) return ok(bill_shape(parts.bill_items, *had), 201);
    const bank::payment::Asked asked{
        "bill", person, key,
        bank::ledger::content_of(
            {to_string(order.inquiry), to_string(order.from), to_string(order.voucher)})};
    const auto attempt = [&]() -> Result<bank::bill::Bill> {
        const auto plan = TRY(institution.book.read([&](sql::Snapshot& snapshot) {
            return institution.bills.plan(snapshot, person, order);
        }));
        Handed proof{parts.proof_desk};
        TRY(proof.put(call.body["proof"].text_or()));
        return institution.book.write(
            [&](sql::Transaction& transaction) -> Result<bank::bill::Bill> {
                TRY(bank::payment::not_refused(institution.ledger, transaction, asked));
                return institution.bills.pay(transaction, plan, key, proof.number());
            });
    };
    const auto made = TRY(bank::payment::answered_for_ever(
        institution.book, institution.accounts, asked, attempt, [&](sql::Transaction& transaction) {
            const auto before = institution.bills.before(transaction, person, order, key);
            return !before || before.value().has_value();
        }));
    return ok(bill_shape(parts.bill_items, made), 201);
}

Result<http::Response> view_bill(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    const auto id = TRY(call.id<bill::BillId>("bill"));
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto found = TRY(institution.bills.bill(snapshot, call.caller->customer, id));
        return ok(bill_shape(parts.bill_items, found));
    });
}

Result<http::Response> list_bills(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    bill::BillId before;
    if (!call.cursor().empty()) before = TRY(base::parse_id<bill::BillId>(call.cursor()));
    const auto bills = institution.book.read([&](sql::Snapshot& snapshot) {
        return institution.bills.of_person(snapshot, call.caller->customer, before,
                                           call.limit() + 1);
    });
    Array items;
    const auto limit = static_cast<std::size_t>(call.limit());
    for (const auto& one : bills) {
        if (items.size() < limit) items.push_back(bill_shape(parts.bill_items, one));
    }
    Object page{{"items", std::move(items)}};
    if (bills.size() > limit) page.set("next_cursor", to_string(bills[limit - 1].id));
    return ok(page);
}

}  // namespace

Result<bill::Order> read_bill_order(const platform::json::Value& value)
{
    bill::Order order{
        .inquiry = TRY(base::parse_id<bill::InquiryId>(value["inquiry"].text_or())),
        .from = TRY(base::parse_id<bank::account::AccountId>(value["from"].text_or()))};
    if (const auto voucher = value["voucher"].text_or(); !voucher.empty()) {
        order.voucher = TRY(base::parse_id<bank::voucher::VoucherId>(voucher));
    }
    return order;
}

void add_bill_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listBillCategories", Access::open, with(categories));
    routes.add("searchBillItems", Access::open, with(search_items));
    routes.add("getBillItem", Access::open, with(view_item));
    routes.add("askBiller", Access::customer, with(inquire));
    routes.add("getBillInquiry", Access::customer, with(view_inquiry));
    routes.add("payBill", Access::customer, with(pay_bill));
    routes.add("getBill", Access::customer, with(view_bill));
    routes.add("listBills", Access::customer, with(list_bills));
}

}  // namespace api
