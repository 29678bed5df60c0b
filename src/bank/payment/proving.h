// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/ports.h>
#include <bank/risk/judge.h>

namespace bank::payment {

/// What has to be proved before money moves, as it was worked out when the payment was planned.
struct Proving {
    customer::CustomerId payer;
    Proof needed = Proof::none;
    std::string_view subject;  // What the proof is bound to.
    risk::Verdict verdict =
        risk::Verdict::pass;  // Of the moment; may ask for more than was planned.
};

/// Uses up `proof` (0: none was given), in the unit of work that moves the money. Errors, none of
/// which burns the payment's key: payment.stronger_proof_needed (several payments came at once),
/// payment.proof_missing, those of Proofs::consume.
base::Result<void> prove(platform::sql::Transaction& transaction, Proofs& proofs,
                         const Proving& proving, std::uint64_t proof);

}  // namespace bank::payment
