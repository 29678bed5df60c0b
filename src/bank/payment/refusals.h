// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/account/accounts.h>
#include <bank/customer/person.h>

#include <utility>

namespace bank::payment {

/// The ledger's refusal of a payment in the words of payments ("payment.no_funds"); any other error
/// as it is.
base::Error in_words_of_payments(const base::Error& refusal);

/// What somebody asked for under a key of their own.
struct Asked {
    std::string_view operation;  // Keys of one operation are not those of another: "bill".
    customer::CustomerId person;
    std::string_view key;
    std::uint64_t content;  // ledger::content_of what was asked.
};

/// Whether a refusal is the answer for ever. A form that is wrong, a right or a proof that is
/// missing, what is not there, and machinery that fails leave the key free.
bool stands(const base::Error& why);

/// Errors: the refusal that was kept for the key; ledger.client_id_reused (of another content).
base::Result<void> not_refused(ledger::Ledger& ledger, platform::sql::Snapshot& snapshot,
                               const Asked& asked);
base::Result<void> not_refused(ledger::Ledger& ledger, platform::sql::Transaction& transaction,
                               const Asked& asked);

/// Keeps a refusal in the journal and tells the audit trail. Errors: those of record_refusal.
base::Result<void> keep_refusal(account::Accounts& accounts,
                                platform::sql::Transaction& transaction, const Asked& asked,
                                const base::Error& why);

/// Does what was asked once: `attempt()` plans and does it, beginning its unit of work with
/// not_refused; `done(transaction)` says whether the key has been answered with success. A refusal
/// that stands is kept in a unit of work of its own, since the refused one is taken back, and is
/// the answer to the same key and content from then on, whatever comes at the same moment.
/// Errors: those of `attempt`, ledger.client_id_reused.
template <class Attempt, class Done>
auto answered_for_ever(platform::sql::Book& book, account::Accounts& accounts, const Asked& asked,
                       Attempt attempt, Done done) -> decltype(attempt())
{
    TRY(book.read([&](platform::sql::Snapshot& snapshot) {
        return not_refused(accounts.ledger(), snapshot, asked);
    }));
    auto outcome = attempt();
    if (outcome || asked.key.empty() || !stands(outcome.error())) return outcome;
    const auto kept =
        book.write([&](platform::sql::Transaction& transaction) -> base::Result<bool> {
            if (done(transaction)) return false;
            TRY(not_refused(accounts.ledger(), transaction, asked));
            TRY(keep_refusal(accounts, transaction, asked, outcome.error()));
            return true;
        });
    if (!kept) return kept.error();
    return kept.value() ? std::move(outcome) : attempt();
}

}  // namespace bank::payment
