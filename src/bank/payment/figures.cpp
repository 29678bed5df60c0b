// SPDX-License-Identifier: Apache-2.0
#include <bank/payment/figures.h>

namespace bank::payment {

namespace {

constexpr std::int64_t hour_micros = 3600 * base::micros_per_second;

constexpr platform::sql::Migration figure_steps[] = {
    {"payment-figures", 1,
     "create table payment_hour(hour bigint not null, unit text not null, count bigint not null, "
     "minor_units bigint not null, primary key (hour, unit))"}};

/// What the group at work on this thread has paid, by unit. One write thread has one book.
class Counts final : public platform::sql::Gathering {
public:
    void add(platform::sql::Transaction& transaction, std::int64_t count, base::Money sum)
    {
        transaction.gather(*this);
        for (Count& known : counts_) {
            if (known.sum.currency != sum.currency) continue;
            known.count += count;
            known.sum.minor_units += sum.minor_units;
            return;
        }
        counts_.push_back({count, sum});
    }

    void write(platform::sql::Transaction& transaction) override
    {
        const std::int64_t hour = transaction.now().micros / hour_micros * hour_micros;
        for (const Count& one : counts_) {
            transaction.execute(
                "insert into payment_hour(hour, unit, count, minor_units) values (?, ?, ?, ?) "
                "on conflict (hour, unit) do update set count = payment_hour.count + "
                "excluded.count, minor_units = payment_hour.minor_units + excluded.minor_units",
                hour, one.sum.currency.code, one.count, one.sum.minor_units);
        }
        forget();
    }

    void forget() noexcept override { counts_.clear(); }

private:
    struct Count {
        std::int64_t count;
        base::Money sum;
    };
    std::vector<Count> counts_;
};
thread_local Counts counts;

}  // namespace

std::span<const platform::sql::Migration> figures_migrations()
{
    return figure_steps;
}

void count_payment(platform::sql::Transaction& transaction, base::Money amount)
{
    count_payments(transaction, 1, amount);
}

void count_payments(platform::sql::Transaction& transaction, std::int64_t count, base::Money sum)
{
    counts.add(transaction, count, sum);
}

std::vector<HourVolume> volume_by_hour(platform::sql::Snapshot& snapshot, base::Instant since)
{
    std::vector<HourVolume> volumes;
    auto rows = snapshot.query(
        "select hour, count, minor_units from payment_hour where hour >= ? and unit = 'CNY' order "
        "by hour",
        since);
    while (rows.next())
        volumes.push_back({rows.instant(0), rows.integer(1), {rows.integer(2), {"CNY", 2}}});
    return volumes;
}

}  // namespace bank::payment
