// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>

#include <bank/audit/trail.h>
#include <bank/grant/grants.h>

namespace server {

namespace grant = bank::grant;
namespace ledger = bank::ledger;
using base::Result;
using engine::process::OperationCall;
using platform::json::Object;
using platform::json::Value;

namespace {

/// What the form asks for, as the service's settings allow it.
struct Aid {
    std::string fund;
    base::Money budget;
    std::string occasion;
    std::string school;
    bool fee = false;  // Paid to the school; else to the applicant's account.
    base::Money amount;

    grant::Fund of() const { return {fund, budget}; }
};

Result<Aid> aid_of(const OperationCall& call, const OperationParts& parts)
{
    const Value& form = argument(call, "application");
    const Value& settings = argument(call, "settings");
    const auto unit = parts.bank.facts.currency;
    const std::string_view kind = form["kind"].text_or();
    Aid aid{.fund = std::string{settings["fund"].text_or()},
            .budget = TRY(base::parse_money(settings["budget"].text_or(), unit)),
            .occasion = std::string{form["school"].text_or()} + "/" +
                        std::string{form["student_number"].text_or()} + "/" + std::string{kind},
            .school = std::string{form["school"].text_or()},
            .fee = kind == "fee",
            .amount = TRY(base::parse_money(form["amount"].text_or(), unit))};
    const auto most = TRY(base::parse_money(settings["most"][kind].text_or("0"), unit));
    if (aid.amount.minor_units <= 0 || aid.amount.minor_units > most.minor_units) {
        return base::rejected("grant.over_most", "more than is given at once");
    }
    return aid;
}

Result<Value> check_aid(const OperationCall& call, const OperationParts& parts)
{
    const auto aid = aid_of(call, parts);
    if (!aid) return again(aid.error().reason);
    auto& books = parts.accounts.ledger();
    const auto day = parts.accounts.business_date(call.transaction.now());
    if (!aid.value().fee && !chosen_account(call, parts)) return again("account.unknown");
    const auto fits = grant::check(call.transaction, books, aid.value().of(),
                                   {.occasion = aid.value().occasion,
                                    .key = call.business_key,
                                    .to = {},
                                    .amount = aid.value().amount,
                                    .kind = {}},
                                   day);
    if (!fits) return again(fits.error().reason);
    const auto left = TRY(grant::left(call.transaction, books, aid.value().of(), day));
    return ok_with(
        {{"amount", base::to_decimal(aid.value().amount)}, {"left", base::to_decimal(left)}});
}

Result<Value> give_aid(const OperationCall& call, const OperationParts& parts)
{
    const auto aid = TRY(aid_of(call, parts));
    auto& books = parts.accounts.ledger();
    ledger::AccountId to;
    std::string tail;
    if (aid.fee) {
        to = TRY(books.own_account(call.transaction, "payable/school/" + aid.school,
                                   aid.amount.currency));
    } else {
        const auto account = TRY(chosen_account(call, parts));
        to = account.id;
        tail = account.number.substr(account.number.size() - 4);
    }
    const auto paid = TRY(
        grant::pay(call.transaction, books, aid.of(),
                   {.occasion = aid.occasion,
                    .key = call.business_key,
                    .to = to,
                    .amount = aid.amount,
                    .kind = aid.fee ? "school-fee" : "allowance",
                    .counting = aid.fee ? ledger::Counting::uncounted : ledger::Counting::counted},
                   parts.accounts.business_date(call.transaction.now())));
    bank::audit::append(call.transaction,
                        {.actor = {bank::audit::ActorKind::system, 0},
                         .action = "grant.pay",
                         .object = {"entry", paid.id.value},
                         .reason = {},
                         .details = Object{{"case", call.business_key},
                                           {"fund", aid.fund},
                                           {"amount", base::to_decimal(aid.amount)}}});
    return ok_with({{"amount", base::to_decimal(aid.amount)},
                    {"entry", base::to_string(paid.id)},
                    {"account_tail", tail}});
}

/// What a partner has paid for the customer comes onto the account that the form names, once for
/// each of the partner's references.
Result<Value> credit_from_fund(const OperationCall& call, const OperationParts& parts)
{
    const Value& paid = argument(call, "paid");
    const Value& requested = argument(call, "requested");
    const std::string reference{paid["reference"].text_or()};
    if (reference.empty() || paid["reference"] != requested["reference"] ||
        paid["amount"] != requested["amount"]) {
        return base::conflict("fund.payment_differs", "what was paid is not what was granted");
    }
    const auto account = TRY(chosen_account(call, parts));
    const auto amount = TRY(base::parse_money(paid["amount"].text_or(), account.unit));
    auto& books = parts.accounts.ledger();
    const auto fund =
        TRY(books.own_account(call.transaction, "receivable/housing-fund", account.unit));
    const ledger::Leg legs[] = {
        {fund, ledger::Side::debit, amount},
        {account.id, ledger::Side::credit, amount, ledger::Counting::counted}};
    const auto posted = TRY(books.post(
        call.transaction,
        {.client = ledger::client_id({"fund.credit", reference}),
         .content = ledger::content_of({base::to_string(account.id), base::to_decimal(amount)}),
         .kind = "housing-fund",
         .effective = parts.accounts.business_date(call.transaction.now()),
         .legs = legs}));
    bank::audit::append(call.transaction,
                        {.actor = {bank::audit::ActorKind::partner, 0},
                         .action = "fund.credit",
                         .object = {"entry", posted.id.value},
                         .reason = {},
                         .details = Object{{"case", call.business_key},
                                           {"reference", reference},
                                           {"amount", base::to_decimal(amount)}}});
    return ok_with({{"account", to_string(account.id)},
                    {"account_tail", account.number.substr(account.number.size() - 4)},
                    {"amount", base::to_decimal(amount)}});
}

}  // namespace

void add_grant_operations(engine::process::OperationRegistry& registry, const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"aid.check", check_aid},
                  {"aid.give", give_aid},
                  {"fund.credit", credit_from_fund},
              });
}

}  // namespace server
