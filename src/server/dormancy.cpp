// SPDX-License-Identifier: Apache-2.0
#include <server/dormancy.h>

#include <platform/log/log.h>

namespace server {

namespace account = bank::account;
namespace sql = platform::sql;

void DormancyWatch::tick()
{
    if (idleness_.unused_after_days <= 0 && idleness_.idle_after_days <= 0) return;
    const auto now = book_.clock().now();
    if (now < not_before_) return;
    const auto today = accounts_.business_date(now);
    std::vector<account::AccountId> idle;
    const auto rows = book_.read([&](sql::Snapshot& snapshot) {
        auto some = accounts_.rows(snapshot, next_, {}, accounts_a_tick);
        for (const auto& row : some) {
            if (row.state != account::State::open) continue;
            const auto is_idle = accounts_.is_idle(snapshot, row.id, idleness_, today);
            if (is_idle && is_idle.value()) idle.push_back(row.id);
        }
        return some;
    });
    for (const auto id : idle) {
        const auto asleep = book_.write([&](sql::Transaction& transaction) {
            return accounts_.put_to_sleep(transaction, id, idleness_);
        });
        if (!asleep) {
            platform::log::warning("account.not_put_to_sleep",
                                   {{"account", to_string(id)}, {"reason", asleep.error().reason}});
        }
    }
    if (static_cast<int>(rows.size()) < accounts_a_tick) {
        next_ = account::AccountId{1};
        not_before_ = base::after_seconds(now, every_seconds_);
    } else {
        next_ = account::AccountId{rows.back().id.value + 1};
    }
}

}  // namespace server
