// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/money.h>
#include <base/text.h>

#include <optional>
#include <string>
#include <vector>

namespace bank::catalog {

/// A bank outside the group, as bank-directory.yaml names it.
struct OtherBank {
    /// Who binds its wallets, and the most that a customer may let one take.
    struct Wallet {
        std::string partner;
        base::Money per_payment;
        base::Money per_day;
    };

    std::string code;
    std::string clearing_code;  // Its BIC: 8 or 11 characters.
    base::Text name;
    std::vector<std::string> prefixes;      // Of its accounts and cards: digits, at least one.
    std::vector<std::string> credit_cards;  // Those of its prefixes that are credit cards.
    std::vector<std::string> words;         // More by which people look for it.
    std::optional<Wallet> wallet;
};

/// How payments that happen later are done: payment-rules.yaml.
struct PaymentRules {
    /// Payments to other banks from that amount on are set up so many days in advance.
    struct Notice {
        base::Money from;
        int days = 1;
    };

    int minute_of_day = 8 * 60;  // When the orders of a day go, local time.
    int delayed_hours = 24;      // How long a payment that can be revoked waits.
    int attempts = 3;            // Of one date.
    int retry_minutes = 120;
    int furthest_days = 5 * 366;  // How far ahead a first date may lie.
    std::optional<Notice> notice;
};

/// How payees are paid out once a date of theirs is reconciled: payouts.yaml.
struct Payouts {
    struct Account {
        std::string payee;  // Its code; "*": every biller of this folder.
        std::string bank;   // Of bank-directory.yaml, or an institution of the group.
        std::string number;
        std::string name;
    };

    base::Money approve_from;  // From then on a second person approves.
    std::vector<Account> accounts;
};

}  // namespace bank::catalog
