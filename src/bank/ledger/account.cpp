// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/account.h>

namespace bank::ledger {

base::Money Account::balance() const
{
    return {counters.credits_posted - counters.debits_posted, unit};
}

base::Money Account::available() const
{
    return {counters.credits_posted - counters.debits_posted - counters.debits_pending, unit};
}

}  // namespace bank::ledger
