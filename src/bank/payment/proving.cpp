// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/proving.h>

namespace bank::payment {

base::Result<void> prove(platform::sql::Transaction& transaction, Proofs& proofs,
                         const Proving& proving, std::uint64_t proof)
{
    if (proving.verdict == risk::Verdict::step_up && proving.needed < Proof::passkey) {
        return base::forbidden("payment.stronger_proof_needed",
                               "several payments at once need a stronger proof");
    }
    if (proving.needed == Proof::none) return {};
    if (proof == 0) return base::forbidden("payment.proof_missing", "this needs a proof first");
    return proofs.consume(transaction, proving.payer, proof, proving.needed, proving.subject);
}

}  // namespace bank::payment
