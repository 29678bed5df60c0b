// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>
#include <bank/catalog/catalog.h>
#include <bank/customer/sealing.h>
#include <bank/evidence/store.h>
#include <bank/risk/sanctions.h>
#include <engine/process/operation.h>
#include <platform/sql/book.h>

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
};

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
/// account.check-class-limit, account.open, risk.screen, authentication.has-password.
void add_account_operations(engine::process::OperationRegistry& registry,
                            const OperationParts& parts);

}  // namespace server
