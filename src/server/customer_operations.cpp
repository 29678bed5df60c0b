// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>
#include <server/products.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/customer/mask.h>
#include <bank/customer/person.h>

#include <array>

namespace server {

namespace account = bank::account;
namespace customer = bank::customer;
namespace json = platform::json;
using base::Result;
using engine::process::OperationCall;
using json::Object;
using json::Value;

namespace {

constexpr std::string_view valid_until = "valid_until";
constexpr std::string_view for_ever = "长期";  // On the cards of people over 45 (居民身份证法 §5).

/// What the customer may change of their record, to begin the form with.
Result<Value> known_details(const OperationCall& call, const OperationParts& parts)
{
    constexpr std::array names{customer::field::address, customer::field::occupation};
    const auto holder = TRY(subject_of(call));
    const auto fields = TRY(customer::read_fields(call.transaction, parts.vault, holder, names));
    Object known;
    for (const auto& [name, value] : fields) known.set(name, value);
    return Value{std::move(known)};
}

/// Writes those of the entered details that are other than what is known.
Result<Value> update_details(const OperationCall& call, const OperationParts& parts)
{
    const auto holder = TRY(subject_of(call));
    const Value& application = argument(call, "application");
    constexpr std::array names{customer::field::address, customer::field::occupation};
    const auto before = TRY(customer::read_fields(call.transaction, parts.vault, holder, names));
    customer::Fields changed;
    json::Array told;
    for (const auto name : names) {
        const std::string_view entered = application[name].text_or();
        const auto known = before.find(name);
        if (entered.empty() || (known != before.end() && known->second == entered)) continue;
        changed.emplace(name, entered);
        told.push_back(name);
    }
    if (changed.empty()) return again("customer.nothing_changed");
    TRY(customer::set_fields(call.transaction, parts.vault, holder, changed));
    bank::audit::append(
        call.transaction,
        {.actor = {bank::audit::ActorKind::customer, holder.value},
         .action = "customer.update-details",
         .object = {"customer", holder.value},
         .reason = {},
         .details = Object{{"case", call.business_key}, {"fields", json::Value{std::move(told)}}}});
    return ok_with({});
}

/// Whether a card that holds until `after` is a later one than that which holds until `before`; the
/// days are written as on the card.
bool outlives(std::string_view after, std::string_view before)
{
    return before != for_ever && (after == for_ever || after > before);
}

/// Writes until when a new card of the same person holds: `person` is what verify-person found.
Result<Value> renew_id_card(const OperationCall& call, const OperationParts& parts)
{
    const auto holder = TRY(subject_of(call));
    const Value& card = argument(call, "person")["id_card"];
    constexpr std::array names{customer::field::name, customer::field::id_number, valid_until};
    auto known = TRY(customer::read_fields(call.transaction, parts.vault, holder, names));
    if (known["id_number"].empty() || known["id_number"] != card["number"].text_or()) {
        return base::conflict("identity.card_unknown", "The record holds no card of this number.");
    }
    if (known["name"] != card["name"].text_or()) {
        return base::conflict("identity.name_changed", "The card names somebody else.");
    }
    const std::string until{card[valid_until].text_or()};
    if (!outlives(until, known[std::string{valid_until}])) {
        return base::conflict("identity.card_not_newer", "The record holds this card already.");
    }
    customer::Fields changed{{std::string{valid_until}, until}};
    if (const auto issuer = card["issuer"].text_or(); !issuer.empty()) {
        changed.emplace("issuer", issuer);
    }
    TRY(customer::set_fields(call.transaction, parts.vault, holder, changed));
    bank::audit::append(call.transaction,
                        {.actor = {bank::audit::ActorKind::customer, holder.value},
                         .action = "customer.renew-id-card",
                         .object = {"customer", holder.value},
                         .reason = {},
                         .details = Object{{"case", call.business_key}}});
    return ok_with({{"valid_until", until}});
}

/// Who asks, for partners that know people by name and number.
Result<Value> identity_of(const OperationCall& call, const OperationParts& parts)
{
    const auto holder = TRY(subject_of(call));
    const auto name =
        TRY(customer::read_field(call.transaction, parts.vault, holder, customer::field::name));
    const auto number = TRY(
        customer::read_field(call.transaction, parts.vault, holder, customer::field::id_number));
    return ok_with({{"name", name}, {"number", number}});
}

/// The most that the account's product lets out in a day; none where it says nothing.
std::optional<std::int64_t> most_of_product(const OperationParts& parts,
                                            const account::Account& account)
{
    const auto product = parts.bank.products.find(account.product);
    if (product == parts.bank.products.end()) return std::nullopt;
    for (const auto& limit : account_product(product->second).limits) {
        if (limit.direction == account::Direction::out && limit.period == account::Period::day) {
            return limit.minor_units;
        }
    }
    return std::nullopt;
}

/// The wished limit, or why it cannot be.
Result<base::Money> wished_limit(const OperationCall& call, const OperationParts& parts,
                                 const account::Account& account)
{
    const auto wished =
        TRY(base::parse_money(argument(call, "application")["limit"].text_or(), account.unit));
    const auto own = most_of_product(parts, account);
    if (own && wished.minor_units > *own) {
        return base::rejected("account.limit_over_class", "more than the class of account allows");
    }
    const auto most =
        base::parse_money(argument(call, "settings")["most"].text_or("0"), account.unit);
    if (most && most.value().minor_units > 0 && wished.minor_units > most.value().minor_units) {
        return base::rejected("account.limit_at_branch", "so much is agreed at a branch");
    }
    return wished;
}

/// What stands now and what is wished, in words to confirm.
Result<Value> compare_limits(const OperationCall& call, const OperationParts& parts)
{
    const auto found = chosen_account(call, parts);
    if (!found) return again("account.unknown");
    const auto wished = wished_limit(call, parts, found.value());
    if (!wished) return again(wished.error().reason);
    const auto now = TRY(parts.accounts.ledger().account(call.transaction, found.value().id));
    Object shown{{"account", account::masked_number(found.value().number)},
                 {"limit", base::to_decimal(wished.value())}};
    if (now.terms.debits_day_limit) {
        shown.set("before", base::to_decimal({*now.terms.debits_day_limit, found.value().unit}));
    }
    return ok_with(std::move(shown));
}

Result<Value> change_limit(const OperationCall& call, const OperationParts& parts)
{
    const auto found = TRY(chosen_account(call, parts));
    const auto wished = wished_limit(call, parts, found);
    if (!wished) return again(wished.error().reason);
    if (found.state == account::State::closed) {
        return base::conflict("account.closed", "the account is closed");
    }
    auto& books = parts.accounts.ledger();
    auto terms = TRY(books.account(call.transaction, found.id)).terms;
    terms.debits_day_limit = wished.value().minor_units;
    TRY(books.change_terms(call.transaction, found.id, terms));
    bank::audit::append(call.transaction,
                        {.actor = {bank::audit::ActorKind::customer, found.holder.value},
                         .action = "account.change-limit",
                         .object = {"account", found.id.value},
                         .reason = {},
                         .details = Object{{"case", call.business_key},
                                           {"limit", base::to_decimal(wished.value())}}});
    return ok_with({{"account_tail", found.number.substr(found.number.size() - 4)},
                    {"limit", base::to_decimal(wished.value())}});
}

}  // namespace

void add_customer_operations(engine::process::OperationRegistry& registry,
                             const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"customer.details", known_details},
                  {"customer.update-details", update_details},
                  {"customer.renew-id-card", renew_id_card},
                  {"customer.identity", identity_of},
                  {"account.limits", compare_limits},
                  {"account.change-limit", change_limit},
              });
}

}  // namespace server
