// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/ledger/ids.h>

#include <base/clock.h>
#include <base/money.h>

#include <cstdint>
#include <optional>

namespace bank::ledger {

/// What the ledger enforces on an account; see terms.
enum class Flag : std::uint16_t {
    none = 0,
    debits_must_not_exceed_credits = 1,  // A customer's deposit: no overdraft.
    credits_must_not_exceed_debits = 2,  // A stock of vouchers, a loan.
    debits_blocked = 4,
    credits_blocked = 8,
    closed = 16,  // Nothing moves any more.
};

constexpr Flag operator|(Flag a, Flag b)
{
    return static_cast<Flag>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

constexpr bool has(Flag flags, Flag flag)
{
    return (static_cast<unsigned>(flags) & static_cast<unsigned>(flag)) != 0;
}

/// The rules that an account is kept under. Amounts in minor units of its unit.
struct Terms {
    Flag flags = Flag::none;
    std::optional<std::int64_t> balance_limit =
        {};  // Credits less debits, reserved credits included.
    // The most that counted legs may add up to on one business date, and in one calendar year.
    std::optional<std::int64_t> debits_day_limit = {};
    std::optional<std::int64_t> debits_year_limit = {};
    std::optional<std::int64_t> credits_day_limit = {};
    std::optional<std::int64_t> credits_year_limit = {};

    friend bool operator==(const Terms&, const Terms&) = default;
};

/// All that ever moved on an account, in minor units; each never negative.
struct Counters {
    std::int64_t debits_posted = 0;
    std::int64_t credits_posted = 0;
    std::int64_t debits_pending = 0;  // Reserved by holds.
    std::int64_t credits_pending = 0;

    friend bool operator==(const Counters&, const Counters&) = default;
};

/// What counted legs added up to on the account's latest business date, and in that date's year.
struct Turnover {
    base::Date day;
    std::int64_t debits_day = 0;
    std::int64_t debits_year = 0;
    std::int64_t credits_day = 0;
    std::int64_t credits_year = 0;

    friend bool operator==(const Turnover&, const Turnover&) = default;
};

/// The same turnover as seen on `today`: a day or year that has passed counts as zero.
Turnover on_day(const Turnover& turnover, base::Date today);

/// An account as it stands.
struct Account {
    AccountId id;
    base::Currency unit;
    Terms terms;
    Counters counters;
    Turnover turnover;
    std::int64_t sequence = 0;  // How many entries moved it.
    EntryId last;               // The latest of them, or none.

    /// What the bank owes its holder: credits less debits.
    base::Money balance() const;
    /// The balance less what holds reserve; what can be spent.
    base::Money available() const;
};

struct NewAccount {
    AccountId id;
    base::Currency unit;
    Terms terms;
};

}  // namespace bank::ledger
