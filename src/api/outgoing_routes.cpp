// SPDX-License-Identifier: Apache-2.0
// Paying accounts at other institutions and banks: which bank, who holds the account, the payment
// and how it stands.
#include <api/orders.h>
#include <api/proof_on_desk.h>
#include <api/routes.h>
#include <api/scope.h>
#include <api/shapes.h>

#include <bank/account/number.h>
#include <bank/clearing/explain.h>
#include <platform/http/problem.h>

namespace api {

namespace clearing = bank::clearing;
namespace http = platform::http;
namespace sql = platform::sql;
using base::Result;
using platform::json::Array;
using platform::json::Object;

namespace {

constexpr std::size_t banks_shown = 50;
constexpr int waiting_shown = 200;

Object bank_shape(const clearing::Bank& bank, std::string_view own_code)
{
    return {{"code", bank.code},
            {"name", shape(bank.name)},
            {"reach", bank.code == own_code                  ? "own"
                      : bank.reach == clearing::Reach::group ? "group"
                                                             : "network"}};
}

Result<http::Response> list_banks(Call& call, Parts& parts)
{
    const std::string_view own = call.caller->institution->facts.code;
    const auto* text = call.query.find("query");
    const auto* number = call.query.find("number");
    if (number != nullptr) {
        Array items;
        if (const auto* bank = parts.directory.recognise(number->text_or()))
            items.push_back(bank_shape(*bank, own));
        return ok(Object{{"items", std::move(items)}});
    }
    Array items;
    for (const auto* bank : parts.directory.search(
             text == nullptr ? std::string_view{} : text->text_or(), banks_shown)) {
        items.push_back(bank_shape(*bank, own));
    }
    return ok(Object{{"items", std::move(items)}});
}

/// Whose account it is, where another institution of the group can say. Reads that institution's
/// book alone.
Result<http::Response> look_up_outside(Call& call, Parts& parts)
{
    Institution* other = parts.institution(call.body["bank"].text_or());
    if (other == nullptr || other == call.caller->institution)
        return base::not_found("clearing.name_not_available", "this bank tells nobody's name");
    const bank::payment::PayeeAddress address{std::string{call.body["number"].text_or()},
                                              std::string{call.body["phone"].text_or()}};
    return other->book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto payee = TRY(other->transfers.look_up(snapshot, address));
        const auto account = TRY(other->accounts.account(snapshot, payee.account));
        Object object{{"masked_name", payee.masked_name}, {"masked_number", payee.masked_number}};
        // A phone's account is told in full: the message must name it.
        object.set("number", address.phone.empty() ? address.account_number : account.number);
        return ok(object);
    });
}

/// What happened when, the latest last.
Array timeline(const clearing::Payment& payment)
{
    Array steps;
    const auto add = [&](std::string_view what, const std::optional<base::Instant>& at) {
        if (at) steps.push_back(Object{{"state", what}, {"at", shape(*at)}});
    };
    add("requested", payment.requested_at);
    add("sent", payment.sent_at);
    if (payment.state == clearing::State::queued) add("queued", payment.touched_at);
    add(payment.state == clearing::State::rejected ? "rejected" : "settled", payment.ended_at);
    add("returned", payment.returned_at);
    return steps;
}

Object payment_shape(const clearing::Payment& payment, const clearing::Directory& directory)
{
    const auto* bank = directory.find(payment.bank);
    Object object{{"id", to_string(payment.id)},
                  {"from", to_string(payment.account)},
                  {"bank", payment.bank},
                  {"bank_name",
                   bank == nullptr ? shape(base::Text{{"zh", payment.bank}}) : shape(bank->name)},
                  {"reach", payment.route == "network" ? "network" : "group"},
                  {"number", payment.masked_number},
                  {"name", payment.masked_name},
                  {"amount", shape(payment.amount)},
                  {"state", clearing::to_string(payment.state)},
                  {"requested_at", shape(payment.requested_at)},
                  {"timeline", timeline(payment)}};
    if (!payment.category.empty()) object.set("category", payment.category);
    if (payment.ended_at) object.set("ended_at", shape(*payment.ended_at));
    return object;
}

/// For its payer: with the words for the reason.
Object own_shape(sql::Snapshot& snapshot, Institution& institution, Parts& parts,
                 const clearing::Payment& payment, std::string_view language)
{
    Object object = payment_shape(payment, parts.directory);
    const auto order = institution.outgoing.order_of(snapshot, payment);
    if (!order.purpose.empty()) object.set("purpose", order.purpose);
    if (const auto paper = institution.outgoing.receipt(snapshot, payment)) {
        object.set("receipt_number", paper->receipt_number);
        object.set("verification_code", paper->verification_code);
    }
    if (!payment.reason.empty()) {
        object.set("reason", payment.reason);
        if (payment.state != clearing::State::queued)
            object.set("reason_text",
                       parts.catalog.bank().words_for("iso." + payment.reason, language));
    }
    return object;
}

Result<http::Response> list_outgoing(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    clearing::PaymentId before;
    if (!call.cursor().empty()) before = TRY(base::parse_id<clearing::PaymentId>(call.cursor()));
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto found =
            institution.outgoing.of_payer(snapshot, call.caller->customer, before, call.limit());
        Array items;
        for (const auto& one : found)
            items.push_back(own_shape(snapshot, institution, parts, one, call.language()));
        Object page{{"items", std::move(items)}};
        if (static_cast<int>(found.size()) == call.limit())
            page.set("next_cursor", to_string(found.back().id));
        return ok(page);
    });
}

/// Refusals that stand for good under their key.
bool stays(const base::Error& error)
{
    return error.kind == base::ErrorKind::rejected && error.reason.starts_with("payment.");
}

Result<http::Response> pay_out(Call& call, Parts& parts)
{
    Institution& institution = *call.caller->institution;
    auto& outgoing = institution.outgoing;
    const auto payer = call.caller->customer;
    const std::string key{call.request.header("Idempotency-Key")};
    const auto order = TRY(read_out_order(call.body["payment"]));
    const auto before = TRY(institution.book.read(
        [&](sql::Snapshot& snapshot) { return outgoing.answered(snapshot, payer, order, key); }));
    Result<clearing::Answer> answer = clearing::Answer{};
    ProofOnDesk proof{parts.proof_desk};
    if (before) {
        answer = *before;
    } else {
        const auto plan = institution.book.read([&](sql::Snapshot& snapshot) {
            return outgoing.plan(snapshot, payer, order, clearing::Outgoing::Money::later);
        });
        if (!plan && !stays(plan.error())) return plan.error();
        if (plan) TRY(proof.put(call.body["proof"].text_or()));
        answer = institution.book.write([&](sql::Transaction& transaction) {
            return plan ? outgoing.pay(transaction, plan.value(), key, proof.number())
                        : outgoing.refuse(transaction, payer, order, key, plan.error());
        });
    }
    if (!answer) return answer.error();
    if (answer.value().refused) return *answer.value().refused;
    return show_outgoing(call, parts, *answer.value().paid, 202);
}

/// A payment without an end, of one of several institutions.
struct Waiting {
    Institution* institution;
    clearing::Payment payment;
};

/// Those made after `after`, the longest waiting first; one more than `limit` where there are more.
std::vector<Waiting> waiting_in(const std::vector<Institution*>& institutions,
                                clearing::PaymentId after, int limit)
{
    std::vector<Waiting> found;
    for (Institution* institution : institutions) {
        institution->book.read([&](sql::Snapshot& snapshot) {
            for (auto& one : institution->outgoing.waiting(snapshot, after, limit + 1)) {
                found.push_back({institution, std::move(one)});
            }
        });
    }
    std::sort(found.begin(), found.end(),
              [](const Waiting& a, const Waiting& b) { return a.payment.id < b.payment.id; });
    if (found.size() > static_cast<std::size_t>(limit) + 1) {
        found.erase(found.begin() + limit + 1, found.end());
    }
    return found;
}

Result<http::Response> list_clearing(Call& call, Parts& parts)
{
    const auto* only = call.query.find("institution");
    const auto institutions = TRY(institutions_for(
        call, parts, "account.view", only == nullptr ? std::string_view{} : only->text_or()));
    clearing::PaymentId after;
    if (!call.cursor().empty()) after = TRY(base::parse_id<clearing::PaymentId>(call.cursor()));
    const int limit = call.query.find("limit") == nullptr ? waiting_shown : call.limit();
    auto found = waiting_in(institutions, after, limit);
    const bool more = found.size() > static_cast<std::size_t>(limit);
    if (more) found.pop_back();
    const auto now = parts.clock.now();
    Array items;
    for (const auto& [institution, one] : found) {
        Object object = payment_shape(one, parts.directory);
        object.set("institution", institution->facts.code);
        object.set("age_seconds", (now.micros - one.requested_at.micros) / base::micros_per_second);
        object.set("attempts", one.attempts);
        items.push_back(std::move(object));
    }
    Array accounts;
    for (Institution* institution : institutions) {
        institution->book.read([&](sql::Snapshot& snapshot) {
            for (const auto& one : clearing::standings(snapshot, institution->ledger)) {
                accounts.push_back(Object{{"institution", institution->facts.code},
                                          {"route", one.route},
                                          {"unfinished", one.unfinished},
                                          {"clearing", shape(one.clearing)},
                                          {"settlement", shape(one.settlement)}});
            }
        });
    }
    Object page{{"items", std::move(items)}, {"accounts", std::move(accounts)}};
    if (more) page.set("next_cursor", to_string(found.back().payment.id));
    return ok(page);
}

}  // namespace

Result<http::Response> show_outgoing(Call& call, Parts& parts, clearing::PaymentId id, int status)
{
    Institution& institution = *call.caller->institution;
    return institution.book.read([&](sql::Snapshot& snapshot) -> Result<http::Response> {
        const auto payment = TRY(institution.outgoing.payment(snapshot, id, call.caller->customer));
        return ok(own_shape(snapshot, institution, parts, payment, call.language()), status);
    });
}

Result<clearing::Order> read_out_order(const platform::json::Value& value)
{
    return clearing::Order{
        .from = TRY(base::parse_id<bank::account::AccountId>(value["from"].text_or())),
        .to = {std::string{value["bank"].text_or()}, std::string{value["number"].text_or()},
               std::string{value["name"].text_or()}},
        .amount = TRY(read_money(value["amount"])),
        .purpose = std::string{value["purpose"].text_or()},
        .category = value["category"].text_or() == "credit-card" ? "CCRD" : ""};
}

void add_outgoing_routes(Routes& routes)
{
    Parts& parts = routes.parts();
    const auto with = [&parts](auto handler) {
        return [&parts, handler](Call& call) { return handler(call, parts); };
    };
    routes.add("listBanks", Access::customer, with(list_banks));
    routes.add("lookUpOutsidePayee", Access::customer, with(look_up_outside));
    routes.add("payOut", Access::customer, with(pay_out));
    routes.add("listOutgoing", Access::customer, with(list_outgoing));
    routes.add("getOutgoing", Access::customer, [&parts](Call& call) -> Result<http::Response> {
        return show_outgoing(call, parts, TRY(call.id<clearing::PaymentId>("payment")), 200);
    });
    routes.add("listClearing", Access::staff, with(list_clearing));
}

}  // namespace api
