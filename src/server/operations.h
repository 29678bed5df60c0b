// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>
#include <bank/authentication/environment.h>
#include <bank/catalog/catalog.h>
#include <bank/customer/sealing.h>
#include <bank/evidence/store.h>
#include <bank/outbox/outbox.h>
#include <bank/risk/sanctions.h>
#include <engine/process/operation.h>
#include <platform/crypto/hash.h>
#include <platform/sql/book.h>

#include <initializer_list>

namespace server {

/// What the operations of one institution work on. References outlive the registry.
struct OperationParts {
    const bank::catalog::Bank& bank;
    const bank::catalog::Institution& institution;
    platform::sql::Book& house;
    const bank::customer::Vault& vault;
    bank::customer::Sealing& sealing;
    bank::account::Accounts& accounts;
    bank::evidence::Store& evidence;
    const bank::risk::SanctionsList& sanctions;
    const bank::authentication::Environment& authentication;
    bank::outbox::Outbox& outbox;
    const platform::crypto::Hmac& seal;  // The same for ever: of receipts and passes.
};

/// A named argument of a call; null where it was not given.
const platform::json::Value& argument(const engine::process::OperationCall& call,
                                      std::string_view name);
/// The record that the case is for. Errors: base's for what is no id.
base::Result<bank::customer::CustomerId> subject_of(const engine::process::OperationCall& call);
/// What a shape of processes/ asks of an operation that its service names: `again` lets the
/// customer change what was entered; `ok` carries what is to be shown.
platform::json::Value again(std::string_view reason);
platform::json::Value ok_with(platform::json::Object content);

/// An operation as the sources here write it, and the name under which processes find it.
struct NamedOperation {
    std::string_view name;
    base::Result<platform::json::Value> (*act)(const engine::process::OperationCall&,
                                               const OperationParts&);
};
/// Adds each with its parts, which outlive the registry.
void add_named(engine::process::OperationRegistry& registry, const OperationParts& parts,
               std::initializer_list<NamedOperation> operations);

/// The applicant's account that the form's `account` names. Errors: account.unknown, base's for
/// what is no id.
base::Result<bank::account::Account> chosen_account(const engine::process::OperationCall& call,
                                                    const OperationParts& parts);

/// Numbers of debit cards begin so: the account prefix of the institution, under a first pair of
/// digits that no scheme uses.
std::string card_prefix(const bank::catalog::Institution& institution);

/// Whether a card's number may be that of the person whom a case is for: one phone stands for one
/// person, and a person for one record.
enum class NumberFit {
    fits,          // The record holds it, or no number yet and nobody else has it.
    other_phone,   // Another customer's record holds it.
    other_person,  // The record holds another number: the phone is another person's.
};
base::Result<NumberFit> fit_of_number(platform::sql::Snapshot& snapshot,
                                      const OperationParts& parts,
                                      bank::customer::CustomerId person, std::string_view number);

/// The bank's operations that processes may name; docs/bpmn-profile.md describes each with its
/// arguments and answers. identity.check-card, identity.check-face.
void add_identity_operations(engine::process::OperationRegistry& registry,
                             const OperationParts& parts);
/// account.check-class-limit, account.open, .check-upgrade, .upgrade, .check-revival, .revive,
/// risk.screen, authentication.has-password.
void add_account_operations(engine::process::OperationRegistry& registry,
                            const OperationParts& parts);

/// Does the operation that the argument `operation` names, with the other arguments: so that one
/// shape serves many services. Errors: process.operation_unknown, those of the operation.
void add_service_operation(engine::process::OperationRegistry& registry);
/// authentication.check-proof, .send-code, .change-phone.
void add_proof_operations(engine::process::OperationRegistry& registry,
                          const OperationParts& parts);
/// customer.details, .update-details, .renew-id-card, .identity; account.limits, .change-limit.
void add_customer_operations(engine::process::OperationRegistry& registry,
                             const OperationParts& parts);
/// card.report-loss, .choose, .set-pin, .replace, .received, .void.
void add_card_operations(engine::process::OperationRegistry& registry, const OperationParts& parts);
/// community.report, .check-well, .permit, .people; visit.known, .register; supply.reserve, .give,
/// .let-go.
void add_community_operations(engine::process::OperationRegistry& registry,
                              const OperationParts& parts);
/// aid.check, aid.give: from a fund with a budget; fund.credit: what a partner paid.
void add_grant_operations(engine::process::OperationRegistry& registry,
                          const OperationParts& parts);
/// fee.hold, fee.take, fee.let-go.
void add_fee_operations(engine::process::OperationRegistry& registry, const OperationParts& parts);
/// letter.check, letter.answer.
void add_letter_operations(engine::process::OperationRegistry& registry,
                           const OperationParts& parts);
/// certificate.check, certificate.issue.
void add_certificate_operations(engine::process::OperationRegistry& registry,
                                const OperationParts& parts);
/// booking.take, booking.draw.
void add_booking_operations(engine::process::OperationRegistry& registry,
                            const OperationParts& parts);

}  // namespace server
