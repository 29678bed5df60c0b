// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/refusals.h>

#include <bank/audit/trail.h>
#include <bank/payment/internal/words.h>

namespace bank::payment {

namespace {

ledger::ClientId client_of(const Asked& asked)
{
    return ledger::client_id({"refusal", asked.operation, to_string(asked.person), asked.key});
}

/// `View`: a snapshot, or a unit of work.
template <class View>
base::Result<void> look(ledger::Ledger& ledger, View& view, const Asked& asked)
{
    if (asked.key.empty()) return {};
    const auto before = ledger.answered(view, client_of(asked), asked.content);
    if (!before) return {};
    base::ensure(!*before);  // Nothing is posted under the client id of a refusal.
    return before->error();
}

}  // namespace

base::Error in_words_of_payments(const base::Error& refusal)
{
    return internal::in_words_of_payments(refusal);
}

bool stands(const base::Error& why)
{
    const bool of_the_key = why.reason.starts_with("ledger.client_id");
    return why.kind == base::ErrorKind::rejected ||
           (why.kind == base::ErrorKind::conflict && !of_the_key);
}

base::Result<void> not_refused(ledger::Ledger& ledger, platform::sql::Snapshot& snapshot,
                               const Asked& asked)
{
    return look(ledger, snapshot, asked);
}

base::Result<void> not_refused(ledger::Ledger& ledger, platform::sql::Transaction& transaction,
                               const Asked& asked)
{
    return look(ledger, transaction, asked);
}

base::Result<void> keep_refusal(account::Accounts& accounts,
                                platform::sql::Transaction& transaction, const Asked& asked,
                                const base::Error& why)
{
    TRY(accounts.ledger().record_refusal(transaction, client_of(asked), asked.content,
                                         asked.operation, accounts.business_date(transaction.now()),
                                         why));
    audit::append(transaction, {.actor = {audit::ActorKind::customer, asked.person.value},
                                .action = "payment.refuse",
                                .object = {"customer", asked.person.value},
                                .reason = why.reason,
                                .details = {{"operation", std::string{asked.operation}}}});
    return {};
}

}  // namespace bank::payment
