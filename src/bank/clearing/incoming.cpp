// SPDX-License-Identifier: Apache-2.0
#include <bank/clearing/incoming.h>

#include <bank/account/number.h>
#include <bank/customer/mask.h>
#include <bank/ledger/units.h>
#include <platform/json/value.h>

namespace bank::clearing {

using base::Result;
using platform::json::Object;
using platform::sql::Snapshot;
using platform::sql::Transaction;

namespace {

std::int64_t content_of_message(const iso20022::CreditTransfer& message)
{
    return static_cast<std::int64_t>(ledger::content_of(
        {message.end_to_end_id, message.amount, message.currency, message.debtor.agent,
         message.debtor.account, message.debtor.name, message.creditor.agent,
         message.creditor.account, message.creditor.name, message.purpose, message.category}));
}

/// What the ledger said, as an external code of ISO 20022.
std::string_view code_for(std::string_view reason)
{
    if (reason == "ledger.account_closed") return "AC04";
    if (reason == "ledger.credits_blocked") return "AC06";
    if (reason == "ledger.unit_mismatch") return "AM03";
    return "AM02";
}

}  // namespace

Result<Incoming::Prepared> Incoming::prepare(Snapshot& snapshot, std::string_view route,
                                             std::string_view sender_code, std::string_view xml)
{
    Prepared prepared{.route = std::string{route},
                      .message = TRY(iso20022::read_credit_transfer(xml)),
                      .amount = {},
                      .account = {},
                      .sealed = {},
                      .masked_name = {},
                      .refused = {},
                      .why = {}};
    const auto& message = prepared.message;
    if (!sender_code.empty() && message.debtor.agent != sender_code) {
        return base::forbidden("clearing.sender_differs",
                               "the message speaks for another bank than the one that sent it");
    }
    prepared.masked_name = customer::masked_name(message.debtor.name);
    const auto refuse = [&](std::string_view code, std::string_view why) {
        prepared.refused = code;
        prepared.why = why;
        return std::move(prepared);
    };
    if (message.creditor.agent != parts_.own_clearing_code)
        return refuse("RC01", "not an account of this bank");
    const auto unit = ledger::currency(message.currency);
    if (!unit) return refuse("AM03", "no such currency here");
    const auto amount = base::parse_money(message.amount, unit.value());
    if (!amount) return refuse("AM12", "not an amount of this currency");
    prepared.amount = amount.value();
    const auto number = account::read_number(message.creditor.account);
    if (!number) return refuse("AC01", "no such account");
    const auto account = parts_.accounts.by_number(snapshot, number.value());
    if (!account) return refuse("AC01", "no such account");
    if (account.value().state == account::State::closed) return refuse("AC04", "account closed");
    if (account.value().unit != unit.value()) return refuse("AM03", "account in another currency");
    const std::string holder = parts_.people.name(snapshot, account.value().holder);
    if (risk::comparable_name(holder) != risk::comparable_name(message.creditor.name))
        return refuse("BE01", "held under another name");
    const auto taken = parts_.accounts.takes_from_others(snapshot, account.value().id);
    if (!taken || !taken.value()) return refuse("AC06", "takes nothing from others yet");
    const auto decision = parts_.judge.screen(
        {account.value().id, account.value().id, amount.value(), message.debtor.name, holder});
    if (decision.verdict == risk::Verdict::block) return refuse("RR04", "stopped");
    prepared.account = account.value().id;
    prepared.sealed = parts_.people.seal(
        account.value().holder, platform::json::serialise(Object{{"name", message.debtor.name},
                                                                 {"number", message.debtor.account},
                                                                 {"purpose", message.purpose}}));
    return prepared;
}

Result<iso20022::StatusReport> Incoming::record(Transaction& transaction, const Prepared& prepared)
{
    const auto& message = prepared.message;
    const std::int64_t content = content_of_message(message);
    iso20022::StatusReport report{.message_id = "S" + message.message_id.substr(0, 34),
                                  .created = transaction.now(),
                                  .original_message_id = message.message_id,
                                  .original_end_to_end_id = message.end_to_end_id,
                                  .status = iso20022::Status::settled};
    const auto reject = [&](std::string_view code) {
        report.status = iso20022::Status::rejected;
        report.reason = code;
    };
    {
        auto row = transaction.query(
            "select content, reason from clearing_received where sender = ? and message = ?",
            message.debtor.agent, message.message_id);
        if (row.next()) {
            if (row.integer(0) != content) {
                reject("AM05");
            } else if (!row.text(1).empty()) {
                reject(row.text(1));
            }
            return report;
        }
    }
    std::string reason = prepared.refused;
    std::optional<EntryId> entry;
    if (reason.empty()) {
        auto& ledger = parts_.accounts.ledger();
        const auto owed = TRY(ledger.own_account(transaction, "settlement/" + prepared.route,
                                                 prepared.amount->currency));
        const ledger::Leg legs[] = {
            {owed, ledger::Side::debit, *prepared.amount},
            {*prepared.account, ledger::Side::credit, *prepared.amount, ledger::Counting::counted}};
        const auto posted = ledger.post(
            transaction, {.client = ledger::client_id(
                              {"clearing.incoming", message.debtor.agent, message.message_id}),
                          .content = static_cast<std::uint64_t>(content),
                          .kind = "incoming",
                          .effective = parts_.accounts.business_date(transaction.now()),
                          .legs = legs,
                          .details = prepared.sealed});
        if (posted) {
            entry = posted.value().id;
        } else {
            reason = code_for(posted.error().reason);
        }
    }
    transaction.execute(
        "insert into clearing_received(sender, message, content, route, entry, account,"
        " minor_units, masked_name, reason, received_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        message.debtor.agent, message.message_id, content, prepared.route, entry, prepared.account,
        entry ? prepared.amount->minor_units : 0, prepared.masked_name, reason, transaction.now());
    audit::append(transaction, {.actor = {audit::ActorKind::partner, 0},
                                .action = entry ? "clearing.received" : "clearing.refused",
                                .object = {"entry", entry ? entry->value : 0},
                                .reason = reason,
                                .details = {{"route", prepared.route},
                                            {"message", message.message_id},
                                            {"amount", message.amount}}});
    if (entry) {
        parts_.events.append(transaction, "clearing.received", base::to_string(*entry),
                             {{"account", base::to_string(*prepared.account)},
                              {"entry", base::to_string(*entry)},
                              {"amount", base::to_decimal(*prepared.amount)},
                              {"currency", std::string{prepared.amount->currency.code}}});
    } else {
        reject(reason);
    }
    return report;
}

std::string Incoming::payer_of(Snapshot& snapshot, EntryId entry)
{
    auto row = snapshot.query("select masked_name from clearing_received where entry = ?", entry);
    return row.next() ? row.string(0) : std::string{};
}

}  // namespace bank::clearing
