// SPDX-License-Identifier: Apache-2.0
#include <bank/bill/day.h>

#include <bank/bill/internal/rows.h>

#include <algorithm>

namespace bank::bill {

using platform::sql::Snapshot;

namespace {

constexpr base::Currency unit_of_bills{"CNY", 2};
constexpr std::string_view paid_columns =
    "select p.id, p.item, i.reference, p.biller_receipt, p.amount, p.ended_at, p.paid_on"
    " from bill_payment p join bill_inquiry i on i.id = p.inquiry where ";

Paid paid_row(const platform::sql::Cursor& row)
{
    return {.id = row.id<BillId>(0),
            .item = row.string(1),
            .reference = row.string(2),
            .biller_receipt = row.string(3),
            .amount = {row.integer(4), unit_of_bills},
            .at = row.instant(5),
            .day = row.date(6)};
}

}  // namespace

std::vector<Paid> paid_on(Snapshot& snapshot, std::string_view biller, base::Date day, BillId after,
                          int limit)
{
    std::vector<Paid> bills;
    auto rows = snapshot.query(std::string{paid_columns} +
                                   "p.paid_on = ? and p.biller = ? and p.id > ? order by p.id"
                                   " limit ?",
                               day, biller, after, limit);
    while (rows.next()) bills.push_back(paid_row(rows));
    return bills;
}

std::optional<Paid> paid_to(Snapshot& snapshot, std::string_view biller, BillId id)
{
    auto row = snapshot.query(std::string{paid_columns} +
                                  "p.id = ? and p.biller = ? and"
                                  " p.paid_on is not null",
                              id, biller);
    if (!row.next()) return std::nullopt;
    return paid_row(row);
}

std::map<std::string, std::int64_t, std::less<>> paid_to_each(Snapshot& snapshot)
{
    std::map<std::string, std::int64_t, std::less<>> sums;
    auto rows = snapshot.query(
        "select biller, cast(sum(amount) as bigint) from bill_payment where state = ?"
        " group by biller",
        static_cast<int>(BillState::paid));
    while (rows.next()) sums[rows.string(0)] = rows.integer(1);
    return sums;
}

std::vector<std::string> billers_of(Snapshot& snapshot, base::Date day, std::string_view after,
                                    int limit)
{
    std::vector<std::string> billers;
    auto rows = snapshot.query(
        "select biller from bill_payment where asked_on = ? and biller > ?"
        " union select biller from bill_payment where paid_on = ? and biller > ?"
        " order by biller limit ?",
        day, after, day, after, limit);
    while (rows.next()) billers.push_back(rows.string(0));
    return billers;
}

std::vector<Bill> ordered_on(Snapshot& snapshot, const DayQuery& query)
{
    std::string condition = "asked_on = ? and id < ?";
    std::vector<platform::sql::Parameter> parameters{
        query.day, query.before ? static_cast<std::int64_t>(query.before.value) : INT64_MAX};
    if (!query.biller.empty()) {
        condition += " and biller = ?";
        parameters.emplace_back(query.biller);
    }
    if (query.state) {
        condition += " and state = ?";
        parameters.emplace_back(static_cast<int>(*query.state));
    }
    condition += " order by id desc limit ?";
    parameters.emplace_back(query.limit);
    return internal::select_with(snapshot, condition, parameters);
}

DayFigures figures_of(Snapshot& snapshot, base::Date day)
{
    DayFigures figures;
    {
        auto rows = snapshot.query(
            "select biller, state, count(*), cast(sum(amount) as bigint) from bill_payment"
            " where asked_on = ? group by 1, 2 order by 1, 2",
            day);
        while (rows.next()) {
            figures.counts.push_back({rows.string(0), static_cast<BillState>(rows.integer(1)),
                                      rows.integer(2), rows.integer(3)});
        }
    }
    constexpr std::int64_t hour = 3'600 * base::micros_per_second;
    auto rows = snapshot.query(
        "select requested_at / 3600000000, count(*), cast(sum(amount) as bigint) from bill_payment"
        " where asked_on = ? group by 1 order by 1",
        day);
    while (rows.next()) {
        figures.hours.push_back({{rows.integer(0) * hour}, rows.integer(1), rows.integer(2)});
    }
    return figures;
}

}  // namespace bank::bill
