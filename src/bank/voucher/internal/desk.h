// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bank/voucher/internal/asked.h>
#include <bank/voucher/vouchers.h>

#include <atomic>
#include <mutex>

namespace bank::voucher {

/// Where the claims of one campaign queue up. One unit of work at a time takes what waits, in the
/// order in which it came; while its commit is under way the next ones gather.
class Vouchers::Desk {
public:
    Desk(const Parts& parts, Campaign campaign);

    void claim(CustomerId person, Done done);

    Campaign campaign() const;
    void change_facts(const CampaignFacts& facts);
    void change_holding(Holding holding);
    std::uint32_t number_of(CustomerId person) const;
    std::int64_t asked() const { return committed_; }

private:
    struct Waiting {
        CustomerId person;
        Done done;
    };
    struct Batch {
        std::vector<Waiting> claims;
        std::vector<base::Result<Claim>> answers;
    };

    std::optional<base::Error> not_now(CustomerId person) const;
    void submit();
    void take(Batch& batch);
    base::Result<void> decide(platform::sql::Transaction& transaction, Batch& batch);
    base::Result<Claim> decide_one(platform::sql::Transaction& transaction, CustomerId person,
                                   std::int64_t& left, std::vector<std::uint64_t>& late);
    base::Result<Claim> grant(platform::sql::Transaction& transaction, CustomerId person);
    void finish(Batch& batch, const base::Result<void>& outcome);

    const Parts& parts_;
    mutable std::mutex mutex_;
    Campaign campaign_;  // Under the mutex, as are the next three.
    std::vector<Waiting> waiting_;
    bool queued_ = false;
    internal::Asked asked_;  // Numbers over `committed_` are not durable yet.
    std::atomic<std::uint32_t> committed_ = 0;
    // The writer's alone.
    std::uint32_t newest_ = 0;
    std::optional<base::Instant> gone_at_;
};

}  // namespace bank::voucher
