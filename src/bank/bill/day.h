// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/bill/bills.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bank::bill {

/// The bills of a business date, as billers and the staff look at them.

/// A bill that its biller got the money for.
struct Paid {
    BillId id;
    std::string item;
    std::string reference;       // The biller's, of the bill.
    std::string biller_receipt;  // The biller's, of the payment.
    base::Money amount{0, {"CNY", 2}};
    base::Instant at;
    base::Date day;
};

/// What a biller got on a business date, in the order of the bills' ids, from after `after` (none:
/// the first). No more are added once the date is closed.
std::vector<Paid> paid_on(platform::sql::Snapshot& snapshot, std::string_view biller,
                          base::Date day, BillId after, int limit);
/// The biller's bill `id`, where it is paid.
std::optional<Paid> paid_to(platform::sql::Snapshot& snapshot, std::string_view biller, BillId id);

/// Billers that were asked for a payment, or got one, on a business date: by code, from after
/// `after`.
std::vector<std::string> billers_of(platform::sql::Snapshot& snapshot, base::Date day,
                                    std::string_view after, int limit);

/// What each biller got in all, in minor units of CNY.
std::map<std::string, std::int64_t, std::less<>> paid_to_each(platform::sql::Snapshot& snapshot);

/// Bills ordered on a business date, newest first, from `before` (exclusive; none: the newest)
/// back; of one biller and in one state where told.
struct DayQuery {
    base::Date day;
    std::string biller = {};
    std::optional<BillState> state = {};
    BillId before = {};
    int limit = 20;
};
std::vector<Bill> ordered_on(platform::sql::Snapshot& snapshot, const DayQuery& query);

/// How many bills were ordered on a business date, by biller and state, and by hour.
struct DayFigures {
    struct Count {
        std::string biller;
        BillState state;
        std::int64_t bills;
        std::int64_t minor_units;
    };
    struct Hour {
        base::Instant begins;
        std::int64_t bills;
        std::int64_t minor_units;
    };
    std::vector<Count> counts;
    std::vector<Hour> hours;  // With a bill, in order.
};
DayFigures figures_of(platform::sql::Snapshot& snapshot, base::Date day);

}  // namespace bank::bill
