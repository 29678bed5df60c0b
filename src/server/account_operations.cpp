// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>
#include <server/products.h>

#include <bank/account/number.h>
#include <bank/audit/trail.h>
#include <bank/authentication/login.h>
#include <bank/customer/consent.h>
#include <bank/customer/mask.h>
#include <bank/customer/person.h>
#include <bank/end_of_day/reclassify.h>

#include <algorithm>

namespace server {

namespace account = bank::account;
namespace customer = bank::customer;
namespace json = platform::json;
using base::Result;
using engine::process::OperationCall;
using json::Array;
using json::Object;
using json::Value;

namespace {

Result<const bank::catalog::Product*> product_of_class(const OperationParts& parts,
                                                       std::string_view account_class)
{
    for (const auto& [code, product] : parts.bank.products) {
        if (std::to_string(product.account_class) == account_class) return &product;
    }
    return base::rejected("account.product_unknown", "this class is not offered");
}

Result<Value> check_class_limit(const OperationCall& call, const OperationParts& parts)
{
    const auto* product = TRY(product_of_class(parts, argument(call, "class").text_or()));
    const auto holder = TRY(subject_of(call));
    return Value{Object{{"allowed", parts.accounts.may_have_another(call.transaction, holder,
                                                                    account_product(*product))}}};
}

customer::Fields fields_of(const Value& person, const Value& details)
{
    customer::Fields fields;
    const auto take = [&](std::string_view field, const Value& value) {
        if (!value.text_or().empty()) fields.emplace(field, value.text_or());
    };
    take(customer::field::name, person["name"]);
    take(customer::field::id_number, person["number"]);
    take(customer::field::birth_date, person["birth_date"]);
    take("sex", person["sex"]);
    take("ethnicity", person["ethnicity"]);
    take("issuer", person["issuer"]);
    take("valid_until", person["valid_until"]);
    take("registered_address", person["address"]);
    take(customer::field::address,
         details["address"].is_null() ? person["address"] : details["address"]);
    take(customer::field::occupation, details["occupation"]);
    take(customer::field::tax_residence, details["tax_residence"]);
    return fields;
}

/// Every field "agreement_X" of a section is a consent to the version that it names.
Result<void> record_consents(const OperationCall& call, customer::CustomerId holder,
                             const Value& section)
{
    constexpr std::string_view prefix = "agreement_";
    if (section.object() == nullptr) return {};
    const std::string language = customer::language_of(call.transaction, holder);
    for (const auto& [name, version] : *section.object()) {
        if (!name.starts_with(prefix) || version.text_or().empty()) continue;
        TRY(customer::record_consent(
            call.transaction, holder,
            {.document = name.substr(prefix.size()),
             .version = std::string{version.text_or()},
             .language = language,
             .text_hash = platform::crypto::sha256(platform::crypto::as_bytes(
                 std::string{call.definition} + "/" + name + "/" + std::string{version.text_or()})),
             .given = true,
             .channel = "phone"}));
    }
    return {};
}

/// The product with the customer's own, lower daily limit.
Result<account::Product> with_own_limit(account::Product product, const Value& own)
{
    if (own.text_or().empty()) return product;
    const auto amount = TRY(base::parse_money(own.text_or(), product.unit));
    for (auto& limit : product.limits) {
        if (limit.direction == account::Direction::out && limit.period == account::Period::day) {
            limit.minor_units = std::min(limit.minor_units, amount.minor_units);
        }
    }
    return product;
}

Result<Value> open_account(const OperationCall& call, const OperationParts& parts)
{
    const Value& details = argument(call, "details");
    const auto holder = TRY(subject_of(call));
    const auto* product = TRY(product_of_class(parts, argument(call, "class").text_or()));
    const auto terms = TRY(with_own_limit(account_product(*product), details["limit_day"]));
    if (!parts.accounts.may_have_another(call.transaction, holder, terms)) {
        return base::rejected("account.too_many_of_class",
                              "this person has as many accounts of this class as the rules allow");
    }
    // The card was checked a while ago; the person may have become a customer meanwhile.
    const auto card_number = argument(call, "person")["number"].text_or();
    switch (TRY(fit_of_number(call.transaction, parts, holder, card_number))) {
        case NumberFit::fits:
            break;
        case NumberFit::other_phone:
            return base::rejected("account.known_under_other_phone",
                                  "this person is a customer under another phone");
        case NumberFit::other_person:
            return base::rejected("account.phone_of_other_person",
                                  "the phone is that of another customer");
    }
    account::Opening opening{.key = call.key, .holder = holder, .branch = branch_of(parts)};
    if (const std::string_view number = details["bound_account"].text_or(); !number.empty()) {
        opening.bound =
            account::BoundAccount{"bank", customer::masked_account(number),
                                  TRY(parts.sealing.seal(holder, "bound-account", number))};
    }
    TRY(customer::set_fields(call.transaction, parts.vault, holder,
                             fields_of(argument(call, "person"), details)));
    if (TRY(customer::find(call.transaction, holder)).knowledge == customer::Knowledge::claimed) {
        TRY(customer::set_knowledge(call.transaction, holder, customer::Knowledge::remote));
    }
    const Value& consents = argument(call, "consents");
    if (consents.array() != nullptr) {
        for (const Value& section : *consents.array()) TRY(record_consents(call, holder, section));
    }
    const auto opened = TRY(parts.accounts.open(call.transaction, terms, opening));
    bank::audit::append(call.transaction, {.actor = {bank::audit::ActorKind::system, 0},
                                           .action = "account.open",
                                           .object = {"account", opened.id.value},
                                           .reason = {},
                                           .details = Object{{"case", call.business_key},
                                                             {"customer", to_string(holder)},
                                                             {"product", product->code},
                                                             {"service", call.definition}}});
    return Value{Object{{"id", to_string(opened.id)}, {"number", opened.number}}};
}

/// The applicant's account and the product of Class I that it may become.
Result<Value> check_upgrade(const OperationCall& call, const OperationParts& parts)
{
    const auto found = chosen_account(call, parts);
    if (!found) return again("account.unknown");
    const auto& account = found.value();
    const auto* product = TRY(product_of_class(parts, "1"));
    if (account.state != account::State::open) return again("account.not_open");
    if (account.account_class == account::Class::one) return again("account.class_not_higher");
    if (!parts.accounts.may_have_another(call.transaction, account.holder,
                                         account_product(*product))) {
        return base::rejected("account.too_many_of_class",
                              "this person has as many accounts of this class as the rules allow");
    }
    return ok_with({{"account", account::masked_number(account.number)},
                    {"before", std::to_string(static_cast<int>(account.account_class))}});
}

void note_change(const OperationCall& call, std::string_view action,
                 const account::Account& account, std::string_view before)
{
    bank::audit::append(call.transaction, {.actor = {bank::audit::ActorKind::system, 0},
                                           .action = action,
                                           .object = {"account", account.id.value},
                                           .reason = {},
                                           .details = Object{{"case", call.business_key},
                                                             {"product", account.product},
                                                             {"before", before}}});
}

Result<Value> upgrade_account(const OperationCall& call, const OperationParts& parts)
{
    const auto before = TRY(chosen_account(call, parts));
    const auto* product = TRY(product_of_class(parts, "1"));
    const auto after =
        TRY(parts.accounts.upgrade(call.transaction, account_product(*product), before.id));
    bank::end_of_day::move_accrued(call.transaction, before.id, before.product, after.product,
                                   after.unit);
    TRY(customer::set_knowledge(call.transaction, before.holder,
                                customer::Knowledge::face_to_face));
    note_change(call, "account.upgrade", after, before.product);
    return ok_with({{"account", to_string(after.id)},
                    {"account_tail", after.number.substr(after.number.size() - 4)}});
}

Result<Value> check_revival(const OperationCall& call, const OperationParts& parts)
{
    const auto found = chosen_account(call, parts);
    if (!found) return again("account.unknown");
    if (found.value().state != account::State::dormant) return again("account.not_dormant");
    return ok_with({{"account", account::masked_number(found.value().number)}});
}

Result<Value> revive_account(const OperationCall& call, const OperationParts& parts)
{
    const auto found = TRY(chosen_account(call, parts));
    TRY(parts.accounts.revive(call.transaction, found.id));
    note_change(call, "account.revive", found, "dormant");
    return ok_with({{"account", to_string(found.id)},
                    {"account_tail", found.number.substr(found.number.size() - 4)}});
}

Result<Value> screen(const OperationCall& call, const OperationParts& parts)
{
    const auto born = base::parse_date(argument(call, "born").text_or());
    const auto hits =
        parts.sanctions.screen({.name = argument(call, "name").text_or(),
                                .born = born ? std::optional{born.value()} : std::nullopt,
                                .document_number = argument(call, "number").text_or()});
    Array matches;
    auto worst = bank::risk::Likeness::unlikely;
    for (const auto& hit : hits) {
        worst = std::max(worst, hit.likeness);
        if (hit.likeness > bank::risk::Likeness::unlikely) matches.push_back(hit.id);
    }
    const std::string_view status = worst >= bank::risk::Likeness::likely     ? "hit"
                                    : worst == bank::risk::Likeness::possible ? "review"
                                                                              : "clear";
    return Value{Object{
        {"status", status}, {"matches", std::move(matches)}, {"list", parts.sanctions.version()}}};
}

Result<Value> has_password(const OperationCall& call, const OperationParts& parts)
{
    const auto holder = TRY(subject_of(call));
    const bool set = parts.house.read([&](platform::sql::Snapshot& snapshot) {
        const auto login = bank::authentication::find_customer_login(
            snapshot, parts.institution.book, holder.value);
        return login && !login->password_hash.empty();
    });
    return Value{Object{{"set", set}}};
}

}  // namespace

const Value& argument(const OperationCall& call, std::string_view name)
{
    static const Value none;
    const Value* found = call.arguments.find(name);
    return found == nullptr ? none : *found;
}

Result<customer::CustomerId> subject_of(const OperationCall& call)
{
    return base::parse_id<customer::CustomerId>(call.subject);
}

std::string branch_of(const OperationParts& parts)
{
    const auto it = std::ranges::find_if(parts.bank.units, [&](const bank::catalog::Unit& unit) {
        return unit.institution == parts.institution.code;
    });
    return it == parts.bank.units.end() ? parts.institution.code : it->code;
}

account::Product account_product(const bank::catalog::Product& product)
{
    account::Product made{.code = product.code,
                          // Of a company's account nothing is held to the limits of a class.
                          .account_class = product.account_class == 0
                                               ? account::Class::one
                                               : static_cast<account::Class>(product.account_class),
                          .unit = product.currency,
                          .per_person = product.per_person,
                          .remote = product.remote,
                          .needs_bound_account = product.bound_account};
    if (product.balance_limit) made.balance_limit = product.balance_limit->minor_units;
    for (const auto& limit : product.limits) {
        made.limits.push_back(
            {limit.direction == "in" ? account::Direction::in : account::Direction::out,
             limit.period == "year" ? account::Period::year : account::Period::day,
             limit.amount.minor_units, limit.requires_face_to_face});
    }
    return made;
}

void add_account_operations(engine::process::OperationRegistry& registry,
                            const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"account.check-class-limit", check_class_limit},
                  {"account.open", open_account},
                  {"account.check-upgrade", check_upgrade},
                  {"account.upgrade", upgrade_account},
                  {"account.check-revival", check_revival},
                  {"account.revive", revive_account},
                  {"risk.screen", screen},
                  {"authentication.has-password", has_password},
              });
}

}  // namespace server
