// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/line_reader.h>
#include <bank/spending/rules.h>

#include <map>

namespace bank::spending {

using account::AccountId;
using customer::CustomerId;
using ledger::EntryId;

std::span<const platform::sql::Migration> migrations();

/// A calendar month: years times twelve plus month less one.
struct Month {
    int number = 0;

    friend auto operator<=>(Month, Month) = default;
};
Month month_of(base::Date date);
std::string to_string(Month month);  // "2026-11"
/// Errors: date.malformed.
base::Result<Month> parse_month(std::string_view text);

struct Sum {
    std::int64_t minor_units = 0;
    std::int64_t count = 0;
};

/// One month of an account. What moved between accounts of the holder's own is in neither sum.
struct MonthFigures {
    Sum in;
    Sum out;
    std::map<std::string, Sum, std::less<>> categories;  // Of what went out, by code.
    EntryId after;  // The entry that followed the month's last; none: the month's is the newest.
};

inline constexpr int months_kept = 24;

/// Spending of the accounts of one book. Thread-safe.
class Spending {
public:
    struct Parts {
        platform::sql::Book& book;
        account::Accounts& accounts;
        payment::People& people;
        const std::vector<catalog::Category>& categories;
    };
    explicit Spending(const Parts& parts) : parts_(parts), rules_(parts.categories) {}

    const Rules& rules() const { return rules_; }

    /// The account's months with movements, at most months_kept back from now. Adds what came since
    /// the last time and keeps it, soon. Errors: account.unknown (also another's).
    base::Result<std::map<Month, MonthFigures>> months(CustomerId owner, AccountId account);

    /// What went out in a month in one category (empty: all), newest first. Looks at most at some
    /// thousand movements a page, so a page may hold less than `limit` and lead on nevertheless.
    /// Errors: account.unknown.
    base::Result<payment::Page> movements(CustomerId owner, AccountId account, Month month,
                                          std::string_view category, EntryId before,
                                          std::size_t limit);

private:
    struct Kept;
    class Reader;
    base::Result<Kept> bring_up(platform::sql::Snapshot& snapshot, CustomerId owner,
                                AccountId account);
    void keep(CustomerId owner, AccountId account, const Kept& kept);

    const Parts parts_;
    const Rules rules_;
};

}  // namespace bank::spending
