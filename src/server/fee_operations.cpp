// SPDX-License-Identifier: Apache-2.0
// What a service costs: kept on the applicant's account, then taken, or free again.
#include <server/operations.h>

#include <bank/audit/trail.h>

namespace server {

namespace ledger = bank::ledger;
using base::Result;
using engine::process::OperationCall;
using platform::json::Object;
using platform::json::Value;

namespace {

constexpr std::int64_t hold_seconds = std::int64_t{30} * 86'400;

Result<ledger::Ledger::Settlement> settlement_of(const OperationCall& call,
                                                 const OperationParts& parts)
{
    return ledger::Ledger::Settlement{
        .client = ledger::client_id({"fee", call.key}),
        .content = 0,
        .effective = parts.accounts.business_date(call.transaction.now()),
        .hold = TRY(base::parse_id<ledger::EntryId>(argument(call, "charged")["hold"].text_or())),
        .details = {}};
}

void note(const OperationCall& call, std::string_view action, ledger::EntryId entry)
{
    bank::audit::append(call.transaction,
                        {.actor = {bank::audit::ActorKind::system, 0},
                         .action = action,
                         .object = {"entry", entry.value},
                         .reason = {},
                         .details = Object{{"case", call.business_key},
                                           {"amount", argument(call, "charged")["fee"]}}});
}

/// The fee that the settings name for what was chosen, kept for the bank until it is taken.
Result<Value> hold_fee(const OperationCall& call, const OperationParts& parts)
{
    const Value& settings = argument(call, "settings");
    const auto account = chosen_account(call, parts);
    if (!account) return again("account.unknown");
    const base::Currency unit = account.value().unit;
    const auto fee = TRY(base::parse_money(argument(call, "fee").text_or(), unit));
    const std::string income = "fee/income/" + std::string{settings["fee_income"].text_or()};
    auto& books = parts.accounts.ledger();
    const ledger::Leg legs[] = {
        {account.value().id, ledger::Side::debit, fee},
        {TRY(books.own_account(call.transaction, income, unit)), ledger::Side::credit, fee}};
    const auto held =
        books.reserve(call.transaction,
                      {.client = ledger::client_id({"fee.hold", call.key}),
                       .kind = "fee",
                       .effective = parts.accounts.business_date(call.transaction.now()),
                       .legs = legs},
                      base::after_seconds(call.transaction.now(), hold_seconds));
    if (!held) {
        if (held.error().kind != base::ErrorKind::rejected) return held.error();
        const bool short_of = held.error().reason == "ledger.debits_exceed_credits";
        return again(short_of ? "fee.not_enough" : "fee.account_blocked");
    }
    const std::string& number = account.value().number;
    return ok_with({{"fee", base::to_decimal(fee)},
                    {"account_tail", number.substr(number.size() - 4)},
                    {"hold", base::to_string(held.value().id)}});
}

Result<Value> take_fee(const OperationCall& call, const OperationParts& parts)
{
    const auto settlement = TRY(settlement_of(call, parts));
    const auto taken = TRY(parts.accounts.ledger().capture(call.transaction, settlement));
    note(call, "fee.take", taken.id);
    parts.outbox.append(call.transaction, "fee.charged", base::to_string(taken.id), Object{});
    return ok_with({{"entry", base::to_string(taken.id)}});
}

Result<Value> let_fee_go(const OperationCall& call, const OperationParts& parts)
{
    const auto settlement = TRY(settlement_of(call, parts));
    const auto freed = TRY(parts.accounts.ledger().release(call.transaction, settlement));
    note(call, "fee.let-go", freed.id);
    return ok_with({});
}

}  // namespace

void add_fee_operations(engine::process::OperationRegistry& registry, const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"fee.hold", hold_fee},
                  {"fee.take", take_fee},
                  {"fee.let-go", let_fee_go},
              });
}

}  // namespace server
