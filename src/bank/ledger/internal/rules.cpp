// SPDX-License-Identifier: Apache-2.0
#include <bank/ledger/internal/rules.h>

#include <limits>

namespace bank::ledger {

Turnover on_day(const Turnover& turnover, base::Date today)
{
    if (today <= turnover.day) return turnover;  // What is dated back counts on the latest day.
    Turnover rolled = turnover;
    rolled.day = today;
    rolled.debits_day = 0;
    rolled.credits_day = 0;
    if (base::civil(today).year != base::civil(turnover.day).year) {
        rolled.debits_year = 0;
        rolled.credits_year = 0;
    }
    return rolled;
}

namespace internal {

using base::invalid;
using base::rejected;
using base::Result;

namespace {

bool add_to(std::int64_t& sum, std::int64_t amount)
{
    return !__builtin_add_overflow(sum, amount, &sum) && sum >= 0;
}

bool count(Turnover& turnover, const Change& change, base::Date today)
{
    const std::int64_t amount = change.posted + change.pending;
    const bool debit = change.side == Side::debit;
    if (amount >= 0) {
        turnover = on_day(turnover, today);
        return add_to(debit ? turnover.debits_day : turnover.credits_day, amount) &&
               add_to(debit ? turnover.debits_year : turnover.credits_year, amount);
    }
    // A hold gives back what it did not use, if the day or year that it counted in still runs.
    if (base::civil(today).year != base::civil(turnover.day).year) return true;
    const bool same_day = today == turnover.day;
    return (!same_day || add_to(debit ? turnover.debits_day : turnover.credits_day, amount)) &&
           add_to(debit ? turnover.debits_year : turnover.credits_year, amount);
}

__extension__ using Wide = __int128;

Wide wide(std::int64_t value)
{
    return value;
}

bool over(const std::optional<std::int64_t>& limit, std::int64_t sum)
{
    return limit && sum > *limit;
}

}  // namespace

Result<Outcome> outcome_of(const Account& account, const Change& change, base::Date today)
{
    Outcome next{account.counters, account.turnover};
    const bool debit = change.side == Side::debit;
    bool fits =
        add_to(debit ? next.counters.debits_posted : next.counters.credits_posted, change.posted) &&
        add_to(debit ? next.counters.debits_pending : next.counters.credits_pending,
               change.pending);
    if (fits && change.counting == Counting::counted) fits = count(next.turnover, change, today);
    // The sum of posted and pending is used by the rules below; it fits too, or nothing is done.
    std::int64_t sum = 0;
    fits =
        fits &&
        !__builtin_add_overflow(next.counters.debits_posted, next.counters.debits_pending, &sum) &&
        !__builtin_add_overflow(next.counters.credits_posted, next.counters.credits_pending, &sum);
    if (!fits) return rejected("ledger.overflow", "a counter would pass 2^63 minor units");
    return next;
}

Result<void> check_open(int number, const Account& account, const Change& change)
{
    const Flag flags = account.terms.flags;
    if (number == 0 && has(flags, Flag::closed)) {
        return rejected("ledger.account_closed", "an account is closed");
    }
    if (number == 1 && has(flags, Flag::debits_blocked) && change.side == Side::debit) {
        return rejected("ledger.debits_blocked", "nothing may leave an account at present");
    }
    if (number == 2 && has(flags, Flag::credits_blocked) && change.side == Side::credit) {
        return rejected("ledger.credits_blocked", "nothing may enter an account at present");
    }
    return {};
}

Result<void> check_limit(int number, const Account& account, const Change& change,
                         const Outcome& outcome)
{
    const Terms& terms = account.terms;
    const Counters& after = outcome.counters;
    const bool debit = change.side == Side::debit;
    const bool counted = change.counting == Counting::counted;
    switch (number) {
        case 0:
            if (debit && has(terms.flags, Flag::debits_must_not_exceed_credits) &&
                after.debits_posted + after.debits_pending > after.credits_posted) {
                return rejected("ledger.debits_exceed_credits",
                                "there is not enough on an account");
            }
            return {};
        case 1:
            if (!debit && has(terms.flags, Flag::credits_must_not_exceed_debits) &&
                after.credits_posted + after.credits_pending > after.debits_posted) {
                return rejected("ledger.credits_exceed_debits", "there is not enough in stock");
            }
            return {};
        case 2:
            if (debit && counted && over(terms.debits_day_limit, outcome.turnover.debits_day)) {
                return rejected("ledger.debits_day_limit", "more than may go out in a day");
            }
            return {};
        case 3:
            if (debit && counted && over(terms.debits_year_limit, outcome.turnover.debits_year)) {
                return rejected("ledger.debits_year_limit", "more than may go out in a year");
            }
            return {};
        case 4:
            if (!debit && counted && over(terms.credits_day_limit, outcome.turnover.credits_day)) {
                return rejected("ledger.credits_day_limit", "more than may come in in a day");
            }
            return {};
        case 5:
            if (!debit && counted &&
                over(terms.credits_year_limit, outcome.turnover.credits_year)) {
                return rejected("ledger.credits_year_limit", "more than may come in in a year");
            }
            return {};
        default:
            if (!debit && terms.balance_limit &&
                wide(after.credits_posted) + after.credits_pending - after.debits_posted >
                    *terms.balance_limit) {
                return rejected("ledger.balance_limit", "more than an account may hold");
            }
            return {};
    }
}

std::int64_t clamped(const Account& account, Side side, std::int64_t amount)
{
    const Counters& has = account.counters;
    const Wide room = side == Side::debit
                          ? wide(has.credits_posted) - has.debits_posted - has.debits_pending
                          : wide(has.debits_posted) - has.credits_posted - has.credits_pending;
    if (room >= amount) return amount;
    return room <= 0 ? 0 : static_cast<std::int64_t>(room);
}

Result<void> check_balanced(std::span<const Change> changes, std::span<const base::Currency> units)
{
    // Legs are few, so each first leg of a unit adds up all legs of that unit.
    for (std::size_t i = 0; i < changes.size(); ++i) {
        bool seen = false;
        for (std::size_t j = 0; j < i; ++j) seen = seen || units[j] == units[i];
        if (seen) continue;
        Wide posted = 0;
        Wide pending = 0;
        for (std::size_t j = i; j < changes.size(); ++j) {
            if (units[j] != units[i]) continue;
            const int sign = changes[j].side == Side::debit ? 1 : -1;
            posted += sign * wide(changes[j].posted);
            pending += sign * wide(changes[j].pending);
        }
        if (posted != 0 || pending != 0) {
            return invalid("ledger.unbalanced",
                           "debits differ from credits in " + std::string{units[i].code});
        }
    }
    return {};
}

Result<void> check_terms(const Terms& terms)
{
    for (const auto& limit : {terms.balance_limit, terms.debits_day_limit, terms.debits_year_limit,
                              terms.credits_day_limit, terms.credits_year_limit}) {
        if (limit && *limit < 0) return invalid("ledger.terms_invalid", "a limit is negative");
    }
    return {};
}

}  // namespace internal

}  // namespace bank::ledger
