// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ledger.h>

#include <string_view>

namespace bank::grant {

/// A fund as the bank's folder describes it.
struct Fund {
    std::string_view code;  // Lower-case words and digits with '-': "school-2026-autumn".
    base::Money budget;
};

/// Who gets what. `occasion` names beneficiary and occasion: of one occasion a fund pays one grant.
struct Grant {
    std::string_view occasion;
    std::string_view key;  // The asking process's own: the same key again is the same grant.
    ledger::AccountId to;
    base::Money amount;
    std::string_view kind;                                    // Of the ledger's entry: "allowance".
    ledger::Counting counting = ledger::Counting::uncounted;  // Of the credit.
};

/// What the fund can still pay; the budget is put in at first use, once.
/// Errors: grant.fund_malformed (its code, or a budget of nothing), those of ledger::post.
base::Result<base::Money> left(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
                               const Fund& fund, base::Date effective);

/// Whether `grant` could be paid. Errors: those of `left`, grant.given_already (under another key),
/// grant.budget_used_up.
base::Result<void> check(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
                         const Fund& fund, const Grant& grant, base::Date effective);

/// Pays it. Errors: those of `check`, those of ledger::post.
base::Result<ledger::Posted> pay(platform::sql::Transaction& transaction, ledger::Ledger& ledger,
                                 const Fund& fund, const Grant& grant, base::Date effective);

}  // namespace bank::grant
