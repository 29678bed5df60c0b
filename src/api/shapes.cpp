// SPDX-License-Identifier: Apache-2.0
#include <api/shapes.h>

#include <bank/account/number.h>

namespace api {

namespace json = platform::json;
using json::Array;
using json::Object;
using json::Value;

Value shape(const base::Text& text)
{
    Object object;
    for (const auto& [language, words] : text) object.set(language, words);
    return object;
}

Value shape(const base::Money& money)
{
    return Object{{"amount", base::to_decimal(money)}, {"currency", money.currency.code}};
}

Value shape(base::Instant instant)
{
    return base::to_string(instant);
}

base::Result<base::Money> read_money(const Value& value)
{
    if (value["currency"].text_or() != "CNY") {
        return base::invalid("money.currency_unknown", "accounts here are kept in CNY");
    }
    return base::parse_money(value["amount"].text_or(), base::Currency{"CNY", 2});
}

namespace {

base::Text limit_name(std::string_view code)
{
    if (code == "out_day") return {{"zh", "今日对外转出"}, {"en", "Paid to others today"}};
    if (code == "out_year") return {{"zh", "今年对外转出"}, {"en", "Paid to others this year"}};
    if (code == "in_day") return {{"zh", "今日他人转入"}, {"en", "Received from others today"}};
    if (code == "in_year")
        return {{"zh", "今年他人转入"}, {"en", "Received from others this year"}};
    return {{"zh", "账户余额"}, {"en", "Balance"}};
}

}  // namespace

Value account_shape(platform::sql::Snapshot& snapshot, Institution& institution,
                    const bank::catalog::Bank& bank, const bank::account::Account& account,
                    bool for_holder, std::string_view language)
{
    const auto standing = institution.accounts.ledger().account(snapshot, account.id);
    base::ensure(standing.has_value());
    Object object{
        {"id", to_string(account.id)},
        {"number", for_holder ? account.number : bank::account::masked_number(account.number)},
        {"institution", institution.facts.code},
        {"state", to_string(account.state)},
        {"currency", account.unit.code},
        {"balance", shape(standing.value().balance())},
        {"available", shape(standing.value().available())},
        {"opened_at", shape(account.opened_at)},
    };
    const auto product = bank.products.find(account.product);
    if (product != bank.products.end()) object.set("product", shape(product->second.name));
    if (product == bank.products.end() || product->second.account_class != 0)
        object.set("class", std::to_string(static_cast<int>(account.account_class)));
    if (account.bound) {
        const auto* partner = bank.partner(account.bound->bank);
        const std::string name = partner != nullptr
                                     ? std::string{base::in_language(partner->name, language)}
                                     : account.bound->bank;
        object.set("bound_account",
                   Object{{"bank", name}, {"number", account.bound->masked_number}});
    }
    Array limits;
    const auto today = institution.accounts.business_date(institution.book.clock().now());
    if (const auto uses = institution.accounts.limits(snapshot, account.id, today)) {
        for (const auto& use : uses.value()) {
            limits.push_back(Object{{"code", use.code},
                                    {"name", shape(limit_name(use.code))},
                                    {"limit", shape(use.limit)},
                                    {"used", shape(use.used)}});
        }
    }
    object.set("limits", std::move(limits));
    const auto takes = institution.accounts.takes_from_others(snapshot, account.id);
    object.set("inflow_from_others", takes && takes.value());
    return object;
}

Value line_shape(const bank::payment::Line& line)
{
    Object object{{"id", to_string(line.id)},
                  {"at", shape(line.at)},
                  {"business_date", base::to_string(line.business_date)},
                  {"direction", line.direction == bank::account::Direction::in ? "in" : "out"},
                  {"kind", line.kind},
                  {"amount", shape(line.amount)},
                  {"balance", shape(line.balance)}};
    if (!line.counterparty.empty()) object.set("counterparty", line.counterparty);
    if (!line.purpose.empty()) object.set("purpose", line.purpose);
    if (line.kind == "transfer") object.set("transfer", to_string(line.id));
    return object;
}

Value case_shape(const bank::counter::CaseView& view)
{
    Object object{{"id", to_string(view.id)},
                  {"service", view.service->code},
                  {"service_name", shape(view.service->name)},
                  {"state", to_string(view.state)},
                  {"started_at", shape(view.started_at)}};
    if (view.ended_at) object.set("ended_at", shape(*view.ended_at));
    if (view.due_at) object.set("due_at", shape(*view.due_at));
    Array steps;
    for (const auto& step : view.steps) {
        steps.push_back(
            Object{{"code", step.code}, {"title", shape(step.title)}, {"state", step.state}});
    }
    object.set("steps", std::move(steps));
    if (view.step) {
        Object step{{"code", view.step->code},
                    {"task", to_string(view.step->task)},
                    {"section", view.step->section}};
        if (!view.step->prefill.is_null()) step.set("prefill", view.step->prefill);
        if (!view.step->note.empty()) step.set("note", shape(view.step->note));
        object.set("step", std::move(step));
    }
    if (!view.title.empty()) object.set("title", shape(view.title));
    if (!view.message.empty()) object.set("message", shape(view.message));
    if (!view.reason.empty()) object.set("reason", view.reason);
    if (view.result.object() != nullptr) object.set("result", view.result);
    if (view.rating) object.set("rating", *view.rating);
    object.set("can_give_up", view.can_give_up);
    return object;
}

Value service_shape(const bank::catalog::Service& service, bool with_form)
{
    Object object{{"code", service.code},
                  {"name", shape(service.name)},
                  {"summary", shape(service.summary)},
                  {"category", service.category},
                  {"audience", service.audience}};
    if (!service.icon.empty()) object.set("icon", service.icon);
    Array steps;
    for (const auto& step : service.steps) {
        steps.push_back(Object{{"code", step.section}, {"title", shape(step.title)}});
    }
    object.set("steps", std::move(steps));
    if (with_form) object.set("form", service.form.shown);
    return object;
}

platform::http::Response ok(const Value& value, int status)
{
    return platform::http::json_response(status, json::serialise(value));
}

platform::http::Response no_content()
{
    return {.status = 204};
}

}  // namespace api
