// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/result.h>

namespace bank::payment {

/// The ledger's refusal of a payment in the words of payments ("payment.no_funds"); any other error
/// as it is.
base::Error in_words_of_payments(const base::Error& refusal);

}  // namespace bank::payment
