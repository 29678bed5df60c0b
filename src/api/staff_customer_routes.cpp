// SPDX-License-Identifier: Apache-2.0
// Customers and accounts as the staff see them: masked until a reason is given, and that is
// recorded.
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/customer/consent.h>
#include <bank/customer/mask.h>
#include <bank/customer/person.h>

#include <algorithm>

namespace api {

namespace account = bank::account;
namespace customer = bank::customer;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

base::Text label_of(std::string_view name)
{
    static const std::map<std::string_view, base::Text> labels{
        {"name", {{"zh", "姓名"}, {"en", "Name"}}},
        {"id_number", {{"zh", "证件号码"}, {"en", "ID number"}}},
        {"phone", {{"zh", "手机号"}, {"en", "Phone"}}},
        {"address", {{"zh", "地址"}, {"en", "Address"}}},
        {"birth_date", {{"zh", "出生日期"}, {"en", "Date of birth"}}},
        {"occupation", {{"zh", "职业"}, {"en", "Occupation"}}},
        {"tax_residence", {{"zh", "税收居民身份"}, {"en", "Tax residence"}}},
        {"sex", {{"zh", "性别"}, {"en", "Sex"}}},
        {"ethnicity", {{"zh", "民族"}, {"en", "Ethnicity"}}},
        {"issuer", {{"zh", "签发机关"}, {"en", "Issued by"}}},
        {"valid_until", {{"zh", "证件有效期至"}, {"en", "ID valid until"}}}};
    const auto it = labels.find(name);
    return it == labels.end() ? base::Text{{"zh", std::string{name}}, {"en", std::string{name}}}
                              : it->second;
}

Object row_shape(sql::Snapshot& snapshot, const Institution& institution,
                 const customer::Person& person)
{
    const auto fields = customer::masked_fields(snapshot, institution.vault, person.id);
    const auto text = [&](std::string_view name) -> std::string {
        if (!fields) return {};
        const auto it = fields.value().find(name);
        return it == fields.value().end() ? std::string{} : it->second;
    };
    return Object{{"id", to_string(person.id)},
                  {"name", text(customer::field::name)},
                  {"phone", text(customer::field::phone)},
                  {"id_number", text(customer::field::id_number)},
                  {"institution", institution.facts.code},
                  {"created_at", shape(person.created)}};
}

/// Who is meant by exactly this phone, identity number or account number.
std::vector<customer::CustomerId> found_by(sql::Snapshot& snapshot, Institution& institution,
                                           std::string_view words)
{
    auto found = customer::find_by_phone(snapshot, institution.vault, words);
    if (const auto person = customer::find_by_id_number(snapshot, institution.vault, words))
        found.push_back(*person);
    if (const auto number = account::read_number(words)) {
        if (const auto one = institution.accounts.by_number(snapshot, number.value()))
            found.push_back(one.value().holder);
    }
    std::ranges::sort(found);
    const auto repeated = std::ranges::unique(found);
    found.erase(repeated.begin(), repeated.end());
    return found;
}

/// Exactly who is asked for, or all, newest first, over the books within scope.
Result<http::Response> find(Call& call, Parts& parts)
{
    const auto* given = call.query.find("q");
    const std::string_view words = given == nullptr ? std::string_view{} : given->text_or();
    customer::CustomerId before;
    if (!call.cursor().empty()) before = TRY(base::parse_id<customer::CustomerId>(call.cursor()));
    std::vector<std::pair<customer::CustomerId, Object>> found;
    for (Institution* institution : TRY(institutions_for(call, parts, "customer.view"))) {
        const auto collect = [&](sql::Snapshot& snapshot) -> Result<void> {
            std::vector<customer::Person> people;
            if (words.empty()) people = customer::list(snapshot, before, call.limit() + 1);
            for (const auto id : words.empty() ? std::vector<customer::CustomerId>{}
                                               : found_by(snapshot, *institution, words)) {
                people.push_back(TRY(customer::find(snapshot, id)));
            }
            for (const auto& person : people) {
                found.emplace_back(person.id, row_shape(snapshot, *institution, person));
            }
            return {};
        };
        TRY(institution->book.read(collect));
    }
    std::ranges::sort(found, [](const auto& a, const auto& b) { return a.first > b.first; });
    const auto limit = static_cast<std::size_t>(call.limit());
    const bool more = words.empty() && found.size() > limit;
    if (more) found.resize(limit);
    Array items;
    for (auto& [id, row] : found) items.push_back(std::move(row));
    Object object{{"items", std::move(items)}};
    if (more) object.set("next_cursor", to_string(found.back().first));
    return ok(object);
}

/// The words for a field's code, as the forms of the services that ask for it have them.
base::Text words_of(const Parts& parts, std::string_view field, std::string_view value)
{
    for (const auto& service : parts.catalog.services()) {
        for (const auto& section : service->form.sections) {
            const auto options = section.options.find(field);
            if (options == section.options.end()) continue;
            const auto found = options->second.find(value);
            if (found != options->second.end()) return found->second;
        }
    }
    return {};
}

Array fields_shape(const Parts& parts, const customer::Fields& fields)
{
    Array array;
    for (const std::string_view name :
         {"name", "sex", "birth_date", "id_number", "valid_until", "phone", "address", "occupation",
          "tax_residence", "ethnicity", "issuer"}) {
        const auto it = fields.find(name);
        if (it == fields.end()) continue;
        Object object{{"name", name}, {"label", shape(label_of(name))}, {"value", it->second}};
        if (const auto words = words_of(parts, name, it->second); !words.empty())
            object.set("words", shape(words));
        array.push_back(std::move(object));
    }
    return array;
}

Result<http::Response> customer_view(Call& call, Parts& parts, Institution& institution,
                                     customer::CustomerId id, const customer::Fields& fields,
                                     bool revealed)
{
    const auto cases = TRY(institution.counter.list(to_string(id), "", 50));
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto person = TRY(customer::find(snapshot, id));
        Array accounts;
        for (const auto& one : institution.accounts.of_holder(snapshot, id)) {
            accounts.push_back(account_shape(snapshot, institution, parts.catalog.bank(), one,
                                             false, call.language()));
        }
        Array case_items;
        for (const auto& view : cases.cases) {
            auto item = case_shape(view);
            item.object()->erase(
                "step");  // What the customer enters is for the customer and the task.
            case_items.push_back(std::move(item));
        }
        Array consents;
        for (const auto& consent : customer::consents(snapshot, id)) {
            consents.push_back(Object{{"agreement", consent.document},
                                      {"version", consent.version},
                                      {"given", consent.given},
                                      {"given_at", shape(consent.instant)}});
        }
        return ok(Object{{"id", to_string(id)},
                         {"institution", institution.facts.code},
                         {"revealed", revealed},
                         {"created_at", shape(person.created)},
                         {"state", customer::to_string(person.state)},
                         {"knowledge", customer::to_string(person.knowledge)},
                         {"fields", fields_shape(parts, fields)},
                         {"accounts", std::move(accounts)},
                         {"cases", std::move(case_items)},
                         {"consents", std::move(consents)}});
    });
}

Result<http::Response> view_customer(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<customer::CustomerId>("customer"));
    Institution* institution =
        TRY(institution_for(call, parts, id, "customer.view", "customer.unknown"));
    const auto fields = TRY(institution->book.read([&](sql::Snapshot& snapshot) {
        return customer::masked_fields(snapshot, institution->vault, id);
    }));
    return customer_view(call, parts, *institution, id, fields, false);
}

Result<http::Response> reveal(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<customer::CustomerId>("customer"));
    Institution* institution =
        TRY(institution_for(call, parts, id, "customer.reveal", "customer.unknown"));
    const std::string_view reason = call.body["reason"].text_or();
    const auto fields = TRY(institution->book.read([&](sql::Snapshot& snapshot) {
        return customer::reveal(snapshot, institution->vault, id, {}, reason);
    }));
    TRY(institution->book.write([&](sql::Transaction& transaction) -> Result<void> {
        bank::audit::append(transaction,
                            {.actor = {bank::audit::ActorKind::staff, call.staff->staff.id.value},
                             .action = "customer.reveal",
                             .object = {"customer", id.value},
                             .reason = reason,
                             .details = {}});
        return {};
    }));
    return customer_view(call, parts, *institution, id, fields, true);
}

Result<http::Response> account_view(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<account::AccountId>("account"));
    Institution* institution =
        TRY(institution_for(call, parts, id, "account.view", "account.unknown"));
    return institution->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto found = TRY(institution->accounts.account(snapshot, id));
        return ok(account_shape(snapshot, *institution, parts.catalog.bank(), found, false,
                                call.language()));
    });
}

Result<http::Response> customer_entries(Call& call, Parts& parts)
{
    const auto id = TRY(call.id<account::AccountId>("account"));
    Institution* institution =
        TRY(institution_for(call, parts, id, "account.view", "account.unknown"));
    return institution->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        TRY(institution->accounts.account(snapshot, id));
        return entries_page(snapshot, *institution, id, call.cursor(), call.limit());
    });
}

}  // namespace

void add_staff_customer_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("findCustomers", Access::staff, with(find));
    routes.add("getCustomer", Access::staff, with(view_customer));
    routes.add("revealCustomer", Access::staff, with(reveal));
    routes.add("getStaffAccount", Access::staff, with(account_view));
    routes.add("listStaffEntries", Access::staff, with(customer_entries));
}

}  // namespace api
