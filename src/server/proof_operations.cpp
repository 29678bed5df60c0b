// SPDX-License-Identifier: Apache-2.0
#include <server/operations.h>

#include <api/case_proof.h>

#include <bank/audit/trail.h>
#include <bank/authentication/login.h>
#include <bank/authentication/proof.h>
#include <bank/customer/mask.h>
#include <bank/customer/person.h>
#include <bank/customer/phone.h>

namespace server {

namespace authentication = bank::authentication;
namespace customer = bank::customer;
namespace json = platform::json;
using base::Result;
using engine::process::OperationCall;
using json::Object;
using json::Value;

namespace {

/// The token of a proof that the customer gave for what this case would do.
Result<Value> check_case_proof(const OperationCall& call, const OperationParts& parts)
{
    const auto proof =
        authentication::read_proof(parts.authentication, argument(call, "proof").text_or());
    if (!proof) return again(proof.error().reason);
    const auto holder = TRY(subject_of(call));
    const auto content = api::content_of_case(call.business_key, argument(call, "content"));
    const auto checked =
        authentication::check_proof(proof.value(), parts.institution.book, holder.value, content,
                                    authentication::Method::password, call.transaction.now());
    if (!checked) return again(checked.error().reason);
    const auto used =
        authentication::consume_proof(call.transaction, proof.value(), call.transaction.now());
    if (!used) return again(used.error().reason);
    return ok_with({{"method", authentication::to_string(proof.value().method)}});
}

/// Whether the phone may become the customer's: the reason where it may not.
Result<std::string> free_phone(const OperationCall& call, const OperationParts& parts,
                               customer::CustomerId holder)
{
    const Value& application = argument(call, "application");
    auto phone = TRY(customer::normal_phone(application["phone"].text_or()));
    for (const auto other : customer::find_by_phone(call.transaction, parts.vault, phone)) {
        if (other == holder) {
            return base::rejected("authentication.phone_the_same", "it is the phone known already");
        }
        const auto person = customer::find(call.transaction, other);
        if (person && person.value().knowledge != customer::Knowledge::claimed) {
            return base::rejected("authentication.phone_taken", "another customer has this phone");
        }
    }
    return phone;
}

/// Has a code sent to the new phone once this step is committed (Institution sends it).
Result<Value> send_case_code(const OperationCall& call, const OperationParts& parts)
{
    const auto holder = TRY(subject_of(call));
    const auto phone = free_phone(call, parts, holder);
    if (!phone) return again(phone.error().reason);
    parts.outbox.append(call.transaction, "case.code-wanted", call.business_key, Object{});
    return ok_with({{"phone", customer::masked_phone(phone.value())}});
}

Result<Value> change_case_phone(const OperationCall& call, const OperationParts& parts)
{
    // The word stands for a code that was right; nobody can enter it: it is no six digits.
    if (argument(call, "confirmation")["code"].text_or() != api::code_was_right) {
        return base::forbidden("authentication.code_wrong", "the code was not confirmed");
    }
    const auto holder = TRY(subject_of(call));
    const auto phone = TRY(free_phone(call, parts, holder));
    TRY(customer::set_fields(call.transaction, parts.vault, holder,
                             {{std::string{customer::field::phone}, phone}}));
    parts.outbox.append(call.transaction, "customer.phone-changed", to_string(holder), Object{});
    bank::audit::append(call.transaction,
                        {.actor = {bank::audit::ActorKind::customer, holder.value},
                         .action = "customer.change-phone",
                         .object = {"customer", holder.value},
                         .reason = {},
                         .details = Object{{"case", call.business_key}}});
    return ok_with({{"phone", customer::masked_phone(phone)}});
}

}  // namespace

void add_proof_operations(engine::process::OperationRegistry& registry, const OperationParts& parts)
{
    add_named(registry, parts,
              {
                  {"authentication.check-proof", check_case_proof},
                  {"authentication.send-code", send_case_code},
                  {"authentication.change-phone", change_case_phone},
              });
}

}  // namespace server
