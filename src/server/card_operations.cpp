// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/card/cards.h>
#include <bank/customer/person.h>

namespace server {

namespace card = bank::card;
namespace customer = bank::customer;
namespace json = platform::json;
using base::Result;
using engine::process::OperationCall;
using json::Object;
using json::Value;

namespace {

void note_card(const OperationCall& call, std::string_view action, const card::Card& card)
{
    bank::audit::append(call.transaction,
                        {.actor = {bank::audit::ActorKind::customer, card.holder.value},
                         .action = action,
                         .object = {"card", card.id.value},
                         .reason = {},
                         .details = Object{{"case", call.business_key}}});
}

Value shown_card(const card::Card& card)
{
    return ok_with(
        {{"card_tail", card.number.substr(card.number.size() - 4)}, {"card", to_string(card.id)}});
}

Result<card::CardId> card_of(const Value& form)
{
    return base::parse_id<card::CardId>(form["card"].text_or());
}

Result<Value> report_card_loss(const OperationCall& call, const OperationParts&)
{
    const auto id = card_of(argument(call, "application"));
    if (!id) return again("card.unknown");
    const auto lost = card::report_lost(call.transaction, TRY(subject_of(call)), id.value());
    if (!lost) return again(lost.error().reason);
    note_card(call, "card.report-loss", lost.value());
    return shown_card(lost.value());
}

Result<Value> choose_card(const OperationCall& call, const OperationParts&)
{
    const auto id = card_of(argument(call, "application"));
    if (!id) return again("card.unknown");
    const auto chosen = card::find(call.transaction, TRY(subject_of(call)), id.value());
    if (!chosen) return again(chosen.error().reason);
    if (chosen.value().state != card::State::active) return again("card.not_active");
    return ok_with({{"card", bank::account::masked_number(chosen.value().number)}});
}

/// The PIN comes as its hash: the form's secret field was hashed before it reached the case.
Result<Value> set_card_pin(const OperationCall& call, const OperationParts&)
{
    const auto id = card_of(argument(call, "application"));
    const std::string_view hash = argument(call, "confirmation")["pin"].text_or();
    if (!id || !hash.starts_with("$argon2id$")) return again("card.unknown");
    const auto set = card::set_pin(call.transaction, TRY(subject_of(call)), id.value(), hash);
    if (!set) return again(set.error().reason);
    note_card(call, "card.set-pin", set.value());
    return shown_card(set.value());
}

Result<Value> order_card(const OperationCall& call, const OperationParts& parts)
{
    const auto holder = TRY(subject_of(call));
    const auto id = TRY(card_of(argument(call, "application")));
    const auto ordered = TRY(card::replace(call.transaction, parts.accounts,
                                           card_prefix(parts.institution), holder, id));
    note_card(call, "card.replace", ordered);
    const auto name =
        TRY(customer::read_field(call.transaction, parts.vault, holder, customer::field::name));
    return ok_with({{"card", to_string(ordered.id)},
                    {"card_tail", ordered.number.substr(ordered.number.size() - 4)},
                    {"name", name}});
}

Result<Value> card_received(const OperationCall& call, const OperationParts&)
{
    const auto id = TRY(card_of(argument(call, "ordered")));
    const auto active = card::activate(call.transaction, TRY(subject_of(call)), id,
                                       argument(call, "confirmation")["digits"].text_or());
    if (!active) return again(active.error().reason);
    note_card(call, "card.activate", active.value());
    return shown_card(active.value());
}

Result<Value> void_card(const OperationCall& call, const OperationParts&)
{
    const auto id = TRY(card_of(argument(call, "ordered")));
    const auto holder = TRY(subject_of(call));
    TRY(card::revoke(call.transaction, holder, id));
    note_card(call, "card.void", TRY(card::find(call.transaction, holder, id)));
    return ok_with({});
}

}  // namespace

std::string card_prefix(const bank::catalog::Institution& institution)
{
    return "98" + institution.account_prefix.substr(2);
}

void add_card_operations(engine::process::OperationRegistry& registry, const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"card.report-loss", report_card_loss},
                  {"card.choose", choose_card},
                  {"card.set-pin", set_card_pin},
                  {"card.replace", order_card},
                  {"card.received", card_received},
                  {"card.void", void_card},
              });
}

}  // namespace server
