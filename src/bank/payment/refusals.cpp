// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/refusals.h>

#include <bank/payment/internal/words.h>

namespace bank::payment {

base::Error in_words_of_payments(const base::Error& refusal)
{
    return internal::in_words_of_payments(refusal);
}

}  // namespace bank::payment
