// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/customer/customer_id.h>
#include <base/money.h>
#include <base/result.h>
#include <platform/json/value.h>
#include <platform/sql/transaction.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace bank::payment {

/// What payments ask of people's records; plugged in by the server (bank/customer).
class People {
public:
    virtual ~People() = default;
    /// Errors: payment.payee_unknown.
    virtual base::Result<customer::CustomerId> by_phone(platform::sql::Snapshot& snapshot,
                                                        std::string_view phone) = 0;
    /// The full name, for screening and comparison; never stored by payments.
    virtual std::string name(platform::sql::Snapshot& snapshot, customer::CustomerId person) = 0;
    /// Free text (the purpose) encrypted under the person's key, and back; empty where it cannot be
    /// read any more (erased).
    virtual std::string seal(customer::CustomerId person, std::string_view text) = 0;
    virtual std::string unseal(platform::sql::Snapshot& snapshot, customer::CustomerId person,
                               std::string_view sealed) = 0;
};

/// Which proof a payment needs, weakest first; `branch` means that no proof given remotely is
/// enough.
enum class Proof : std::uint8_t { none, password, sms, passkey, branch };
std::string_view to_string(Proof proof);

/// What the bank's table decides the proof by.
struct ProofQuestion {
    customer::CustomerId payer;
    base::Money amount;
    /// Whether the payee was paid before from this account; asked only where it makes a difference.
    std::function<base::Result<bool>()> payee_known;
};

/// Proofs bound to what they prove; plugged in by the server (bank/authentication and the table).
class Proofs {
public:
    virtual ~Proofs() = default;
    /// Asked on a worker, before the unit of work. Errors: those of the table's evaluation.
    virtual base::Result<Proof> needed(platform::sql::Snapshot& snapshot,
                                       const ProofQuestion& question) = 0;
    /// Uses up `proof`, in the unit of work: it was given by `payer` for exactly `subject`, is of
    /// strength `needed` or more, and neither used nor over. Errors: authentication's, which do not
    /// burn the payment's key.
    virtual base::Result<void> consume(platform::sql::Transaction& transaction,
                                       customer::CustomerId payer, std::uint64_t proof,
                                       Proof needed, std::string_view subject) = 0;
};

/// Where payments tell others what happened, in the same unit of work (bank/outbox).
class Events {
public:
    virtual ~Events() = default;
    /// `type` as in CloudEvents ("payment.sent"), `data` without personal data.
    virtual void append(platform::sql::Transaction& transaction, std::string_view type,
                        std::string_view subject, const platform::json::Object& data) = 0;
};

}  // namespace bank::payment
