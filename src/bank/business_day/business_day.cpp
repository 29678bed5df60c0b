// SPDX-License-Identifier: Apache-2.0
#include <bank/business_day/business_day.h>

#include <base/ensure.h>

namespace bank::business_day {

using base::Date;

namespace {

constexpr platform::sql::Migration steps[] = {{"business_day", 1, R"sql(
create table business_day(one integer primary key, day integer not null);
)sql"}};

}  // namespace

std::span<const platform::sql::Migration> migrations()
{
    return steps;
}

BusinessDay::BusinessDay(platform::sql::Book& book, Rules rules) : rules_(std::move(rules))
{
    base::ensure(rules_.cut_over_minute >= 12 * 60 && rules_.cut_over_minute <= 24 * 60);
    const Date first = by_clock(book.clock().now());
    const auto stored = book.write([&](platform::sql::Transaction& transaction) {
        transaction.execute(
            "insert into business_day(one, day) values (1, ?) on conflict (one) do nothing", first);
        auto row = transaction.query("select day from business_day where one = 1");
        row.next();
        return base::Result<Date>{row.date(0)};
    });
    if (!stored) throw platform::sql::Failure("the business date cannot be read");
    date_ = stored.value().days;
}

Date BusinessDay::after(Date date) const
{
    Date next{date.days + 1};
    if (rules_.days == Days::working) {
        while (!rules_.calendar.is_business_day(next)) ++next.days;
    }
    return next;
}

base::Instant BusinessDay::ends_at(Date date) const
{
    // Days off count for the business date after them, so that a date ends on its own day.
    return rules_.calendar.at(date, rules_.cut_over_minute);
}

Date BusinessDay::by_clock(base::Instant now) const
{
    Date date{rules_.calendar.local_date(now).days - 1};
    if (rules_.days == Days::working) {
        while (!rules_.calendar.is_business_day(date)) --date.days;
    }
    while (ends_at(date) <= now) date = after(date);
    return date;
}

base::Result<Date> BusinessDay::close(platform::sql::Transaction& transaction, Date date)
{
    const Date open = this->date();
    if (open != date) {
        return base::conflict("business_day.not_open",
                              "the open business date is " + base::to_string(open));
    }
    const Date next = after(date);
    transaction.execute("update business_day set day = ? where one = 1", next);
    transaction.on_rollback([this, open] { date_ = open.days; });
    date_ = next.days;
    return next;
}

}  // namespace bank::business_day
