// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sandbox/journal.h>
#include <sandbox/partners.h>

namespace sandbox {

/// The credit-card issuers: `card-bill` {bank, number, name} → found {statement, minimum, due},
/// less what was paid in since; unknown; mismatch (another's name).
platform::json::Value answer_card(const platform::json::Value& record, const Asked& asked,
                                  const Journal& journal);

/// The third party's wallet, by phone: `wallet-bind` {phone, name} → bound {number}, unknown,
/// mismatch; `wallet-unbind` → unbound; `wallet-debit` {link, phone, reference, amount, day} →
/// paid, once a reference, of a bound link only; it goes into the list of the day, below zero.
platform::json::Value answer_wallet(const platform::json::Value& known,
                                    const platform::json::Value& record, const Asked& asked,
                                    Journal& journal);

/// What the wallet took of a bank (`request` and the bank's `answer`) goes into its list of the
/// day; what was refused does not.
void note_debit(const platform::json::Value& known, const platform::json::Value& request,
                const platform::json::Value& answer, Journal& journal);

}  // namespace sandbox
