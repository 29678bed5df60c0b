// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/payment/history.h>

namespace bank::payment {

/// An account over business dates, read in pieces of bounded size. It stands as of the snapshot
/// that opened it, although each piece is read from one of its own: entries are never changed, and
/// those that came later are left out.
class Period {
public:
    /// Sums up `first` to `last`, both included; reads all movements back to `first`.
    /// Errors: account.unknown, ledger.account_unknown, ledger.period_invalid (over 366 days, or
    /// backwards).
    static base::Result<Period> open(platform::sql::Snapshot& snapshot, account::Accounts& accounts,
                                     AccountId id, base::Date first, base::Date last);

    /// The next lines, oldest first; none at the end. Errors: those of the ledger's history.
    base::Result<std::vector<Line>> next(platform::sql::Snapshot& snapshot,
                                         account::Accounts& accounts, People& people);

    /// Leaves out all but the newest `count` lines, or up to a piece more.
    void keep_newest(std::int64_t count);

    base::Date first;
    base::Date last;
    base::Money opening;
    base::Money closing;
    base::Money in;
    base::Money out;
    std::int64_t count = 0;     // Lines of the whole period.
    std::int64_t count_in = 0;  // Of these, in.

private:
    /// Movements that follow one another in the account's chain and hold some of the period.
    struct Piece {
        EntryId before;  // The cursor that leads to them.
        std::int64_t lines = 0;
    };

    Period(base::Date first_day, base::Date last_day, AccountId account, CustomerId holder,
           base::Currency unit)
        : first(first_day),
          last(last_day),
          opening{0, unit},
          closing{0, unit},
          in{0, unit},
          out{0, unit},
          account_(account),
          holder_(holder)
    {
    }

    bool holds(const ledger::Movement& movement) const;

    AccountId account_;
    CustomerId holder_;
    std::vector<Piece> pieces_;  // Newest first; taken from the back.
};

}  // namespace bank::payment
