// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <base/clock.h>
#include <base/money.h>
#include <platform/sql/book.h>

#include <span>
#include <vector>

namespace bank::payment {

std::span<const platform::sql::Migration> figures_migrations();

/// How much was paid in one hour (UTC).
struct HourVolume {
    base::Instant hour;
    std::int64_t count;
    base::Money amount;
};

/// Counts a payment, in the unit of work that makes it.
void count_payment(platform::sql::Transaction& transaction, base::Money amount);
/// Counts `count` payments that come to `sum`.
void count_payments(platform::sql::Transaction& transaction, std::int64_t count, base::Money sum);

/// The hours with payments from `since` on, in order.
std::vector<HourVolume> volume_by_hour(platform::sql::Snapshot& snapshot, base::Instant since);

}  // namespace bank::payment
